"""What a run came to, and whether that is good enough."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from vqva_crawl.clients.model.batch_files import open_batches
from vqva_crawl.config import Config
from vqva_crawl.errors import GateError, may_pass
from vqva_crawl.records import Rejected
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import repeats, totals
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.losses import Losses, losses
from vqva_crawl.storage.spend import Total
from vqva_crawl.storage.spending import spent, waiting


@dataclass(frozen=True)
class RunReport:
    """What a run came to. `counts` has pages, documents, images, samples, units, requests."""

    name: str
    folder: Path
    rounds: int
    counts: dict[str, int]
    survival: dict[str, totals.Line]
    errors: dict[str, int]  # why URLs were dropped, most frequent first
    examples: dict[str, str]  # one URL for each of them
    spend: dict[str, Total]  # by agent role; empty without a model
    dataset: str
    report: Path
    stopped_because: str
    seconds: float
    waiting: Total = field(default_factory=Total)  # questions in batches, at the most they may take
    batches: int = 0  # that are not filed yet
    losses: Losses = field(default_factory=Losses)  # what could not be had
    repeating: dict[str, int] = field(default_factory=dict)  # see `repeats.by_host`

    @property
    def samples(self) -> int:
        return self.counts["samples"]


def report_of(folder: RunFolder, ledger: Ledger, seconds: float = 0.0) -> RunReport:
    """What the ledger says of a run."""
    with ledger.begin() as c:
        return RunReport(
            name=folder.name,
            folder=folder.path,
            rounds=l.last_round(c),
            counts=totals.counts(c),
            survival=totals.survival(c),
            errors=totals.errors(c),
            examples=totals.examples(c),
            spend=spent(folder.spend),
            dataset=folder.dataset_url,
            report=folder.report / "index.html",
            stopped_because=l.get_fact(c, "stopped_because") or "not finished",
            seconds=seconds,
            waiting=waiting(folder.spend),
            batches=sum(len(open_batches(path)) for path in folder.batches.glob("*/")),
            losses=losses(c),
            repeating=repeats.by_host(c),
        )


FAILURES = ("error", "poison")  # reasons of a stage's own failing, not of a judgement


def check_gates(config: Config, report: RunReport, rejects: Iterable[Rejected] = ()) -> None:
    """GateError when nothing was collected, a stage mostly failed, or too little was accepted.

    `rejects` is all that was rejected; it is looked into where a stage failed.
    """
    if not report.counts["documents"]:
        raise GateError(f"no document was collected: {_why_nothing(report)}")
    for stage, line in report.survival.items():
        failed = sum(line.reasons[reason] for reason in FAILURES)
        if failed > line.seen * config.limits.max_errors:
            raise GateError(
                f"{stage} failed on {failed} of {line.seen} records, limits.max_errors allows "
                f"{config.limits.max_errors:.0%}{_first(stage, report, rejects)}"
            )
    candidates = report.survival["instruct"].passed if "instruct" in report.survival else 0
    share = report.samples / candidates if candidates else 0.0
    if share < config.limits.min_accept:
        raise GateError(
            f"{report.samples} of {candidates} candidates accepted ({share:.0%}); "
            f"limits.min_accept asks for {config.limits.min_accept:.0%}"
        )


def _first(stage: str, report: RunReport, rejects: Iterable[Rejected]) -> str:
    """What a stage first failed on, and the command that tells more of it."""
    for record in rejects:
        if record.stage == stage and record.reason in FAILURES:
            said = " ".join(record.detail.split())[:200]
            folder = shlex.quote(str(report.folder))
            return f"; the first: {said} (see vqva-crawl inspect {folder} {record.id})"
    return ""


def _why_nothing(report: RunReport) -> str:
    """The reasons with a URL each, and what to do."""
    if not report.errors:
        return "no URL was found"
    why = ", ".join(f"{r} {n} ({report.examples[r]})" for r, n in report.errors.items())
    if report.survival.get("describe", totals.Line()).reasons:
        why += "; pages were had, but what their source knows of the pictures was not"
    if "denied_address" in report.errors:
        why += "; a loopback or private origin has to be named in fetch.allow_origins"
    return why + ("; the same command asks again" if any(map(may_pass, report.errors)) else "")


ROOM = (
    "; the model's answers were cut off: give it room to think with model.thinking_tokens, and try "
    "these documents again with --fork NAME"
)


def ended_at(report: RunReport) -> str:
    """The stage that let nothing through, why, and what to do where answers were cut off."""
    ends = ((s, line) for s, line in report.survival.items() if line.seen and not line.passed)
    stage, line = next(ends, ("no stage", totals.Line()))
    count = line.reasons.total()
    commonest = line.reasons.most_common(3)
    why = ", ".join(f"{reason} {n}" for reason, n in commonest) or "nothing was seen"
    cut_off = commonest and commonest[0][0] == "truncated"
    return f"{stage} rejected {count} ({why})" + (ROOM if cut_off else "")
