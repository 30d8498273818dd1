"""What a search backend gets, and what one may offer beyond `search`.

A backend is an async context manager factory, registered by name:

    @vc.search_backend("mine")
    @asynccontextmanager
    async def mine(options, context):
        yield Mine(options, context.fetcher)

What it opens lives for the time of the run.

A kind of backend whose pages are not fetched, or that knows more of their pictures than the pages
say, has a source beside it, which collect units open where they run:

    @vc.source("mine")
    @asynccontextmanager
    async def my_source(options, context):
        yield MySource(options)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from vqva_crawl.clients.base import Api, Fetcher, Kind, Response
from vqva_crawl.config import Fetch
from vqva_crawl.records import Document, Target

Routes = MutableMapping[tuple[str, int], tuple[str, int]]


@dataclass(frozen=True)
class SearchContext:
    """`fetcher` obeys all crawl rules, `api` asks JSON interfaces; `folder` may hold what the
    backend wants to keep. `name` is what the backend is to call itself in hits and targets.

    `routes` maps (host, port) to the address that serves it; a backend that brings its own server
    (as the demo does) adds to it. `tell` gets a line for who watches the run. `user_agent` is what
    all requests name.
    """

    name: str
    fetcher: Fetcher
    api: Api
    folder: Path
    routes: Routes = field(default_factory=dict)
    tell: Callable[[str], object] = lambda line: None
    user_agent: str = ""


@runtime_checkable
class Discovering(Protocol):
    """A backend that finds its pages by itself, through collect units."""

    exhaust: bool  # also annotate pages that no query hit
    max_pages: int | None  # how many URLs may be asked for on its behalf; None: any number

    async def seeds(self) -> list[Target]:
        """Where to begin."""
        ...

    def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
        """Which of a page's links to collect next.

        The page may be another backend's: nothing of one that this backend would not have read.
        """
        ...

    def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        """Makes the (url, title, text) of a committed unit searchable; a second call is ignored."""
        ...


@dataclass(frozen=True)
class SourceContext:
    """What the source of the backend `name` has of the world, where its units run.

    `folder` is the backend's, `caps` the most bytes of a page and of a picture.
    """

    name: str
    fetcher: Fetcher
    api: Api
    folder: Path = Path()
    caps: Mapping[Kind, int] = field(default_factory=lambda: caps(Fetch()))


def caps(fetch: Fetch) -> dict[Kind, int]:
    """The most bytes of each kind of answer, as a config's `fetch` section has them."""
    pages, images = fetch.max_page_bytes, fetch.max_image_bytes
    return {"page": pages, "text": pages, "image": images}


@runtime_checkable
class Reading(Protocol):
    """A source that has the pages of its backend's targets, so that none is fetched."""

    async def read(self, target: Target) -> Response | Document:
        """A page as its server gave it, or a document ready made. Raises FetchError."""
        ...


@runtime_checkable
class Describing(Protocol):
    """A source that knows more of pictures than their pages say."""

    async def describe(self, document: Document) -> Document:
        """The document with originals, licences and authors filled in. Raises FetchError."""
        ...


@runtime_checkable
class Holding(Protocol):
    """A source that has pictures of its own, which are not asked of the web."""

    async def held(self, url: str) -> Response | None:
        """The picture as its server gave it, None where the source has none. Raises FetchError."""
        ...


Source = Reading | Describing | Holding
