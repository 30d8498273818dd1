"""A diagnosis for people, a line for each finding, and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.text import Text

from vqva_crawl.doctor.examining import Diagnosis
from vqva_crawl.version import __version__

STYLES = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "dim"}


def shown(diagnosis: Diagnosis) -> Iterator[Text]:
    widest = max(len(finding.name) for finding in diagnosis.findings)
    for finding in diagnosis.findings:
        advice = f"; {finding.advice}" if finding.advice else ""
        said = " ".join(f"{finding.said}{advice}".split())
        state = Text(f"{finding.state:<9}", style=STYLES[finding.state])
        yield state.append(f"{finding.name:<{widest}}  {said}", style="default")


def as_object(diagnosis: Diagnosis) -> dict[str, Any]:
    """The object that `doctor --json` prints. Keys are only added."""
    return {
        "version": __version__,
        "config": diagnosis.config,
        "offline": diagnosis.offline,
        "exit_code": diagnosis.exit_code,
        "seconds": diagnosis.seconds,
        "checks": [asdict(finding) for finding in diagnosis.findings],
    }
