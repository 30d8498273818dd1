"""The ordered stages of each unit kind, and `run_unit`, which takes one unit through.

    collect:   target -> fetch (-> render) -> extract -> gate (-> describe) -> images (-> panels)
                        -> | boilerplate | -> screen -> parts
    annotate:  document -> duplicates -> retrieve -> instruct -> filter
                        -> rewrite -> reason -> parts

A record goes through its stages alone, many records at once; only a unit stage (between bars)
waits for all of them. One record's failure is that record's alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from PIL.Image import Image

from vqva_crawl.clients.base import ChatModel, Fetcher, Kind, Response
from vqva_crawl.clients.journaled import Journaled
from vqva_crawl.clients.render.base import Renderer
from vqva_crawl.clients.search.base import Source
from vqva_crawl.clients.search.held import Held
from vqva_crawl.clients.sending import telling
from vqva_crawl.clients.workers import Cpu, Workers
from vqva_crawl.config import Config
from vqva_crawl.errors import FATAL, Pending, Unusable
from vqva_crawl.foreign import contained
from vqva_crawl.masking import told
from vqva_crawl.records import Document, Picture, Record, Rejected, Target, Topic
from vqva_crawl.stages.annotate import (
    Chain,
    Draft,
    Duplicates,
    Filter,
    Instruct,
    Reason,
    Retrieve,
    Rewrite,
    Work,
    facts,
    rejected,
)
from vqva_crawl.stages.base import Stage, UnitStage
from vqva_crawl.stages.boilerplate import Boilerplate
from vqva_crawl.stages.classify import by_class
from vqva_crawl.stages.describe import Describe
from vqva_crawl.stages.extract import Extract
from vqva_crawl.stages.fetch import Fetch
from vqva_crawl.stages.gate import Gate
from vqva_crawl.stages.images import Images, screens_of
from vqva_crawl.stages.panels import CutPanels, accepted
from vqva_crawl.stages.render import Render
from vqva_crawl.stages.screen import Screen
from vqva_crawl.stages.write import write_annotated, write_collected
from vqva_crawl.storage.cache import Blobs
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.journal import Journal
from vqva_crawl.storage.parts import PartStore, decode
from vqva_crawl.storage.units import DocumentRef, Manifest, Unit
from vqva_crawl.tally import Progress, Tally
from vqva_crawl.urls import host

MOST_RAW = 20_000  # characters of a model's text that are kept with a rejected record
RECORDS_AT_ONCE = 32  # of one unit; how many requests run is the limiter's matter


@dataclass
class Context:
    """What units need of the world. Built inside the worker, so no live client is pickled."""

    config: Config
    folder: RunFolder
    parts: PartStore
    fetcher: Fetcher
    workers: Workers
    blobs: Blobs
    topics: tuple[Topic, ...]
    picture: Callable[[str], Image]  # opens a committed picture
    known: Callable[[str, int], Picture | None]  # (image URL, round) -> found before that round
    held: Callable[[str, int], bool]  # (sha256, round) -> its bytes lie in an earlier round's part
    progress: Progress
    models: Mapping[str, ChatModel] = field(default_factory=dict)  # by agent role
    sources: Mapping[str, Source] = field(default_factory=dict)  # by backend
    jpeg: Callable[[str], Awaitable[bytes]] | None = None  # what models see of a picture
    renderer: Renderer | None = None  # None where no page is to be rendered
    forget: Callable[[str], None] = lambda url: None  # what is cached of a picture's URL

    def stages(
        self, unit: Unit, fetcher: Fetcher, cpu: Cpu, calls: list[ModelCall]
    ) -> list[Stage | UnitStage]:
        """The unit's stages; the answers of models are noted in `calls`."""
        if unit.kind == "collect":
            return self._collect(unit, fetcher, cpu, calls.append)
        return annotating(self.chain(calls.append))

    def _collect(
        self, unit: Unit, fetcher: Fetcher, cpu: Cpu, note: Callable[[ModelCall], object]
    ) -> list[Stage | UnitStage]:
        config = self.config

        def known(url: str) -> Picture | None:
            found = self.known(url, unit.round)
            # A panel is filed under the URL of its figure, and is not what is found there.
            return None if found and found.parent else found

        def stored(sha256: str) -> bytes:
            return accepted(sha256, self.blobs, self.picture)

        pictures = Held(fetcher, self.sources.values(), config.fetch)
        agent = config.fetch.user_agent if config.fetch.opt_outs == "obey" else ""
        screens = screens_of(config.images, config.plugins)
        cuts = config.images.panels == "cut"
        labeller = self.models.get("labeller")
        decides = by_class(config.screen, self.topics, config.seed, labeller, note)
        # One figure may hold all the pictures of a page; Screen counts them when they are cut.
        gate = config.screen.model_copy(update={"min_images": 1}) if cuts else config.screen
        return [
            Fetch(fetcher, self.sources, config.fetch),
            *([Render(self.renderer, fetcher, cpu, config, agent)] if self.renderer else []),
            Extract(cpu, config.extract, agent),
            Gate(gate),
            *([Describe(self.sources, config.extract)] if self.sources else []),
            Images(pictures, cpu, self.blobs, known, config.images, screens, self.forget),
            *([CutPanels(cpu, self.blobs, stored, config.images)] if cuts else []),
            Boilerplate(),
            Screen(config.screen, decides),
        ]

    def chain(self, note: Callable[[ModelCall], object]) -> Chain:
        return Chain(
            agents=self.config.agents,
            picture=self.picture,
            topics=self.topics,
            seed=self.config.seed,
            models=self.models,
            jpeg=self.jpeg,
            note=note,
        )


def annotating(chain: Chain) -> list[Stage | UnitStage]:
    """The stages of an annotate unit."""
    return [
        Duplicates(),
        Retrieve(chain),
        Instruct(chain),
        Filter(chain),
        Rewrite(chain),
        Reason(chain),
    ]


class Counted:
    """A fetcher that counts what was sent for one unit's pages and pictures."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self.requests = 0

    async def get(self, url: str, kind: Kind) -> Response:
        with telling(self._sent):
            return await self._fetcher.get(url, kind)

    def _sent(self) -> None:
        self.requests += 1

    async def aclose(self) -> None:
        await self._fetcher.aclose()


async def run_unit(unit: Unit, context: Context) -> Manifest:
    """Takes one unit through its stages and writes its parts; the same on every engine.

    Raises only what ends the run (StorageError, ModelError, BudgetReached, Pending).
    """
    journal = Journal(context.folder.journal(unit.id))
    cpu = Journaled(context.workers, journal)
    fetcher = Counted(context.fetcher)
    calls: list[ModelCall] = []
    stages = context.stages(unit, fetcher, cpu, calls)
    tally = Tally(stages, context.progress)
    context.folder.check_space()
    context.progress.at_work[unit.id] = place_of(unit)
    try:
        inputs = unit.targets if unit.kind == "collect" else load(unit.documents, context.parts)
        outcome = [written(r, tally) for r in await run_stages(inputs, stages, tally)]
        if tally.pending:
            raise Pending(f"{tally.pending} records of {unit.id} wait for answers of a batch")
    finally:
        context.progress.at_work.pop(unit.id, None)
        journal.close()
    if unit.kind == "collect":
        links, fates = tally.links, tally.fates
        manifest = write_collected(
            unit,
            outcome,
            calls,
            links,
            fates,
            context.parts,
            context.blobs,
            lambda sha256: context.held(sha256, unit.round),
        )
    else:
        manifest = write_annotated(unit, outcome, calls, context.parts)
    counted = {"survival": tally.counts, "requests": fetcher.requests, "had": frozenset(tally.had)}
    return manifest.model_copy(update=counted)


async def run_stages(
    records: Sequence[Record], stages: Sequence[Stage | UnitStage], tally: Tally
) -> list[Record]:
    """All records through all stages; what is dropped on the way comes out as `Rejected`."""
    kept, dropped = list(records), []
    for stretch in stretches(stages):
        if isinstance(stretch, list):
            outcome = await _each(kept, stretch, tally)
        else:
            outcome = list(stretch.whole_unit(kept))
            tally.note(stretch.name, len(kept), outcome)
        dropped += [r for r in outcome if isinstance(r, Rejected)]
        kept = [r for r in outcome if not isinstance(r, Rejected)]
    return kept + dropped


def stretches(stages: Sequence[Stage | UnitStage]) -> Iterator[list[Stage] | UnitStage]:
    """Runs of stages that a record goes through alone, and the unit stages between them."""
    alone: list[Stage] = []
    for stage in stages:
        if isinstance(stage, UnitStage):
            if alone:
                yield alone
            yield stage
            alone = []
        else:
            alone.append(stage)
    if alone:
        yield alone


async def _each(records: list[Record], stages: list[Stage], tally: Tally) -> list[Record]:
    gate = asyncio.Semaphore(RECORDS_AT_ONCE)

    async def one(record: Record) -> list[Record]:
        async with gate:
            try:
                return await run_record(record, stages, tally)
            except Pending:  # the other records' questions belong into the same batch
                tally.pending += 1
                return []

    # Not a TaskGroup: what ends the run has to come out as itself, not in an ExceptionGroup.
    tasks = [asyncio.create_task(one(record)) for record in records]
    try:
        return [out for outcome in await asyncio.gather(*tasks) for out in outcome]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_record(record: Record, stages: Sequence[Stage], tally: Tally) -> list[Record]:
    """One record, and all that comes of it, through the stages in order."""
    flowing, dropped = [record], []
    waiting: Pending | None = None
    for stage in stages:
        outcome: list[Record] = []
        for item in flowing:
            try:
                outcome += await apply(stage, item)
            except Pending as pending:  # the questions of its siblings belong into the same batch
                waiting = pending
        tally.note(stage.name, len(flowing), outcome)
        dropped += [r for r in outcome if isinstance(r, Rejected)]
        flowing = [r for r in outcome if not isinstance(r, Rejected)]
    if not flowing and dropped:
        tally.fates[key_of(record)] = dropped[-1]
    if waiting:
        raise waiting
    return flowing + dropped


async def apply(stage: Stage, record: Record) -> Sequence[Record]:
    """The stage's outcome as a sequence; a failure of this record becomes its `Rejected`."""
    try:
        with contained(f"stage {stage.name}"):  # in which a labeller or a source may be anybody's
            outcome = await stage(record)
    except FATAL:
        raise
    except Exception as error:
        return [quarantined(stage.name, record, error)]
    if outcome is None:
        return []
    return [outcome] if isinstance(outcome, Record) else outcome


def written(record: Record, tally: Tally) -> Record:
    """The record, or its `Rejected` where no part can hold it: half a character in a text."""
    try:
        record.model_dump_json()
    except ValueError as error:  # pydantic's, of its serialization
        lost = quarantined("write", record, error)
        tally.note("write", 1, [lost])
        if key := key_of(record):
            tally.fates[key] = lost
        return lost
    return record


def quarantined(stage: str, record: Record, error: Exception) -> Rejected:
    id = getattr(record, "id", "")
    known = facts(record) if isinstance(record, Draft) else {}
    if isinstance(error, Unusable):
        payload = {**known, "raw": error.raw[:MOST_RAW]}
        return rejected(stage, id, error.reason, error.detail, url_of(record), payload)
    name = type(error).__name__
    reason = "poison" if name == "Poison" else "error"
    return rejected(stage, id, reason, told(error), url_of(record), {**known, "error": name})


def url_of(record: Record) -> str:
    if isinstance(record, Work):
        return record.document.url
    if isinstance(record, Draft):
        return record.work.document.url
    return str(getattr(record, "url", ""))


def place_of(unit: Unit) -> str:
    """Where a unit is at work, for progress lines."""
    return host(unit.targets[0].url) if unit.targets else f"{len(unit.documents)} documents"


def key_of(record: Record) -> str:
    """The URL key of the target that a record of a collect unit came from."""
    if isinstance(record, Target):
        return record.key
    return record.target.key if isinstance(record, Document) else ""


def load(refs: Sequence[DocumentRef], parts: PartStore) -> list[Work]:
    """The documents of an annotate unit, in the unit's order. Raises StorageError."""
    wanted = {ref.id: ref for ref in refs}
    found: dict[str, Document] = {}
    for unit in sorted({ref.unit for ref in refs}):
        rows = (r for r in parts.read(unit, "documents", ["id", "record"]) if r["id"] in wanted)
        found.update((d.id, d) for d in decode(rows, Document))
    for ref in refs:
        if ref.id not in found:
            raise parts.unreadable(ref.unit, "documents", f"document {ref.id} is not in it")
    return [Work(document=found[ref.id], ref=ref) for ref in refs]
