"""What the rounds of a run share, and how units are run and made to count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy import Connection

from vqva_crawl.clients.base import ChatModel, SearchBackend
from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.search.base import Discovering
from vqva_crawl.config import Config
from vqva_crawl.engines.base import Build, Engine
from vqva_crawl.records import Target, Topic
from vqva_crawl.storage import frontier, repeats
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore
from vqva_crawl.storage.rests import Rests
from vqva_crawl.storage.units import Manifest, Unit, UnitKind, UrlOutcome
from vqva_crawl.urls import endless

log = structlog.get_logger()


class Watcher(Protocol):
    """Who is told how a run goes on."""

    def phase(self, number: int, name: str, units: int) -> None: ...
    def committed(self, manifest: Manifest) -> None: ...
    def line(self, text: str) -> None: ...


@dataclass
class Driver:
    """What the rounds of a run share. Only this process writes the ledger."""

    config: Config
    ledger: Ledger
    parts: PartStore
    topics: tuple[Topic, ...]
    backends: Sequence[SearchBackend]
    engine: Engine
    build: Build
    rests: Rests  # hosts that asked to be left alone
    stored: StoredResponses  # pages as they were fetched
    models: Callable[[], AbstractAsyncContextManager[Mapping[str, ChatModel]]]  # the planner's
    watcher: Watcher

    def discovering(self) -> dict[str, Discovering]:
        return {b.name: b for b in self.backends if isinstance(b, Discovering)}


async def work(driver: Driver, number: int, kind: UnitKind, units: Sequence[Unit]) -> None:
    """Runs units and makes each count as it comes back."""
    driver.watcher.phase(number, kind, len(units))
    with driver.ledger.begin() as c:
        for unit in units:
            l.note_attempt(c, unit.id)
    discovering = driver.discovering()
    async for manifest in driver.engine.run(units, driver.build):
        with driver.ledger.begin() as c:
            l.commit(c, manifest)
            most = driver.config.limits.repeats
            found = _followed(c, discovering, manifest.urls, most)
            frontier.add_targets(c, found, order=list(discovering))
        driver.watcher.committed(manifest)
        log.info("committed", unit=manifest.unit, files=manifest.files)
        for url in (url for url in manifest.urls if url.reason):
            log.info("dropped", url=url.key, stage=url.stage, reason=url.reason, detail=url.detail)


def _followed(
    c: Connection,
    discovering: Mapping[str, Discovering],
    urls: Iterable[UrlOutcome],
    most: int | None,
) -> list[Target]:
    """What the pages link to, as the backends want it, without what looks like a trap.

    Each backend is asked of each page: the page of a site may have come out of an archive.
    """
    ahead = [(page, _ahead(discovering.values(), page)) for page in urls]
    found = [page for page, targets in ahead if targets or page.backend in discovering]
    leading = {page.key for page, targets in ahead if targets}
    stopped = repeats.stopped(c, found, leading, most) if most is not None else ()
    return [target for page, targets in ahead if page.key not in stopped for target in targets]


def _ahead(backends: Iterable[Discovering], page: UrlOutcome) -> list[Target]:
    targets = (each for b in backends for each in b.follow(page.key, page.depth, page.links))
    return [target for target in targets if not endless(target.url)]
