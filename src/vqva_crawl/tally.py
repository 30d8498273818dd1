"""Counting what each stage saw, passed and rejected: the survival table of a unit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from vqva_crawl.errors import is_cause
from vqva_crawl.records import Document, Record, Rejected, Sample
from vqva_crawl.stages.annotate import Draft, Instruct
from vqva_crawl.stages.base import Stage, UnitStage
from vqva_crawl.stages.extract import Extract
from vqva_crawl.stages.fetch import Fetch
from vqva_crawl.stages.images import PICTURES, Images
from vqva_crawl.stages.signature import signature
from vqva_crawl.storage.units import Outgoing, StageCount

SHORT = 5.0  # seconds; a shorter pause, or a pause that grows by less, is not worth a word


@dataclass
class Progress:
    """What goes on, for people; a run's truth is its ledger.

    `on_wait` is called with a host and the seconds to wait, once for each pause that it asked for
    and that is not a short one.
    """

    pages: int = 0
    images: int = 0
    candidates: int = 0
    accepted: int = 0
    rejected: int = 0
    asked: int = 0  # of the JSON interfaces of search services and sources
    at_work: dict[str, str] = field(default_factory=dict)  # unit id -> what it works on
    failures: dict[str, str] = field(default_factory=dict)  # stage -> its first error
    waits: dict[str, float] = field(default_factory=dict)  # host -> until when, as time.monotonic()
    on_wait: Callable[[str, float], None] | None = None

    def wait(self, key: str, seconds: float) -> None:
        """Requests wait for the host of a limiter's key, which asked for it (Retry-After)."""
        host, now = key.partition(":")[2], time.monotonic()
        known = max(self.waits.get(host, now), now)
        self.waits[host] = now + seconds
        if self.on_wait and now + seconds > known + SHORT:
            self.on_wait(host, seconds)


class Tally:
    """What each stage saw, passed and rejected in this unit."""

    def __init__(self, stages: Iterable[Stage | UnitStage], progress: Progress) -> None:
        self.counts = {stage.name: StageCount() for stage in stages}
        self.links: dict[str, Outgoing] = {}  # URL key -> links of the page
        self.fates: dict[str, Rejected] = {}  # URL key -> why its page was dropped
        self.had: set[str] = set()  # URLs of pictures on pages that a server gave, kept or not
        self.pending = 0  # records that wait for a batch
        self._progress = progress

    def note(self, stage: str, seen: int, outcome: Sequence[Record]) -> None:
        self._add(stage, seen=seen)
        for record in outcome:
            if isinstance(record, Rejected):
                self._reject(stage, record)
            else:
                self._add(stage, passed=1)
                self._pass(stage, record)

    def _reject(self, stage: str, record: Rejected) -> None:
        if record.stage != stage:  # a part of the record was dropped, not the record
            self._add(record.stage, seen=1)
        reasons = dict(self.counts[record.stage].reasons)
        reasons[record.reason] = reasons.get(record.reason, 0) + 1
        self.counts[record.stage] = self.counts[record.stage].model_copy(
            update={"reasons": reasons}
        )
        self._progress.rejected += record.stage == stage
        if record.stage == PICTURES and not is_cause(record.reason):
            self.had.add(record.url)
        if record.reason == "error":
            self._progress.failures.setdefault(record.stage, f"{record.url}: {record.detail}")

    def _pass(self, stage: str, record: Record) -> None:
        if isinstance(record, Document) and stage == Extract.name:
            self.links[record.target.key] = _outgoing(record)
        elif isinstance(record, Document) and stage == Images.name:
            self._add(PICTURES, seen=len(record.pictures), passed=len(record.pictures))
            self._progress.images += len(record.pictures)
            self.had.update(item.url for item in record.images() if item.sha256)
        elif isinstance(record, Draft) and stage == Instruct.name:
            self._progress.candidates += 1
        self._progress.pages += stage == Fetch.name
        self._progress.accepted += isinstance(record, Sample)

    def _add(self, stage: str, seen: int = 0, passed: int = 0) -> None:
        count = self.counts.setdefault(stage, StageCount())
        update = {"seen": count.seen + seen, "passed": count.passed + passed}
        self.counts[stage] = count.model_copy(update=update)


def _outgoing(document: Document) -> Outgoing:
    """A page of a single link is no maze, and needs no signature: depth bounds a chain of them."""
    several = len(document.links) > 1
    return Outgoing(document.links, signature(document) if several else "")
