"""The narrow protocols of the outside world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from pydantic import SecretStr

from vqva_crawl.records import Hit, Query

Kind = Literal["page", "image", "text", "asset"]


@dataclass(frozen=True, slots=True)
class Response:
    """A complete, decoded answer with status 200.

    `url` is the last URL of the redirect chain; header names are lower case, repeated headers are
    joined with ", "; `fetched_at` is ISO 8601 in UTC; `cached` tells that no request was made,
    `expired` that it is to be asked for again before it is used. `sent` has (name, value) of the
    headers as they came, those of redirects to it before, where a source keeps them.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    fetched_at: str
    cached: bool = False
    expired: bool = False
    sent: tuple[tuple[str, str], ...] = ()

    @property
    def age(self) -> float:
        """Seconds since it was fetched."""
        return (datetime.now(UTC) - datetime.fromisoformat(self.fetched_at)).total_seconds()


class Fetcher(Protocol):
    """Gets URLs under all rules: address guard, robots, opt-outs, limits, retries, caps, cache."""

    async def get(self, url: str, kind: Kind) -> Response:
        """The answer to a GET.

        `page` accepts HTML only, `image` pictures only, `text` anything textual (sitemaps,
        which may be gzipped and are cut where they are too long), `asset` what a page's scripts
        need: code, styles, data.
        Raises FetchError (Transient, RateLimited, Refused) when the URL cannot be had.
        """
        ...

    async def aclose(self) -> None: ...


class ResponseCache(Protocol):
    """Answers of earlier runs by URL, beside what `Notices` keeps under keys of its own; failures
    of pages are never put in."""

    def get(self, url: str) -> Response | None: ...

    def put(self, url: str, response: Response) -> None: ...


class Api(Protocol):
    """Asks JSON interfaces of other programs under the rules of a `Fetcher`, but for robots.txt."""

    async def json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, SecretStr] | None = None,
        body: Any = None,
        check: Callable[[Any], None] | None = None,
    ) -> Any:
        """What the answer holds; a POST where there is a `body`, which is sent as JSON.

        Keys belong into `headers`. `check` raises the FetchError that an answer stands for where
        an interface tells of errors with status 200. Raises FetchError (Transient, RateLimited,
        Refused).
        """
        ...

    async def lines(self, url: str, params: Mapping[str, str | int] | None = None) -> list[Any]:
        """What the lines of the answer hold, each of which is JSON. Raises FetchError."""
        ...

    async def piece(self, url: str, offset: int, length: int) -> bytes:
        """So many bytes of a file from `offset` on, as they lie there. Raises FetchError."""
        ...

    def pace(self, url: str, seconds: float) -> None:
        """At least this many seconds between two requests to the URL's host."""
        ...


class Limiter(Protocol):
    """Hands out slots by key: `host:example.org`, `model:name`. Politeness lives here alone."""

    def slot(self, key: str) -> AbstractAsyncContextManager[None]:
        """Waits for the key's concurrency and delay, holds a slot while the block runs."""
        ...

    def delay(self, key: str, seconds: float) -> None:
        """At least this many seconds between two starts (Crawl-delay); never shortens."""
        ...

    def observe(self, key: str, seconds: float, refused: bool = False) -> None:
        """An answer began after so many seconds; `refused` where it asked to slow down."""
        ...

    def pause(self, key: str, seconds: float) -> None:
        """No start for this long (Retry-After)."""
        ...

    def dismiss(self, key: str) -> None:
        """Whoever waits for the key waits no more, without a slot: nothing will be asked."""
        ...


class SearchBackend(Protocol):
    """Turns queries into hits."""

    name: str

    async def search(self, query: Query, limit: int) -> list[Hit]:
        """At most `limit` hits, best first. Raises FetchError when the backend cannot answer."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message: texts and encoded pictures (JPEG or PNG, never URLs) in reading order."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | bytes, ...]

    @property
    def text(self) -> str:
        """Its texts, a line apart."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def images(self) -> tuple[bytes, ...]:
        return tuple(part for part in self.parts if isinstance(part, bytes))


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a model.

    `schema` is the JSON schema that the answer has to fit, None for free text; `prompt` the digest
    of the prompt file it came from. `role` and `document` say who asks and for which document:
    for budgets and traces, not for the model; `key` is the answer's address in the cache, which
    the cache fills in.
    """

    messages: tuple[Message, ...]
    schema: dict[str, Any] | None = None
    max_tokens: int = 1024
    prompt: str = ""
    role: str = ""
    document: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said. Tokens are the server's count, 0 where it gives none.

    `model` is the name of the one that said it, `endpoint` its base URL; "" where nothing tells.
    `key` is the answer's address in the cache, `cached` tells that nothing was asked this time.
    """

    text: str
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    model: str = ""
    endpoint: str = ""
    key: str = ""
    cached: bool = False


class ChatModel(Protocol):
    name: str

    async def chat(self, call: Call) -> Answer:
        """One completion.

        Raises ModelError when the endpoint cannot answer at all, BudgetReached at a cap, Pending
        in batch mode, Unusable when this call alone fails.
        """
        ...


@dataclass(slots=True)
class Counters:
    """Counts of what a fetcher did, for progress and benchmarks."""

    requests: int = 0
    cached: int = 0
    bytes: int = 0
    errors: dict[str, int] = field(default_factory=dict)
