"""Building the outside world of a run: clients from config, for the driver and for workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from vqva_crawl.clients.archive import Archive
from vqva_crawl.clients.base import ChatModel, Limiter, SearchBackend
from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.http import HttpFetcher, http_fetcher
from vqva_crawl.clients.model.batch import Collected
from vqva_crawl.clients.model.collecting import collect
from vqva_crawl.clients.model.opening import Places, Waits, models
from vqva_crawl.clients.model.pictures import Encoder
from vqva_crawl.clients.model.roles import asking_roles
from vqva_crawl.clients.render import renderer
from vqva_crawl.clients.rest import Rest
from vqva_crawl.clients.search.base import Routes, SearchContext, Source, SourceContext, caps
from vqva_crawl.clients.workers import Workers
from vqva_crawl.config import Config
from vqva_crawl.errors import FATAL, ConfigError
from vqva_crawl.masking import told
from vqva_crawl.pipeline import Context
from vqva_crawl.records import Topic
from vqva_crawl.registry import find, lookup
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.cache import Blobs, Entries
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.pictures import Pictures
from vqva_crawl.storage.spend import SpendJournal
from vqva_crawl.tally import Progress

P = ParamSpec("P")
R = TypeVar("R")


def fetcher(
    config: Config, folder: RunFolder, limits: Limiter, routes: Routes, rest: Rest
) -> HttpFetcher:
    cache = stored_pages(folder)
    archive = Archive(folder.path / "warc") if config.fetch.archive else None
    return http_fetcher(config.fetch, limits, cache, routes, rest, archive)


def stored_pages(folder: RunFolder) -> StoredResponses:
    return StoredResponses(Entries(folder.cache / "pages"))


@asynccontextmanager
async def search_backends(
    config: Config,
    client: HttpFetcher,
    folder: Path,
    routes: Routes,
    tell: Callable[[str], object] = lambda line: None,
) -> AsyncIterator[list[SearchBackend]]:
    async with AsyncExitStack() as stack:
        opened: list[SearchBackend] = []
        agent = config.fetch.user_agent
        for n, choice in enumerate(config.search.backends):
            factory = lookup("search", choice.kind)
            name = choice.name or choice.kind
            context = SearchContext(name, client, client.api, folder, routes, tell, agent)
            try:
                opened.append(await stack.enter_async_context(factory(choice.options, context)))
            except FATAL:
                raise
            except ConfigError as error:
                raise ConfigError(f"search.backends.{n}: '{choice.kind}': {error}") from error
            except Exception as error:
                said = f"search.backends.{n}: '{choice.kind}' could not be opened: {told(error)}"
                raise ConfigError(said) from error
        names = [backend.name for backend in opened]
        for name in names:
            if names.count(name) > 1:
                said = f"search.backends: '{name}' stands twice; merge their options"
                raise ConfigError(f"{said}, or give each a name")
        yield opened


@asynccontextmanager
async def sources(
    config: Config, client: HttpFetcher, folder: Path
) -> AsyncIterator[dict[str, Source]]:
    """Backend -> its source, for the backends that have one."""
    found: dict[str, Source] = {}
    async with AsyncExitStack() as stack:
        for choice in config.search.backends:
            if factory := find("source", choice.kind):
                name = choice.name or choice.kind
                context = SourceContext(name, client, client.api, folder, caps(config.fetch))
                found[name] = await stack.enter_async_context(factory(choice.options, context))
        yield found


@asynccontextmanager
async def agents_models(
    config: Config, folder: RunFolder, roles: Sequence[str], waits: Waits | None = None
) -> AsyncIterator[dict[str, ChatModel]]:
    """A model for each of the roles whose agent asks one; `waits` is told of their pauses.

    Raises ConfigError, ModelError, StorageError.
    """
    asked = [role for role in asking_roles(config) if role in roles]
    if not asked:
        yield {}
        return
    with model_places(config, folder) as places:
        async with models(config, asked, places, waits) as opened:
            yield opened


async def collect_answers(config: Config, folder: RunFolder) -> Collected:
    """Files what batches have answered. Raises ConfigError, ModelError, StorageError."""
    with model_places(config, folder) as places:
        return await collect(config, asking_roles(config), places)


@contextmanager
def model_places(config: Config, folder: RunFolder) -> Iterator[Places]:
    """Raises StorageError."""
    cache = Path(config.model.cache or Path(config.storage.root) / ".cache" / "model")
    journal = SpendJournal(folder.spend)
    try:
        yield Places(cache, folder.batches, journal)
    finally:
        journal.close()


def _asking(ledger: Ledger, question: Callable[Concatenate[Connection, P], R]) -> Callable[P, R]:
    """A question to the ledger that is a transaction of its own."""

    def ask(*about: P.args, **more: P.kwargs) -> R:
        with ledger.begin() as c:
            return question(c, *about, **more)

    return ask


@asynccontextmanager
async def local_context(
    config: Config,
    folder: RunFolder,
    topics: tuple[Topic, ...],
    limits: Limiter,
    routes: Routes,
    rest: Rest,
    progress: Progress,
    roles: Sequence[str],
) -> AsyncIterator[Context]:
    """Everything a unit needs, opened and closed around the units of one engine call.

    `roles` are those that units may ask: no other's endpoint is opened, and no other's key wanted.
    """
    parts = folder.parts()
    ledger = folder.ledger(read_only=True)
    client = fetcher(config, folder, limits, routes, rest)
    workers = Workers(config.engine.workers)
    picture = Pictures(parts, _asking(ledger, l.unit_of_image)).open
    try:
        async with (
            agents_models(config, folder, roles, progress.wait) as models,
            sources(config, client, folder.search) as opened,
            renderer(config.fetch) as rendering,
        ):
            yield Context(
                config=config,
                folder=folder,
                parts=parts,
                fetcher=client,
                workers=workers,
                blobs=Blobs(folder.spool),
                topics=topics,
                picture=picture,
                known=_asking(ledger, l.known_picture),
                held=_asking(ledger, l.holds_picture),
                progress=progress,
                models=models,
                sources=opened,
                jpeg=Encoder(picture, config.model.image_side, config.model.image_quality),
                renderer=rendering,
                forget=stored_pages(folder).drop,
            )
    finally:
        progress.asked += client.api.requests
        await client.aclose()
        await workers.aclose()
        ledger.close()
