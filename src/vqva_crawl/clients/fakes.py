"""Stand-ins for the outside world, for tests of stages, agents and pipelines of your own.

None of them opens a connection or waits. Each keeps what it was asked, for assertions. For a model
behind a real (loopback) server, with latency and faults, see `vqva_crawl.clients.fake_model`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

from vqva_crawl.clients.base import Answer, Call, Counters, Kind, Response
from vqva_crawl.errors import FetchError, ModelError, Refused
from vqva_crawl.records import Hit, Query

Scripted = str | Answer | Exception

FETCHED_AT = "2000-01-01T00:00:00+00:00"
TYPES: dict[Kind, str] = {"page": "text/html; charset=utf-8", "image": "image/png", "text": ""}


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


class FakeLimiter:
    """A Limiter without limits. `slots` lists the keys in order of start; `active` is how many
    slots are held; `delays` and `pauses` keep the last value set for each key."""

    def __init__(self) -> None:
        self.slots: list[str] = []
        self.active = 0
        self.delays: dict[str, float] = {}
        self.pauses: dict[str, float] = {}

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

    def pause(self, key: str, seconds: float) -> None:
        self.pauses[key] = seconds


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
