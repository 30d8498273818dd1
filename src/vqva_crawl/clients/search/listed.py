"""What backends have in common whose pages are listed somewhere: no links are followed, and what
was collected of them can be searched."""

from __future__ import annotations

from collections.abc import Iterable

from vqva_crawl.clients.search.index import PageIndex
from vqva_crawl.records import Hit, Query, Target
from vqva_crawl.urls import url_key


class Listed:
    """A `Discovering` backend but for its `seeds`."""

    def __init__(self, name: str, exhaust: bool, max_pages: int | None, index: PageIndex) -> None:
        self.name = name
        self.exhaust = exhaust
        self.max_pages = max_pages
        self._index = index

    def target(self, url: str, place: str) -> Target:
        """A page to read. Its depth is 1: what stands still need not be read again each day."""
        return Target(key=url_key(url), url=url, depth=1, backend=self.name, place=place)

    def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
        return []

    def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        self._index.add(unit, documents)

    async def search(self, query: Query, limit: int) -> list[Hit]:
        return self._index.hits(query, limit, self.name)
