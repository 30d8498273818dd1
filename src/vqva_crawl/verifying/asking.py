"""All pictures are asked for again, politely, and nothing is taken from the page cache.

The run is left as it is, but for `rests.txt`: a host that asks to be left alone is left alone by
the next run, too.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from vqva_crawl import world
from vqva_crawl.clients.base import Limiter
from vqva_crawl.clients.http import HttpFetcher, http_fetcher
from vqva_crawl.clients.limiter import local_limiter
from vqva_crawl.clients.rest import Rest
from vqva_crawl.clients.workers import Workers
from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.registry import load_plugins
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.tally import Progress
from vqva_crawl.urls import host
from vqva_crawl.verifying.judging import VERDICTS, Finding, Verdict, judge
from vqva_crawl.verifying.stored import Shown, drawn, stored

DIFFERENT: tuple[Verdict, ...] = ("changed", "gone", "not_allowed")
SIGINT = 130


@dataclass
class Verified:
    """What was found; `pictures` are those of the samples, `asked` those that were drawn.

    `stopped`: Ctrl-C came first.
    """

    pictures: int
    asked: int
    findings: list[Finding] = field(default_factory=list)
    stopped: bool = False

    @property
    def counts(self) -> dict[Verdict, int]:
        found = Counter(finding.verdict for finding in self.findings)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def exit_code(self) -> int:
        """0 where all that answered are the same, 3 where not, or where nothing answered."""
        if self.stopped:
            return SIGINT
        counts = self.counts
        silent = bool(self.findings) and counts["unanswered"] == len(self.findings)
        return 3 if silent or any(counts[verdict] for verdict in DIFFERENT) else 0


def verify(
    config: Config,
    folder: RunFolder,
    ledger: Ledger,
    sample: int | None,
    progress: Progress,
    tell: Callable[[Verified], object],
) -> Verified:
    """Asks for the pictures of accepted samples, at most `sample` of them; by the config's seed.

    `tell` is called after each with what was found so far. Raises ConfigError, StorageError.
    """
    load_plugins(config.plugins)
    pictures = stored(folder, ledger)
    chosen = drawn(pictures, sample, config.seed)
    verified = Verified(len(pictures), len(chosen))

    def note(finding: Finding) -> None:
        verified.findings.append(finding)
        tell(verified)

    try:
        asyncio.run(_ask(config, folder, chosen, progress, note))
    except KeyboardInterrupt:
        verified.stopped = True
    verified.findings.sort(key=lambda finding: (finding.url, finding.sha256))
    return verified


async def _ask(
    config: Config,
    folder: RunFolder,
    pictures: Iterable[Shown],
    progress: Progress,
    note: Callable[[Finding], object],
) -> None:
    limits, workers = local_limiter(config.fetch, progress.wait), Workers(config.engine.workers)
    hosts: dict[str, list[Shown]] = {}
    for picture in pictures:
        hosts.setdefault(host(picture.url), []).append(picture)
    room = asyncio.Semaphore(config.fetch.concurrency)

    async def one(client: HttpFetcher, mine: Sequence[Shown]) -> None:
        """The pictures of one host, one after the other: a slow host holds no other one up."""
        async with room:
            for picture in mine:
                note(await judge(picture, client, workers, config.images))

    try:
        async with fetcher(config, folder, limits) as client:
            await _together(one(client, mine) for mine in hosts.values())
    finally:
        await workers.aclose()


async def _together(work: Iterable[Coroutine[None, None, None]]) -> None:
    # Not a TaskGroup: what ends it has to come out as itself, not in an ExceptionGroup.
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def fetcher(config: Config, folder: RunFolder, limits: Limiter) -> AsyncIterator[HttpFetcher]:
    """A fetcher as a run's, but without cache and archive.

    A backend may bring the site of its pictures along (the demo does); one that cannot be opened,
    say for want of its key, brings none.
    """
    routes = dict[tuple[str, int], tuple[str, int]]()
    async with AsyncExitStack() as stack:
        first = http_fetcher(config.fetch, limits)
        stack.push_async_callback(first.aclose)
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vqva-verify-")))
        for choice in config.search.backends:
            search = config.search.model_copy(update={"backends": (choice,)})
            alone = config.model_copy(update={"search": search})
            with suppress(ConfigError):
                opening = world.search_backends(alone, first, place, routes)
                await stack.enter_async_context(opening)
        rest = Rest(folder.rests)
        client = http_fetcher(config.fetch, limits, routes=routes, rest=rest)
        stack.push_async_callback(client.aclose)
        yield client
