"""A run's figures for machines: the object that `status --json` prints. Keys are only added."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vqva_crawl.reporting import RunReport
from vqva_crawl.storage.losses import Loss
from vqva_crawl.version import __version__


def figures(report: RunReport) -> dict[str, Any]:
    """What a run came to; docs/operating.md says what each key means."""
    return {
        "version": __version__,
        "run": report.name,
        "folder": str(report.folder.absolute()),
        "rounds": report.rounds,
        "stopped_because": report.stopped_because,
        "counts": report.counts,
        "stages": {
            stage: {
                "seen": line.seen,
                "passed": line.passed,
                "rejected": line.reasons.total(),
                "reasons": dict(line.reasons.most_common()),
            }
            for stage, line in report.survival.items()
        },
        "dropped": report.errors,
        "lost": {
            "pages": _losses(report.losses.pages),
            "pictures": _losses(report.losses.pictures),
        },
        "repeating": report.repeating,
        "spend": {
            agent: {
                "answered": total.answered,
                "failed": total.failed,
                "prompt_tokens": total.prompt,
                "completion_tokens": total.completion,
                "money": total.money,
            }
            for agent, total in report.spend.items()
        },
        "batches": {
            "open": report.batches,
            "questions": report.waiting.calls,
            "tokens": report.waiting.tokens,
        },
        "dataset": report.dataset if report.report.exists() else None,
        "report": str(report.report.absolute()) if report.report.exists() else None,
    }


def _losses(losses: Iterable[Loss]) -> list[dict[str, Any]]:
    return [
        {
            "cause": loss.cause,
            "meaning": loss.words,
            "urls": loss.count,
            "hosts": [{"host": host, "urls": count} for host, count in loss.hosts],
            "example": loss.example,
        }
        for loss in losses
    ]
