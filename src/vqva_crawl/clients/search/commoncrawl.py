"""The commoncrawl backend: pages of Common Crawl, found by their URLs and read from its archives.

Its index (a CDX server) is asked for URL patterns; each page is one piece of a WARC file. Each of
its two hosts gets one request at a time, and `pace` seconds lie between two, as its operators ask;
after a 503 ("slow down") the limiter lets it rest, longer each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

from pydantic import Field, model_validator

from vqva_crawl.clients.base import Api, Response
from vqva_crawl.clients.search.base import SearchContext, SourceContext
from vqva_crawl.clients.search.index import PageIndex, opened
from vqva_crawl.clients.search.listed import Listed
from vqva_crawl.clients.search.warc.record import raw, response
from vqva_crawl.errors import FetchError, Refused
from vqva_crawl.records import Target
from vqva_crawl.registry import Options, search_backend, source
from vqva_crawl.urls import url_key

Asked = dict[str, str | int]

FIELDS = "url,timestamp,status,mime,mime-detected,filename,offset,length"
HTML = ("text/html", "application/xhtml+xml")


class CommonCrawlOptions(Options):
    hosts: list[str] = []
    """Hosts whose pages are looked up, such as en.wikibooks.org."""
    url_patterns: list[str] = []
    """Patterns of the index, such as example.org/manual/* or *.example.org."""
    index: str | None = Field(None, pattern=r"^[A-Za-z0-9-]+$")
    """The crawl, such as CC-MAIN-2026-42; the latest by default."""
    exhaust: bool = True
    """Also annotate pages that no query hit."""
    max_pages: int = Field(1000, ge=1)
    """Pages looked up and read in all, in the order of the index."""
    pace: float = Field(1.0, ge=0)
    """Seconds between two requests; a longer fetch.per_host.delay wins."""
    index_url: str = "https://index.commoncrawl.org"
    """The CDX server."""
    data_url: str = "https://data.commoncrawl.org"
    """Where the archives lie."""

    @model_validator(mode="after")
    def _some(self) -> CommonCrawlOptions:
        if not self.patterns:
            raise ValueError("name at least one of hosts and url_patterns")
        return self

    @property
    def patterns(self) -> list[str]:
        return [*(f"{host}/*" for host in self.hosts), *self.url_patterns]


class CommonCrawl(Listed):
    def __init__(
        self, options: CommonCrawlOptions, context: SearchContext, index: PageIndex
    ) -> None:
        super().__init__(context.name, options.exhaust, options.max_pages, index)
        self._options = options
        self._most = options.max_pages
        self._api = context.api
        context.api.pace(options.index_url, options.pace)

    async def seeds(self) -> list[Target]:
        place = f"{self._options.index_url}/{await self._crawl()}-index"
        found: dict[str, dict[str, Any]] = {}
        async for capture in self._captures(place):
            _keep_newest(found, capture)
            if len(found) > self._most:  # one more: the captures of the last URL are complete
                break
        return [self._seed(capture) for capture in list(found.values())[: self._most]]

    async def _captures(self, place: str) -> AsyncIterator[dict[str, Any]]:
        """Of all patterns, in the order of the index."""
        for pattern in self._options.patterns:
            for page in range(await self._pages(place, pattern)):
                asked: Asked = {"url": pattern, "page": page, "fl": FIELDS, "filter": "=status:200"}
                for line in await self._ask(place, asked):
                    if _is_page(line):
                        yield line

    async def _crawl(self) -> str:
        if self._options.index:
            return self._options.index
        url = f"{self._options.index_url}/collinfo.json"
        crawls = await self._api.json(url)
        try:
            return str(crawls[0]["id"])
        except (LookupError, TypeError) as error:
            raise Refused("broken", url, "it names no crawl") from error

    async def _pages(self, place: str, pattern: str) -> int:
        """How many pages of answers there are for a pattern."""
        found = await self._ask(place, {"url": pattern, "showNumPages": "true"})
        try:
            return sum(int(line["pages"]) for line in found)
        except (LookupError, TypeError, ValueError) as error:
            raise Refused("broken", place, "it does not say how many pages there are") from error

    async def _ask(self, place: str, params: Asked) -> list[Any]:
        asked = {**params, "output": "json"}
        try:
            return await self._api.lines(place, asked)
        except FetchError as error:
            if error.kind == "http_404" and "no captures" in error.detail.lower():
                return []
            raise

    def _seed(self, capture: dict[str, Any]) -> Target:
        place = f"{capture['filename']}#{int(capture['offset'])}+{int(capture['length'])}"
        return self.target(capture["url"], place)


def _is_page(line: Any) -> bool:
    """Whether a line of the index is of an HTML page that can be read."""
    try:
        numbers = int(line["offset"]) >= 0 and int(line["length"]) > 0
        said = line.get("mime-detected") or line.get("mime")
        url_key(line["url"])
        return numbers and said in HTML and str(line["status"]) == "200" and bool(line["filename"])
    except (LookupError, TypeError, ValueError, AttributeError):
        return False


def _keep_newest(found: dict[str, dict[str, Any]], capture: dict[str, Any]) -> None:
    key = url_key(capture["url"])
    known = found.setdefault(key, capture)
    if str(capture.get("timestamp", "")) > str(known.get("timestamp", "")):
        found[key] = capture


class CommonCrawlSource:
    """`Reading`: a page by its piece of an archive."""

    def __init__(self, options: CommonCrawlOptions, api: Api, cap: int) -> None:
        self._api = api
        self._data = options.data_url
        self._cap = cap
        self._one = asyncio.Lock()
        api.pace(options.data_url, options.pace)

    async def read(self, target: Target) -> Response:
        name, _, span = target.place.rpartition("#")
        offset, _, length = span.partition("+")
        url = f"{self._data}/{name}"
        async with self._one:
            found = await self._api.piece(url, int(offset), int(length))
        return await response(raw(BytesIO(found), target.url, self._cap), target.url, self._cap)


@search_backend("commoncrawl", options=CommonCrawlOptions)
@asynccontextmanager
async def commoncrawl(
    options: dict[str, Any], context: SearchContext
) -> AsyncIterator[CommonCrawl]:
    checked = CommonCrawlOptions.model_validate(options)
    with opened(context.folder / f"{context.name}.sqlite") as index:
        yield CommonCrawl(checked, context, index)


@source("commoncrawl")
@asynccontextmanager
async def commoncrawl_source(
    options: dict[str, Any], context: SourceContext
) -> AsyncIterator[CommonCrawlSource]:
    checked = CommonCrawlOptions.model_validate(options)
    yield CommonCrawlSource(checked, context.api, context.caps["page"])
