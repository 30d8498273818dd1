"""The narrow protocols of the outside world."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from vqva_crawl.records import Hit, Query

Kind = Literal["page", "image", "text"]


@dataclass(frozen=True, slots=True)
class Response:
    """A complete, decoded answer with status 200.

    `url` is the last URL of the redirect chain; header names are lower case, repeated headers are
    joined with ", "; `fetched_at` is ISO 8601 in UTC; `cached` tells that no request was made.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: str
    cached: bool = False


class Fetcher(Protocol):
    """Gets URLs under all rules: address guard, robots, opt-outs, limits, retries, caps, cache."""

    async def get(self, url: str, kind: Kind) -> Response:
        """The answer to a GET.

        `page` accepts HTML only, `image` pictures only, `text` anything textual (sitemaps).
        Raises FetchError (Transient, RateLimited, Refused) when the URL cannot be had.
        """
        ...

    async def aclose(self) -> None: ...


class Limiter(Protocol):
    """Hands out slots by key: `host:example.org`, `model:name`. Politeness lives here alone."""

    def slot(self, key: str) -> AbstractAsyncContextManager[None]:
        """Waits for the key's concurrency and delay, holds a slot while the block runs."""
        ...

    def delay(self, key: str, seconds: float) -> None:
        """At least this many seconds between two starts (Crawl-delay); never shortens."""
        ...

    def pause(self, key: str, seconds: float) -> None:
        """No start for this long (Retry-After)."""
        ...


class SearchBackend(Protocol):
    """Turns queries into hits."""

    name: str

    async def search(self, query: Query, limit: int) -> list[Hit]:
        """At most `limit` hits, best first. Raises FetchError when the backend cannot answer."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; `images` are encoded bytes (JPEG or PNG), never URLs."""

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatModel(Protocol):
    name: str

    async def chat(self, messages: Sequence[Message]) -> Answer:
        """One completion. Raises ModelError when the endpoint cannot answer."""
        ...


@dataclass(slots=True)
class Counters:
    """Counts of what a fetcher did, for progress and benchmarks."""

    requests: int = 0
    cached: int = 0
    bytes: int = 0
    errors: dict[str, int] = field(default_factory=dict)
