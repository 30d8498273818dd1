"""Stand-ins for the outside world, for tests of stages, agents and pipelines of your own.

None of them opens a connection or waits. Each keeps what it was asked, for assertions. For a model
behind a real (loopback) server, with latency and faults, see `vqva_crawl.clients.fake_model`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr

from vqva_crawl.clients.base import Answer, Call, Counters, Fetcher, Kind, Response
from vqva_crawl.clients.render.base import Given, Rendered
from vqva_crawl.clients.sending import sent
from vqva_crawl.errors import FetchError, ModelError, Refused
from vqva_crawl.records import Hit, Query

Scripted = str | Answer | Exception

FETCHED_AT = "2000-01-01T00:00:00+00:00"
TYPES: dict[Kind, str] = {
    "page": "text/html; charset=utf-8",
    "image": "image/png",
    "text": "",
    "asset": "",
}


class FakeFetcher:
    """A Fetcher that answers from memory.

    `pages` maps a URL to a Response, to the bytes of a body, or to the FetchError to raise; other
    URLs are Refused (http_404). `asked` lists the (url, kind) of every call.

        fetcher = FakeFetcher({"http://a.test/": b"<p>hello</p>"})
        response = await fetcher.get("http://a.test/", "page")
    """

    def __init__(self, pages: Mapping[str, Response | bytes | FetchError]) -> None:
        self.pages = dict(pages)
        self.asked: list[tuple[str, Kind]] = []
        self.counters = Counters()
        self.closed = False

    async def get(self, url: str, kind: Kind) -> Response:
        self.asked.append((url, kind))
        self.counters.requests += 1
        sent()
        found = self.pages.get(url, Refused("http_404", url, "not in the fake's pages"))
        if isinstance(found, FetchError):
            self.counters.errors[found.kind] = self.counters.errors.get(found.kind, 0) + 1
            raise found
        if isinstance(found, bytes):
            found = Response(url, 200, {"content-type": TYPES[kind]}, found, FETCHED_AT)
        self.counters.bytes += len(found.body)
        return found

    async def aclose(self) -> None:
        self.closed = True


class FakeApi:
    """An Api that answers from memory.

    `answers` maps a URL to what its JSON holds, to the FetchError to raise, or to a function of
    (params, body) that gives either; other URLs are Refused (http_404). `lines` takes a list of
    what the lines hold, `piece` the bytes of the whole file. `asked` lists the (url,
    params, body) of every call, `paces` keeps the last pace asked for of each URL.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, dict[str, str | int], Any]] = []
        self.keys: list[dict[str, str]] = []  # the headers of every call
        self.paces: dict[str, float] = {}

    async def json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, SecretStr] | None = None,
        body: Any = None,
        check: Callable[[Any], None] | None = None,
    ) -> Any:
        self.asked.append((url, dict(params or {}), body))
        self.keys.append({name: key.get_secret_value() for name, key in (headers or {}).items()})
        found = self.answers.get(url, Refused("http_404", url, "not in the fake's answers"))
        if callable(found):
            found = found(dict(params or {}), body)
        if isinstance(found, FetchError):
            raise found
        if check is not None:
            check(found)
        return found

    async def lines(self, url: str, params: Mapping[str, str | int] | None = None) -> list[Any]:
        return list(await self.json(url, params))

    async def piece(self, url: str, offset: int, length: int) -> bytes:
        return bytes((await self.json(url))[offset : offset + length])

    def pace(self, url: str, seconds: float) -> None:
        self.paces[url] = seconds


class FakeRenderer:
    """A Renderer that shows from memory.

    `pages` maps a URL to the HTML that its scripts leave, or to the FetchError to raise; other
    pages stay as they are. `asked` lists the URLs.
    """

    def __init__(self, pages: Mapping[str, str | FetchError]) -> None:
        self.pages = dict(pages)
        self.asked: list[str] = []

    async def render(self, page: Given, fetcher: Fetcher) -> Rendered:
        self.asked.append(page.url)
        found = self.pages.get(page.url, page.body.decode(errors="replace"))
        if isinstance(found, FetchError):
            raise found
        return Rendered(page.url, found)


class FakeLimiter:
    """A Limiter without limits. `slots` lists the keys in order of start; `active` is how many
    slots are held; `delays` and `pauses` keep the last value set for each key."""

    def __init__(self) -> None:
        self.slots: list[str] = []
        self.active = 0
        self.delays: dict[str, float] = {}
        self.pauses: dict[str, float] = {}
        self.observed: list[tuple[str, float, bool]] = []

    @asynccontextmanager
    async def slot(self, key: str) -> AsyncIterator[None]:
        self.slots.append(key)
        self.active += 1
        try:
            yield
        finally:
            self.active -= 1

    def delay(self, key: str, seconds: float) -> None:
        self.delays[key] = seconds

    def observe(self, key: str, seconds: float, refused: bool = False) -> None:
        self.observed.append((key, seconds, refused))

    def pause(self, key: str, seconds: float) -> None:
        self.pauses[key] = seconds

    def dismiss(self, key: str) -> None: ...


class ScriptedModel:
    """A ChatModel that gives prepared answers in order, then raises ModelError.

    An answer is a text, an Answer, or an exception to raise; in place of a list there may be a
    function that makes one of each Call. `asked` lists the calls.
    """

    def __init__(
        self,
        answers: Iterable[Scripted] | Callable[[Call], Scripted],
        name: str = "scripted",
    ) -> None:
        self.name = name
        self.asked: list[Call] = []
        self._make = answers if callable(answers) else None
        self._answers = deque(() if callable(answers) else answers)

    async def chat(self, call: Call) -> Answer:
        self.asked.append(call)
        answer = self._make(call) if self._make else self._next()
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else Answer(answer, model=self.name)

    def _next(self) -> Scripted:
        if not self._answers:
            raise ModelError(f"model '{self.name}' has no scripted answer left")
        return self._answers.popleft()


class FakeSearch:
    """A SearchBackend that answers from memory.

    `urls` maps a query's text to URLs, best first, or to the FetchError to raise; other queries
    find nothing. `asked` lists the queries.
    """

    def __init__(self, urls: Mapping[str, Sequence[str] | FetchError], name: str = "fake") -> None:
        self.name = name
        self.urls = dict(urls)
        self.asked: list[Query] = []

    async def search(self, query: Query, limit: int) -> list[Hit]:
        self.asked.append(query)
        found = self.urls.get(query.text, ())
        if isinstance(found, FetchError):
            raise found
        return [
            Hit(url=url, rank=rank, query=query.text, topic=query.topic, backend=self.name)
            for rank, url in enumerate(found[:limit])
        ]
