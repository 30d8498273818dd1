"""The site backend: finds the pages of given sites, and searches what was collected of them.

Discovery reads the sitemaps that robots.txt names, else `/sitemap.xml`, and follows links, frames
and refreshes (<meta http-equiv=refresh>, a Refresh header), all within the folders of the start
URLs; depth and count are bounded.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.search import sitemaps
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.index import PageIndex, opened
from vqva_crawl.records import Hit, Query, Target
from vqva_crawl.registry import Options, search_backend
from vqva_crawl.urls import join, origin, url_key

# Files that links lead to and that are no pages.
NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|pdf|zip|t?gz|bz2|xz|7z|rar|tar|mp[34]|og[gv]|webm"
    r"|avi|mov|wav|css|js|json|xml|rss|atom|exe|dmg|deb|rpm|iso|docx?|xlsx?|pptx?|woff2?|ttf)$",
    re.I,
)


def _web(url: str) -> str:
    """The URL, spelled in full; ValueError when it is no http(s) URL."""
    full = join(url, "")
    if not full:
        raise ValueError(f"'{url}' is no http(s) URL")
    return full


class SiteOptions(Options):
    start: list[Annotated[str, AfterValidator(_web)]] = Field(min_length=1)
    """Where discovery begins; it stays in the folders of these URLs."""
    exhaust: bool = False
    """Also annotate pages that no query hit."""
    max_depth: int = Field(10, ge=0)
    """Links away from a start URL; a frame and a refresh count as one."""
    max_pages: int = Field(10_000, ge=1)
    """URLs asked for in all: the shallow ones first, then in the order of their keys."""
    sitemap: bool = True
    """Read sitemaps too (XML, text or a feed), of each the first 50,000 URLs and 50 MiB."""


class Site:
    def __init__(
        self,
        name: str,
        options: SiteOptions,
        fetcher: Fetcher,
        index: PageIndex,
        tell: Callable[[str], object] = lambda line: None,
    ) -> None:
        self.name = name
        self.exhaust = options.exhaust
        self.max_pages = options.max_pages
        self._options = options
        self._fetcher = fetcher
        self._scopes = [url.rsplit("/", 1)[0] + "/" for url in options.start]
        self._index = index
        self._tell = tell

    # discovery

    async def seeds(self) -> list[Target]:
        found = dict.fromkeys(self._options.start, 0)
        if self._options.sitemap:
            lost: list[str] = []
            in_sitemaps = (self._in_sitemaps(url, lost) for url in self._options.start)
            for pages in await asyncio.gather(*in_sitemaps):
                for page in pages:
                    found.setdefault(page, 1)
            self._tell_lost(list(dict.fromkeys(lost)))
        return [self._target(url, depth) for url, depth in found.items()]

    async def _in_sitemaps(self, url: str, lost: list[str]) -> list[str]:
        """What the sitemaps of a start URL's origin name and may be asked for."""
        first: list[str] = []
        async for pages in sitemaps.pages(self._fetcher, url, lost):
            first = await asyncio.to_thread(self._first, first, pages)
        return first

    def _first(self, known: list[str], pages: list[str]) -> list[str]:
        """The first by key: more than may ever be taken need not be remembered."""
        inside = dict.fromkeys([*known, *filter(self._in_scope, pages)])
        return sorted(inside, key=url_key)[: self.max_pages]

    def _tell_lost(self, lost: list[str]) -> None:
        if lost:
            more = f"; and {len(lost) - 1} more cannot be read" if lost[1:] else ""
            self._tell(f"{self.name}: sitemap {lost[0]}{more}")

    def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
        if depth >= self._options.max_depth or not self._inside(url):
            return []
        return [self._target(link, depth + 1) for link in links if self._in_scope(link)]

    def _in_scope(self, url: str) -> bool:
        return self._inside(url) and not NO_PAGE.search(urlsplit(url).path)

    def _inside(self, url: str) -> bool:
        """Whether it lies in the folder of a start URL."""
        path = urlsplit(url).path
        return any(
            origin(url) == origin(scope) and path.startswith(urlsplit(scope).path)
            for scope in self._scopes
        )

    def _target(self, url: str, depth: int) -> Target:
        return Target(key=url_key(url), url=url, depth=depth, backend=self.name)

    # search

    def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        self._index.add(unit, documents)

    async def search(self, query: Query, limit: int) -> list[Hit]:
        return self._index.hits(query, limit, self.name)


@search_backend("site", options=SiteOptions)
@asynccontextmanager
async def site(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Site]:
    checked = SiteOptions.model_validate(options)
    with opened(context.folder / f"{context.name}.sqlite") as index:
        yield Site(context.name, checked, context.fetcher, index, context.tell)
