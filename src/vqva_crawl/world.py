"""Building the outside world of a run: clients from config, for the driver and for workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from vqva_crawl.clients.base import Limiter, SearchBackend
from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.http import HttpFetcher, http_fetcher
from vqva_crawl.clients.search.base import Routes, SearchContext
from vqva_crawl.clients.workers import Workers
from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.pipeline import Context
from vqva_crawl.records import Picture, Topic
from vqva_crawl.registry import lookup
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.cache import Blobs, Entries
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.pictures import Pictures
from vqva_crawl.tally import Progress


def fetcher(config: Config, folder: RunFolder, limits: Limiter, routes: Routes) -> HttpFetcher:
    cache = StoredResponses(Entries(folder.cache / "pages"))
    return http_fetcher(config.fetch, limits, cache=cache, routes=routes)


@asynccontextmanager
async def search_backends(
    config: Config, context: SearchContext
) -> AsyncIterator[list[SearchBackend]]:
    async with AsyncExitStack() as stack:
        opened: list[SearchBackend] = []
        for choice in config.search.backends:
            factory = lookup("search", choice.kind)
            opened.append(await stack.enter_async_context(factory(choice.options, context)))
        names = [backend.name for backend in opened]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"search.backends: '{name}' stands twice; merge their options")
        yield opened


@asynccontextmanager
async def local_context(
    config: Config,
    folder: RunFolder,
    topics: tuple[Topic, ...],
    limits: Limiter,
    routes: Routes,
    progress: Progress,
) -> AsyncIterator[Context]:
    """Everything a unit needs, opened and closed around the units of one engine call."""
    parts = folder.parts()
    ledger = Ledger(folder.ledger_url)  # read only
    client = fetcher(config, folder, limits, routes)
    workers = Workers(config.engine.workers)

    def unit_of(sha256: str) -> str:
        with ledger.begin() as c:
            return l.unit_of_image(c, sha256)

    def known(url: str, number: int) -> Picture | None:
        with ledger.begin() as c:
            return l.known_picture(c, url, number)

    def held(sha256: str, number: int) -> bool:
        with ledger.begin() as c:
            return l.holds_picture(c, sha256, number)

    try:
        yield Context(
            config=config,
            folder=folder,
            parts=parts,
            fetcher=client,
            workers=workers,
            blobs=Blobs(folder.spool),
            topics=topics,
            picture=Pictures(parts, unit_of).open,
            known=known,
            held=held,
            progress=progress,
        )
    finally:
        await client.aclose()
        await workers.aclose()
        ledger.close()
