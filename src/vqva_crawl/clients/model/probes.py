"""Whether a refusal is one call's own, told by a probe: the same call without anything of a page.

Wrong names of parameters, a model without vision or an option that a server does not know meet
every call of a shape. The shape of a call is what stays when its page is taken out.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache

from PIL import Image

from vqva_crawl.clients.base import Call, Message
from vqva_crawl.clients.flight import SingleFlight
from vqva_crawl.clients.model.pictures import encoded
from vqva_crawl.errors import FetchError, ModelError, Refused

SAID = "This is a test of the connection. Answer as briefly as you can."
SIDE = 64  # pixels: Qwen2-VL takes pictures from 56 x 56, others smaller ones
PICTURES = 2  # that the chain cannot do without in one call; more are a document's own


class Probes:
    """What is known of an endpoint by shape; each is probed once at the most.

    `ask` makes a call as any other is made; what it answers has to be told to `answered`.
    """

    def __init__(self, ask: Callable[[Call], Awaitable[object]]) -> None:
        self._ask = ask
        self._known: dict[str, str] = {}  # shape -> why it is refused, "" where it is answered
        self._flights: SingleFlight[str, None] = SingleFlight()

    def answered(self, call: Call) -> None:
        """A call was answered, so that calls of its shape can be."""
        self._known[shape_of(call)] = ""

    async def check(self, refused: Call) -> None:
        """Returns where the refusal of a call is its own.

        Raises ModelError where the endpoint does not answer a probe either.
        """
        shape = shape_of(refused)
        if shape not in self._known:
            await self._flights.join(shape, lambda: self._probe(shape, refused))
        if wrong := self._known[shape]:
            raise ModelError(wrong)

    async def _probe(self, shape: str, refused: Call) -> None:
        try:
            await self._ask(probe_of(refused))
        except Refused as error:
            said = f"{error.url}: refuses even {_told(refused)}: {error.detail} ({error.kind})"
            self._known.setdefault(shape, said)  # meanwhile another call may have been answered
        except FetchError as error:
            said = f"{error.url}: refused a call, and fails on {_told(refused)}"
            raise ModelError(f"{said}: {error.detail} ({error.kind})") from error


def shape_of(call: Call) -> str:
    """What a call has in common with those that another page would give."""
    messages = [[m.role, bool(m.text), _pictures(m)] for m in call.messages]
    return json.dumps([messages, call.schema, call.max_tokens], sort_keys=True)


def probe_of(call: Call) -> Call:
    """A call of the same shape without a word or pixel of a page, for no document."""
    return replace(call, messages=tuple(map(_blank, call.messages)), document="", key="")


def _blank(message: Message) -> Message:
    text = (SAID,) if message.text else ()
    return Message(message.role, (*text, *[_grey()] * _pictures(message)))


def _pictures(message: Message) -> int:
    return min(len(message.images), PICTURES)


@cache
def _grey() -> bytes:
    return encoded(Image.new("RGB", (SIDE, SIDE), "grey"), SIDE, 90)


def _told(call: Call) -> str:
    """A probe in words."""
    pictures = sum(map(_pictures, call.messages))
    plural = "" if pictures == 1 else "s"
    blank = f"{pictures} blank picture{plural} and " if pictures else ""
    return f"a call with {blank}nothing of a page"
