"""Pictures of sources that have them by themselves, before the web is asked."""

from __future__ import annotations

from collections.abc import Iterable

from vqva_crawl.clients.base import Fetcher, Kind, Response
from vqva_crawl.clients.checks import check_response
from vqva_crawl.clients.search.base import Holding, Source
from vqva_crawl.config import Fetch


class Held:
    """A Fetcher in front of another one. What a source holds is not asked of the web, not even
    when its copy is refused: an archive that says no is not asked past."""

    def __init__(self, fetcher: Fetcher, sources: Iterable[Source], fetch: Fetch) -> None:
        self._fetcher = fetcher
        self._sources = [source for source in sources if isinstance(source, Holding)]
        self._fetch = fetch

    async def get(self, url: str, kind: Kind) -> Response:
        for source in self._sources if kind == "image" else ():
            response = await source.held(url)
            if response is not None:
                return check_response(response, kind, self._fetch)
        return await self._fetcher.get(url, kind)

    async def aclose(self) -> None:
        await self._fetcher.aclose()
