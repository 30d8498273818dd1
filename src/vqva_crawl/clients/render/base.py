"""What rendering is, whichever browser does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vqva_crawl.clients.base import Fetcher


@dataclass(frozen=True, slots=True)
class Given:
    """A page as it was fetched: the last URL of its redirects, its bytes and their type."""

    url: str
    body: bytes
    content_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What stood on the page when its scripts had come to rest; `url` is where it ended up."""

    url: str
    html: str


class Renderer(Protocol):
    async def render(self, page: Given, fetcher: Fetcher) -> Rendered:
        """The page after its scripts; whatever they ask for is asked of the `fetcher`.

        Raises FetchError: `render_timeout`, `render_crash`, `too_large`, and where the page leads
        to another one, what the fetcher says of that.
        """
        ...
