"""What tests of the fetcher share: a cache in memory, and what became of a page."""

from __future__ import annotations

from vqva_crawl.clients.base import Response
from vqva_crawl.errors import FetchError


class Memory:
    """A cache in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Response] = {}

    def get(self, url: str) -> Response | None:
        return self.kept.get(url)

    def put(self, url: str, response: Response) -> None:
        self.kept[url] = response


async def verdict(fetcher, url: str) -> str:
    """ "ok", or the kind of what was raised."""
    try:
        await fetcher.get(url, "page")
    except FetchError as error:
        return error.kind
    return "ok"
