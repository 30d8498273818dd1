"""The model behind the server: who is asked, what goes wrong, what is remembered. No HTTP here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Self

from vqva_crawl.clients.fake_model.counting import (
    Prompts,
    Usage,
    first_tokens,
    picture_size,
    text_tokens,
)
from vqva_crawl.clients.fake_model.faults import Fault
from vqva_crawl.clients.fake_model.reply import UNREADABLE, Ask, Reply, error
from vqva_crawl.clients.fake_model.request import ChatRequest, Malformed, read


@dataclass(slots=True)
class Planned:
    """A fault and when it happens; also a context manager, at whose end it no longer does."""

    fault: Fault
    since: int  # the number of the first call it can meet
    calls: Collection[int] | None
    rate: float
    seed: int
    on: bool = True

    def due(self, number: int) -> bool:
        """Drawn by the call's number, so that the order of arrival changes nothing."""
        if not self.on or (self.calls is not None and number - self.since not in self.calls):
            return False
        return self.rate >= 1 or Random(f"{self.seed} {number}").random() < self.rate

    def off(self) -> None:
        self.on = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.off()


@dataclass(frozen=True, slots=True)
class Answered:
    """`usage` is None where no model had to work."""

    reply: Reply
    usage: Usage | None = None


@dataclass(slots=True)
class FakeModel:
    """`ask` answers; `models` are the names it listens to, all when empty.

    `keep` says whether `requests` is filled; `calls` counts them in any case.
    """

    ask: Ask
    prompts: Prompts
    models: Collection[str] = ()
    keep: bool = True
    calls: int = 0
    requests: list[ChatRequest] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    raised: list[Exception] = field(default_factory=list)

    def answer(self, raw: Any) -> Answered:
        """The answer to one request body; a defect of the scripted model becomes status 500."""
        try:
            request = read(raw)
        except Malformed as why:
            return Answered(error(400, str(why)))
        if self.models and request.model not in self.models:
            return Answered(_no_model(request.model))
        self.calls += 1
        if self.keep:
            self.requests.append(request)
        reply = self._reply(request, self.calls - 1)
        return Answered(reply, self._used(request, reply) if reply.worked else None)

    def _reply(self, request: ChatRequest, number: int) -> Reply:
        try:
            return _limited(self._around(number)(request), request)
        except Exception as defect:
            self.raised.append(defect)
            return error(500, f"the scripted model raised {defect!r}", kind="server_error")

    def _around(self, number: int) -> Ask:
        """The model inside the faults that are due, the last one set outermost."""
        ask: Ask = self._seeing
        for planned in self.planned:
            if planned.due(number):
                self.met[planned.fault.name] += 1
                ask = _worse(planned.fault, ask)
        return ask

    def _seeing(self, request: ChatRequest) -> Reply:
        readable = all(picture_size(picture) for picture in request.images)
        return self.ask(request) if readable else UNREADABLE

    def _used(self, request: ChatRequest, reply: Reply) -> Usage:
        prompt, cached = self.prompts.count(request)
        usage = Usage(prompt, text_tokens(reply.refusal or reply.text), cached)
        self.usage.add(usage)
        return usage


def _worse(fault: Fault, ask: Ask) -> Ask:
    return lambda request: fault.worsen(request, ask)


def _no_model(name: str) -> Reply:
    said = f"The model `{name}` does not exist or you do not have access to it."
    return error(404, said, "model_not_found")


def _limited(reply: Reply, request: ChatRequest) -> Reply:
    """No longer than the request allows, as any server sees to."""
    most = request.raw.get("max_completion_tokens") or request.raw.get("max_tokens")
    if not most or text_tokens(reply.text) <= most:
        return reply
    return replace(reply, text=first_tokens(reply.text, most), finish_reason="length")
