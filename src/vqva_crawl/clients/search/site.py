"""The site backend: finds the pages of given sites, and searches what was collected of them.

Discovery reads the sitemaps that robots.txt or `/sitemap.xml` name; where there are none it follows
links, bounded by depth and count, within the folders of the start URLs. The index is SQLite FTS5
over committed documents.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.errors import FetchError
from vqva_crawl.records import Hit, Query, Target
from vqva_crawl.registry import Options, search_backend
from vqva_crawl.urls import join, origin, url_key

MAX_SITEMAPS = 50
# Files that links lead to and that are no pages.
NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|pdf|zip|t?gz|bz2|xz|7z|rar|tar|mp[34]|og[gv]|webm"
    r"|avi|mov|wav|css|js|json|xml|rss|atom|exe|dmg|deb|rpm|iso|docx?|xlsx?|pptx?|woff2?|ttf)$",
    re.I,
)


class SiteOptions(Options):
    start: list[str] = Field(min_length=1)
    """Where discovery begins; it stays in the folders of these URLs."""
    exhaust: bool = False
    """Also annotate pages that no query hit."""
    max_depth: int = Field(10, ge=0)
    """Links away from a start URL."""
    max_pages: int = Field(10_000, ge=1)
    """URLs taken from sitemaps."""
    sitemap: bool = True
    """Look for sitemaps first."""


class Site:
    name = "site"

    def __init__(self, options: SiteOptions, fetcher: Fetcher, index: Path) -> None:
        self.exhaust = options.exhaust
        self._options = options
        self._fetcher = fetcher
        self._scopes = [url.rsplit("/", 1)[0] + "/" for url in options.start]
        index.parent.mkdir(parents=True, exist_ok=True)
        # The index can be built again from the parts: no need to wait for the disk.
        self._db = sqlite3.connect(index)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS pages USING fts5(url UNINDEXED, title, text)"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS units (unit TEXT PRIMARY KEY)")

    def close(self) -> None:
        self._db.close()

    # discovery

    async def seeds(self) -> list[Target]:
        found = dict.fromkeys(self._options.start, 0)
        if self._options.sitemap:
            for url in self._options.start:
                for page in await self._sitemap(url):
                    found.setdefault(page, 1)
        return [self._target(url, depth) for url, depth in found.items()]

    async def _sitemap(self, start: str) -> list[str]:
        """The pages in scope that the sitemaps of a start URL's origin name."""
        queue = [join(start, "/sitemap.xml")]
        pages: list[str] = []
        for place in queue:
            try:
                response = await self._fetcher.get(place, "text")
            except FetchError:
                continue  # no sitemap: links will do
            text = response.body.decode("utf-8", "replace")
            found = [join(place, _unescape(u)) for u in re.findall(r"<loc>\s*(.*?)\s*</loc>", text)]
            if "<sitemapindex" in text:
                queue += [u for u in found if u][: MAX_SITEMAPS - len(queue)]
            else:
                pages += [u for u in found if u and self._in_scope(u)]
        return pages[: self._options.max_pages]

    def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
        if depth >= self._options.max_depth:
            return []
        return [self._target(link, depth + 1) for link in links if self._in_scope(link)]

    def _in_scope(self, url: str) -> bool:
        path = urlsplit(url).path
        scoped = any(
            origin(url) == origin(scope) and path.startswith(urlsplit(scope).path)
            for scope in self._scopes
        )
        return scoped and not NO_PAGE.search(path)

    def _target(self, url: str, depth: int) -> Target:
        return Target(key=url_key(url), url=url, depth=depth, backend=self.name)

    # search

    def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        with self._db:
            if self._db.execute("INSERT OR IGNORE INTO units VALUES (?)", (unit,)).rowcount:
                self._db.executemany("INSERT INTO pages VALUES (?, ?, ?)", documents)

    async def search(self, query: Query, limit: int) -> list[Hit]:
        words = dict.fromkeys(re.findall(r"\w+", query.text.lower()))
        if not words:
            return []
        # Any of the words; a word in the title counts five times; ties by URL, so never by chance.
        rows = self._db.execute(
            "SELECT url, title FROM pages WHERE pages MATCH ? "
            "ORDER BY bm25(pages, 0, 5, 1), url LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), limit),
        )
        return [
            Hit(url=u, rank=i, title=t, query=query.text, topic=query.topic, backend=self.name)
            for i, (u, t) in enumerate(rows.fetchall(), 1)
        ]


def _unescape(text: str) -> str:
    return text.replace("&amp;", "&")


@search_backend("site", options=SiteOptions)
@asynccontextmanager
async def site(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Site]:
    index = context.folder / "site.sqlite"
    backend = Site(SiteOptions.model_validate(options), context.fetcher, index)
    try:
        yield backend
    finally:
        backend.close()
