"""What goes wrong with models and their servers, each by name.

A fault stands around the model: it may answer in its place, or change what it says. The names in
`FakeModelServer.met` are those of the functions here. A fault of your own is a Fault too:

    shouting = Fault("shouting", lambda request, ask: Reply(ask(request).text.upper()))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from vqva_crawl.clients.fake_model.reply import UNREADABLE, Ask, Reply, Wire, error
from vqva_crawl.clients.fake_model.request import ChatRequest
from vqva_crawl.clients.fake_model.words import told, with_prose

PAGE = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
TURNING = "and then it turns back to the picture "
CHINESE = "这张图片显示了变化之后的样子，其余部分保持不变。"
REFUSAL = "I'm sorry, but I can't help with that."


@dataclass(frozen=True, slots=True)
class Fault:
    """`worsen` gives the reply to a request; `ask` is the model, less the faults set later."""

    name: str
    worsen: Callable[[ChatRequest, Ask], Reply]


# --- the server answers in the model's place: no tokens, no latency


def too_many(retry_after: float | datetime | None = None) -> Fault:
    """429; Retry-After in seconds, or as a date (an aware datetime)."""
    said = error(429, "Rate limit reached", "rate_limit_exceeded", kind="requests")
    return _instead("too_many", _later(said, retry_after))


def out_of_quota() -> Fault:
    """429 that no waiting mends."""
    said = "You exceeded your current quota, please check your plan and billing details."
    code = "insufficient_quota"
    return _instead("out_of_quota", error(429, said, code, kind=code))


def server_error() -> Fault:
    """500"""
    return _instead("server_error", error(500, "Internal error", kind="server_error"))


def unavailable(retry_after: float | datetime | None = None) -> Fault:
    """503; Retry-After as in `too_many`."""
    said = error(503, "The engine is overloaded", kind="server_error")
    return _instead("unavailable", _later(said, retry_after))


def dropped() -> Fault:
    """The connection is closed before any answer."""
    return _instead("dropped", Reply(wire=Wire(sent="nothing")))


def html_page(status: int = 200) -> Fault:
    """A web page, as from a proxy in between or from a wrong URL."""
    return _instead("html_page", Reply(wire=Wire(status, body=PAGE, content_type="text/html")))


def refused_format(message: str = "response_format is not supported by this model") -> Fault:
    """400 to every request with a response_format; others are answered."""
    refused = error(400, message, "unsupported_parameter", param="response_format")
    return Fault("refused_format", lambda request, ask: refused if request.schema else ask(request))


def fragile_pictures() -> Fault:
    """500 to an unreadable picture, and the next connection dropped, as `transformers serve`."""
    said = error(500, "cannot identify image file", kind="server_error")
    broken = replace(said, wire=replace(said.wire, drop_next=True))

    def worsen(request: ChatRequest, ask: Ask) -> Reply:
        answer = ask(request)
        return broken if answer == UNREADABLE else answer

    return Fault("fragile_pictures", worsen)


# --- the model works, and its answer suffers on the way


def slow(seconds: float) -> Fault:
    """Nothing is sent for so long, on top of the server's latency."""
    return _wired("slow", delay=seconds)


def cut() -> Fault:
    """The connection is closed in the middle of the body, or of the stream."""
    return _wired("cut", sent="half")


def no_usage() -> Fault:
    """The answer does not tell its tokens."""
    return _after("no_usage", lambda reply: replace(reply, usage=False))


# --- the model says something else


def truncated() -> Fault:
    """Half of the text, finish_reason "length"."""
    return _after(
        "truncated", lambda reply: _said(reply, reply.text[: len(reply.text) // 2], "length")
    )


def content_filter() -> Fault:
    """No text, finish_reason "content_filter"."""
    return _after("content_filter", lambda reply: _said(reply, "", "content_filter"))


def empty() -> Fault:
    """No text, and all seems well."""
    return _after("empty", lambda reply: _said(reply, ""))


def refusal(text: str = REFUSAL, in_field: bool = False) -> Fault:
    """The model will not; in its text, or in the `refusal` field of OpenAI's structured outputs."""
    refused = Reply(refusal=text) if in_field else Reply(text)
    return _after("refusal", lambda reply: replace(refused, wire=reply.wire, usage=reply.usage))


def invalid_json() -> Fault:
    """JSON without its colons, which no finder of JSON can mend by accident."""
    return _retold("invalid_json", lambda text: '{"answer" ' + text.replace('":', '"'))


def in_prose() -> Fault:
    """The answer with words around it, and a brace among them."""
    before, after = (
        "Let me look at both pictures. Here is my answer: ",
        " I hope this helps {really}!",
    )
    return _retold("in_prose", lambda text: f"{before}{text}{after}")


def in_fence() -> Fault:
    """The answer in a Markdown code fence."""
    return _retold("in_fence", lambda text: f"```json\n{text}\n```")


def ignored_format() -> Fault:
    """Plain prose, though a response_format was asked for; others are answered as ever."""

    def worsen(request: ChatRequest, ask: Ask) -> Reply:
        reply = ask(request)
        return _said(reply, told(reply.text)) if request.schema else reply

    return Fault("ignored_format", worsen)


def loop(times: int = 80, words: str = TURNING) -> Fault:
    """Circular reasoning: the answer's prose gives way to the same words over and over."""
    return _reworded("loop", lambda prose: (words * times).strip())


def wrong_language(sentence: str = CHINESE) -> Fault:
    """The answer's prose is in another language than asked for."""
    return _reworded("wrong_language", lambda prose: sentence)


def mixed_languages(sentence: str = CHINESE) -> Fault:
    """The answer's prose goes on in another language, and comes back."""
    return _reworded("mixed_languages", lambda prose: f"{prose} {sentence} {prose}")


# --- how they are made


def on(words: str, fault: Fault) -> Fault:
    """A fault for the requests alone that hold these words."""
    return Fault(
        f"{fault.name} on '{words}'",
        lambda request, ask: (
            fault.worsen(request, ask) if request.mentions(words) else ask(request)
        ),
    )


def _instead(name: str, reply: Reply) -> Fault:
    return Fault(name, lambda request, ask: reply)


def _after(name: str, change: Callable[[Reply], Reply]) -> Fault:
    return Fault(name, lambda request, ask: change(ask(request)))


def _wired(name: str, **wire: Any) -> Fault:
    return _after(name, lambda reply: replace(reply, wire=replace(reply.wire, **wire)))


def _retold(name: str, change: Callable[[str], str]) -> Fault:
    return _after(name, lambda reply: _said(reply, change(reply.text)))


def _reworded(name: str, change: Callable[[str], str]) -> Fault:
    return _retold(name, lambda text: with_prose(text, change))


def _said(reply: Reply, text: str, finish_reason: str | None = None) -> Reply:
    return replace(reply, text=text, finish_reason=finish_reason or reply.finish_reason)


def _later(reply: Reply, retry_after: float | datetime | None) -> Reply:
    if retry_after is None:
        return reply
    if isinstance(retry_after, datetime):
        said = format_datetime(retry_after.astimezone(UTC), usegmt=True)
    else:
        said = f"{retry_after:g}"
    return replace(reply, wire=replace(reply.wire, headers={"Retry-After": said}))
