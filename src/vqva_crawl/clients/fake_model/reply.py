"""What a model says to one request, and how it reaches the wire."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vqva_crawl.clients.fake_model import chain
from vqva_crawl.clients.fake_model.instance import instance
from vqva_crawl.clients.fake_model.request import ChatRequest

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Wire:
    """The HTTP side of a reply.

    `body` goes out instead of a completion when it is given. `sent` tells how much leaves before
    the connection is closed: all, half of the body, or nothing. `drop_next` closes the connection
    of the next request too, whatever it is. `delay` is in seconds, before anything is sent.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = JSON
    sent: Literal["all", "half", "nothing"] = "all"
    drop_next: bool = False
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer.

    `refusal` is the field of that name in OpenAI's structured outputs: with it the content is
    null. `usage=False` leaves the token counts out of the answer, as some servers do.
    """

    text: str = ""
    finish_reason: str = "stop"
    refusal: str | None = None
    usage: bool = True
    wire: Wire = Wire()

    @property
    def worked(self) -> bool:
        """Whether the model had to work; errors, foreign pages and no answer cost nothing."""
        return self.wire.body is None and self.wire.sent != "nothing"


Ask = Callable[[ChatRequest], Reply]
Script = Callable[[ChatRequest], str | Reply] | Iterable[str | Reply]


def error(
    status: int,
    message: str,
    code: str | None = None,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An error in OpenAI's form."""
    said = {"message": message, "type": kind, "param": param, "code": code}
    return Reply(wire=Wire(status, headers or {}, json.dumps({"error": said}).encode()))


UNREADABLE = error(400, "You uploaded an unsupported image.", "invalid_image_format")


def echo(request: ChatRequest) -> Reply:
    """What passes the shipped chain, a valid instance of another schema, or a short text."""
    if request.schema is None:
        return Reply(chain.in_words(request.text) or "A short answer.")
    if (title := request.schema.get("title")) in chain.ANSWERS:
        return Reply(chain.answer(str(title)))
    return Reply(json.dumps(instance(request.schema)))


def asking(script: Script | None) -> Ask:
    """The script as one function; a list is told in order, then answered with status 400."""
    if script is None:
        return echo
    if callable(script):
        return lambda request: _reply(script(request))
    if isinstance(script, str):
        raise TypeError("a list of texts is wanted, not one text")
    left = deque(script)
    exhausted = error(400, "the fake model has no scripted reply left", "script_exhausted")
    return lambda request: _reply(left.popleft()) if left else exhausted


def _reply(said: Any) -> Reply:
    if isinstance(said, str):
        return Reply(said)
    if isinstance(said, Reply):
        return said
    raise TypeError(f"a scripted model answers with str or Reply, not {type(said).__name__}")
