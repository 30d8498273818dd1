"""What a search backend gets, and what one may offer beyond `search`.

A backend is an async context manager factory, registered by name:

    @vc.search_backend("mine")
    @asynccontextmanager
    async def mine(options, context):
        yield Mine(options, context.fetcher)

What it opens lives for the time of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.records import Target

Routes = MutableMapping[tuple[str, int], tuple[str, int]]


@dataclass(frozen=True)
class SearchContext:
    """`fetcher` obeys all crawl rules; `folder` may hold what the backend wants to keep.

    `routes` maps (host, port) to the address that serves it; a backend that brings its own server
    (as the demo does) adds to it.
    """

    fetcher: Fetcher
    folder: Path
    routes: Routes = field(default_factory=dict)


@runtime_checkable
class Discovering(Protocol):
    """A backend that finds its pages by itself, through collect units."""

    exhaust: bool  # also annotate pages that no query hit
    max_pages: int | None  # how many URLs may be asked for on its behalf; None: any number

    async def seeds(self) -> list[Target]:
        """Where to begin."""
        ...

    def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
        """Which of a page's links to collect next."""
        ...

    def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        """Makes the (url, title, text) of a committed unit searchable; a second call is ignored."""
        ...
