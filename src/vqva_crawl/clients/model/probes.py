"""Whether a refusal is one call's own, told by a probe: the same call without anything of a page.

Wrong names of parameters, a model without vision or an option that a server does not know meet
every call of a shape, and so does a reasoning parser that leaves no word for the answer. The shape
of a call is what stays when its page is taken out.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache

from PIL import Image

from vqva_crawl.clients.base import Answer, Call, Message
from vqva_crawl.clients.flight import SingleFlight
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.pictures import encoded
from vqva_crawl.clients.model.protocol import wordless
from vqva_crawl.errors import FetchError, ModelError, Refused

SAID = "This is a test of the connection. Answer as briefly as you can."
SIDE = 64  # pixels: Qwen2-VL takes pictures from 56 x 56, others smaller ones
PICTURES = 2  # that the chain cannot do without in one call; more are a document's own


class Probes:
    """What is known of an endpoint by shape; each is probed once, and when it has fallen silent.

    `ask` makes a call as any other is made; what it answers has to be told to `answered`.
    """

    def __init__(self, endpoint: Endpoint, ask: Callable[[Call], Awaitable[Answer]]) -> None:
        self._endpoint = endpoint
        self._ask = ask
        self._known: dict[str, str] = {}  # shape -> why it is refused, "" where it is answered
        self._flights: SingleFlight[str, None] = SingleFlight()
        self._now: SingleFlight[str, str] = SingleFlight()

    def answered(self, call: Call, answer: Answer) -> None:
        """A call was answered, so that calls of its shape can be."""
        if not wordless(answer):
            self._known[shape_of(call)] = ""

    async def check(self, call: Call) -> None:
        """Returns where it is a call's own that it was refused, failed on, or given no word.

        It also returns once the endpoint is known not to take schemas, which it was told.
        Raises ModelError where the endpoint does not answer a probe either.
        """
        shape = shape_of(call)
        if shape not in self._known:
            await self._flights.join(shape, lambda: self._find(shape, call))
        if wrong := self._known[shape]:
            raise ModelError(f"{self._endpoint.url}: {wrong}")

    async def anew(self, call: Call) -> None:
        """Raises ModelError where an endpoint that fell silent does not answer a probe now."""
        if wrong := await self._now.join(shape_of(call), lambda: self._probe(call)):
            raise ModelError(f"{self._endpoint.url}: {wrong}")

    async def _find(self, shape: str, call: Call) -> None:
        wrong = await self._probe(call)
        if wrong and call.schema is not None:
            said, wrong = wrong, await self._probe(replace(call, schema=None))
            if not wrong:
                self._endpoint.without_schemas(said)
        self._known.setdefault(shape, wrong)  # meanwhile another call may have been answered

    async def _probe(self, call: Call) -> str:
        """What is wrong with all calls of a shape, "" for nothing."""
        try:
            answer = await self._ask(probe_of(call))
        except Refused as error:
            advice = f"; {self._endpoint.about_key}" if error.kind == "http_403" else ""
            return f"refuses even {_told(call)}: {error.detail} ({error.kind}){advice}"
        except FetchError as error:
            answers = "answers no call any more" if self._endpoint.answered else "answered no call"
            said = f"{error.url}: {answers}, and fails on {_told(call)}"
            raise ModelError(f"{said}: {error.detail} ({error.kind})") from error
        if wordless(answer):
            return f"answers even {_told(call)} without a word; does its reasoning parser take all?"
        return ""


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
