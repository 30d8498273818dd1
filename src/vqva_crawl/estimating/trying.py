"""A few of a run's documents go through the chain for real; the run itself learns nothing of it.

Models are the configured ones, with the run's cache, budget, caps and spend journal: what is asked
here is paid once, and the run finds it answered. In batch mode, too, the sample is asked live.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from vqva_crawl import world
from vqva_crawl.clients.model.pictures import Encoder
from vqva_crawl.clients.model.roles import asking_roles
from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError, ModelError, Stopped
from vqva_crawl.logs import logging_to
from vqva_crawl.pipeline import annotating, load, run_stages
from vqva_crawl.records import Rejected, Sample, Topic, digest
from vqva_crawl.stages.annotate import Chain
from vqva_crawl.stages.given import GIVES
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.pictures import Pictures
from vqva_crawl.storage.spend import Total
from vqva_crawl.storage.spending import spent, waiting_keys, whole
from vqva_crawl.storage.units import DocumentRef
from vqva_crawl.tally import Progress, Tally


@dataclass(frozen=True)
class Trial:
    """What was asked of whom for the drawn documents, and what came of them.

    `collected` counts the run's documents without the `duplicates`, which are never asked about;
    `paid` is what this trial spent: answers that were stored already are in `calls` alone.
    `failures` has the first error of each stage that failed on a record; `collecting` what the
    run has spent so far on those who ask a model before the chain (planner, labeller). `twice`
    counts the questions that an open batch holds too, so that both answers will be paid.
    """

    documents: tuple[str, ...]
    collected: int
    duplicates: int
    calls: list[ModelCall]
    ends: list[Sample | Rejected]
    paid: Total
    failures: dict[str, str]
    collecting: dict[str, Total]
    twice: int = 0


def trial(config: Config, topics: tuple[Topic, ...], count: int, collecting: str) -> Trial:
    """Asks about at most `count` documents of the run that the config names.

    `collecting` is the command that collects some, for a run that has none. Raises ConfigError
    when there is nothing to ask, Stopped at Ctrl-C, and what ends a run.
    """
    asking(config)
    with collected(config, collecting) as (folder, ledger, refs):
        try:
            return asyncio.run(tried(config, topics, folder, ledger, refs, count))
        except KeyboardInterrupt:
            said = "stopped; the answers so far are stored, the same command goes on"
            raise Stopped(signal.SIGINT, said) from None


def asking(config: Config) -> list[str]:
    """The roles of the chain that ask a model. Raises ConfigError when there is none."""
    roles = [role for role in asking_roles(config) if role in GIVES]
    if not roles:
        raise ConfigError("no agent of this config's chain asks a model: it costs nothing")
    return roles


def asking_before(config: Config) -> list[str]:
    """The roles that ask a model while a run collects."""
    refined = config.screen.classifier and config.screen.refine
    used = ("planner", "labeller") if refined else ("planner",)
    return [role for role in asking_roles(config) if role in used]


@contextmanager
def collected(
    config: Config, collecting: str
) -> Iterator[tuple[RunFolder, Ledger, list[DocumentRef]]]:
    """The run that the config names, and its documents. Raises ConfigError when it has none."""
    nothing = ConfigError(f"run '{config.name}' has no documents yet: collect some, `{collecting}`")
    folder = RunFolder(config.storage, config.name)
    if not (folder.path / "config.yaml").exists():
        raise nothing
    with closing(folder.ledger(read_only=True)) as ledger:
        refs = _documents(ledger)
        if not refs:
            raise nothing
        yield folder, ledger, refs


def _documents(ledger: Ledger) -> list[DocumentRef]:
    d = t.documents.c
    columns = (d.id, d.unit, d.query, d.topic, d.backend, d.duplicate_of)
    with ledger.begin() as c:
        rows = c.execute(select(*columns).order_by(d.id))
        return [DocumentRef(**row._mapping) for row in rows]


def drawn(refs: Sequence[DocumentRef], count: int, seed: int) -> list[DocumentRef]:
    """At most `count` of those that are no duplicates, all equally likely.

    A larger draw begins with the smaller one, so that a second, larger estimate pays the rest only.
    """
    fresh = (ref for ref in refs if not ref.duplicate_of)
    return sorted(fresh, key=lambda ref: digest("estimate", str(seed), ref.id))[:count]


async def tried(
    config: Config,
    topics: tuple[Topic, ...],
    folder: RunFolder,
    ledger: Ledger,
    refs: Sequence[DocumentRef],
    count: int,
) -> Trial:
    """Raises ModelError, BudgetReached, StorageError; answers that came before are kept."""
    live = config.model.model_copy(update={"mode": "live"})
    config = config.model_copy(update={"model": live})
    chosen = drawn(refs, count, config.seed)
    works = load(chosen, folder.parts())
    calls: list[ModelCall] = []
    progress = Progress()
    before, waiting = spent(folder.spend), waiting_keys(folder.spend)
    with logging_to(folder.path / "logs", config.log.level):
        async with chain(config, topics, folder, ledger, calls.append) as asked:
            stages = annotating(asked)
            outcome = await run_stages(works, stages, Tally(stages, progress))
    if not calls:
        _check_answered(outcome)
    fresh = sum(not ref.duplicate_of for ref in refs)
    return Trial(
        documents=tuple(ref.id for ref in chosen),
        collected=fresh,
        duplicates=len(refs) - fresh,
        calls=calls,
        ends=[end for end in outcome if isinstance(end, (Sample, Rejected))],
        paid=whole(spent(folder.spend)) - whole(before),
        failures=progress.failures,
        collecting={role: before.get(role, Total()) for role in asking_before(config)},
        twice=len({call.key for call in calls if not call.cached} & waiting),
    )


def _check_answered(ends: Sequence[object]) -> None:
    """ModelError where an endpoint failed on calls, and answered none."""
    lost = [e for e in ends if isinstance(e, Rejected) and e.reason.startswith("endpoint_")]
    if lost:
        said = f"{lost[0].detail} ({lost[0].reason})"
        raise ModelError(f"no call was answered, so that nothing can be told of its cost: {said}")


@asynccontextmanager
async def chain(
    config: Config,
    topics: tuple[Topic, ...],
    folder: RunFolder,
    ledger: Ledger,
    note: Callable[[ModelCall], object],
) -> AsyncIterator[Chain]:
    """The chain over a run that is only read. Raises ModelError."""

    def unit_of(sha256: str) -> str:
        with ledger.begin() as c:
            return l.unit_of_image(c, sha256)

    picture = Pictures(folder.parts(), unit_of).open
    async with world.agents_models(config, folder, tuple(GIVES)) as models:
        yield Chain(
            agents=config.agents,
            picture=picture,
            topics=topics,
            seed=config.seed,
            models=models,
            jpeg=Encoder(picture, config.model.image_side, config.model.image_quality),
            note=note,
        )
