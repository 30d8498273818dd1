"""The site backend: finds the pages of given sites, and searches what was collected of them.

Discovery reads the sitemaps that robots.txt names, else `/sitemap.xml`, and follows links, all
within the folders of the start URLs; depth and count are bounded. The index is SQLite FTS5 over
committed documents.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.search import sitemaps
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.wording import enough, sought, telling
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
    """Links away from a start URL."""
    max_pages: int = Field(10_000, ge=1)
    """URLs asked for in all: the shallow ones first, then in the order of their keys."""
    sitemap: bool = True
    """Read sitemaps too, not links alone."""


class Site:
    name = "site"

    def __init__(self, options: SiteOptions, fetcher: Fetcher, index: Path) -> None:
        self.exhaust = options.exhaust
        self.max_pages = options.max_pages
        self._options = options
        self._fetcher = fetcher
        self._scopes = [url.rsplit("/", 1)[0] + "/" for url in options.start]
        index.parent.mkdir(parents=True, exist_ok=True)
        # The index can be built again from the parts: no need to wait for the disk.
        self._db = sqlite3.connect(index)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS pages USING "
            "fts5(url UNINDEXED, title, text, tokenize = 'porter unicode61')"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS units (unit TEXT PRIMARY KEY)")

    def close(self) -> None:
        self._db.close()

    # discovery

    async def seeds(self) -> list[Target]:
        found = dict.fromkeys(self._options.start, 0)
        if self._options.sitemap:
            for url in self._options.start:
                pages = await sitemaps.pages(self._fetcher, url)
                # More than may ever be taken need not be remembered.
                mine = sorted((p for p in pages if self._in_scope(p)), key=url_key)
                for page in mine[: self.max_pages]:
                    found.setdefault(page, 1)
        return [self._target(url, depth) for url, depth in found.items()]

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
        """The pages that hold more than half of the query's telling words.

        Ordered by BM25, a word in the title counting five times; ties by URL, so never by chance.
        """
        words, needed = sought(query.text), telling(query.text)
        if not words:
            return []
        least = enough(len(needed))
        rows = self._db.execute(
            "SELECT url, title FROM pages WHERE pages MATCH ? AND rowid IN ("
            "SELECT pages.rowid FROM json_each(?) AS word CROSS JOIN pages "
            "WHERE pages MATCH word.value GROUP BY pages.rowid HAVING count(*) >= ?) "
            "ORDER BY bm25(pages, 0, 5, 1), url LIMIT ?",
            (" OR ".join(map(_quoted, words)), json.dumps([*map(_quoted, needed)]), least, limit),
        )
        return [
            Hit(url=u, rank=i, title=t, query=query.text, topic=query.topic, backend=self.name)
            for i, (u, t) in enumerate(rows.fetchall(), 1)
        ]


def _quoted(word: str) -> str:
    return f'"{word}"'


@search_backend("site", options=SiteOptions)
@asynccontextmanager
async def site(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Site]:
    index = context.folder / "site.sqlite"
    backend = Site(SiteOptions.model_validate(options), context.fetcher, index)
    try:
        yield backend
    finally:
        backend.close()
