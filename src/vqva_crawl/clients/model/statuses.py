"""How a request failed: the run ends, another try may succeed, or one call alone is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from aiohttp.http_exceptions import BadStatusLine, HttpProcessingError, LineTooLong

from vqva_crawl.clients.faults import causes, first_line
from vqva_crawl.clients.plain import plain
from vqva_crawl.clients.retry import asked_wait
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError, RateLimited, Refused, Transient
from vqva_crawl.masking import masked

PASSING = (408, 409, 425)  # that another try may mend, as those from 500 on


@dataclass(frozen=True, slots=True)
class Status:
    """What a server answered in an answer's place. `said` is on one line, without the key."""

    number: int
    said: str
    code: str | None  # the word for it, of those servers that have one
    headers: Mapping[str, str]


def failure(status: Status, settings: Settings) -> Exception:
    """ModelError, RateLimited, Transient or Refused. A 403 may be meant for one call's content."""
    url, said, number = settings.base_url or "", status.said, status.number
    kind = f"http_{number}"
    if number == 401:
        return ModelError(f"{url}: {said}; {about_key(settings)}")
    if number in (404, 405):
        return ModelError(f"{url}: {said}; {_about_place(status, settings)}")
    if number == 402 or status.code == "insufficient_quota":
        return ModelError(f"{url}: {said}")
    if number < 400:
        to = plain(masked(status.headers.get("location", "nowhere")))[:200]
        return ModelError(f"{url}: redirects to {to} ({kind}); name the right address in base_url")
    if number in (429, 503):
        return RateLimited(kind, url, said, asked_wait(status.headers))
    if number in PASSING or number >= 500:
        return Transient(kind, url, said)
    return Refused(kind, url, said)


def _about_place(status: Status, settings: Settings) -> str:
    """What to look at where a server does not know what was asked for."""
    path = urlsplit(settings.base_url or "").path.rstrip("/")
    if path.endswith("/completions"):
        return "base_url goes without /chat/completions"
    if status.code != "model_not_found" and not re.search(r"/v\d", path):
        return "is base_url right? most end in /v1"
    return f"is model.name '{settings.name}' right?"


def unanswered(error: BaseException, settings: Settings, key: str) -> Transient:
    """No status came, whatever the HTTP stack raised in its place.

    Told by its kind: the words of an error may hold the request's headers, or what a server
    repeats of them. A dropped connection comes out as a time-out: its cause tells them apart.
    """
    url, chain = settings.base_url or "", list(causes(error))
    for one in chain:
        if isinstance(one, Transient):  # of its body, which came
            return one
    for one in chain:
        match one:
            case aiohttp.ClientPayloadError():
                return Transient("truncated", url, "the answer was cut off")
            case aiohttp.ClientResponseError() | HttpProcessingError():
                return Transient("protocol", url, _no_http(chain, url))
            case aiohttp.ServerDisconnectedError():
                return Transient("connect", url, "Server disconnected")
            case aiohttp.ClientOSError():
                return Transient("connect", url, first_line(one, key))
    if any(isinstance(one, TimeoutError) for one in chain):
        return Transient("timeout", url, f"no answer in {settings.timeout:g} s")
    for one in chain:
        if isinstance(one, OSError):
            return Transient("connect", url, first_line(one, key))
    inner = type(error.__cause__ or error).__name__
    return Transient("protocol", url, f"the HTTP client failed on its answer ({inner})")


def _no_http(chain: list[BaseException], url: str) -> str:
    """What is wrong with an answer that the HTTP parser gave up."""
    if any(isinstance(one, BadStatusLine) for one in chain):
        ask = "; does base_url want https?" if url.startswith("http:") else ""
        return f"it does not answer in HTTP{ask}"
    if any(isinstance(one, LineTooLong) for one in chain):
        return "a header of its answer is too long"
    return "its answer is no valid HTTP"


def about_key(settings: Settings) -> str:
    """What to look at where a server does not let us in."""
    if settings.api_key_env is None:
        return "does it want a key? name its environment variable in api_key_env"
    return f"is ${settings.api_key_env} right?"
