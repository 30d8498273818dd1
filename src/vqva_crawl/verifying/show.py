"""What became of the pictures, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from vqva_crawl.clients.plain import plain
from vqva_crawl.verifying.asking import DIFFERENT, Verified
from vqva_crawl.verifying.judging import Verdict
from vqva_crawl.version import __version__

WORDS: dict[Verdict, str] = {
    "same": "same",
    "changed": "changed",
    "gone": "gone",
    "not_allowed": "not allowed any more",
    "unanswered": "not answered",
}


def shown(verified: Verified) -> Iterator[Table | Text]:
    """How many pictures met which fate, and a line for each that is not what was stored."""
    if not verified.pictures:
        yield Text("the run has no accepted samples, so there is nothing to ask for")
        return
    yield _counts(verified)
    for finding in verified.findings:
        if finding.verdict in DIFFERENT:
            yield Text(f"{plain(finding.url)}  {WORDS[finding.verdict]}: {plain(finding.said)}")
    if verified.stopped:
        yield Text("stopped before all were asked for")
    elif verified.counts["unanswered"] == len(verified.findings):
        yield Text("nothing answered: this says nothing of the pictures")


def _counts(verified: Verified) -> Table:
    title = f"{len(verified.findings)} of {verified.pictures} pictures asked for again"
    table = Table(title=title, title_justify="left")
    table.add_column("the URL shows")
    table.add_column("pictures", justify="right")
    table.add_column("why")
    for verdict, count in verified.counts.items():
        causes = Counter(f.cause for f in verified.findings if f.verdict == verdict and f.cause)
        why = ", ".join(f"{cause} {n}" for cause, n in causes.most_common())
        table.add_row(WORDS[verdict], str(count), Text(why, overflow="fold"))
    return table


def as_object(verified: Verified, run: str) -> dict[str, Any]:
    """The object that `verify --json` prints. Keys are only added."""
    return {
        "version": __version__,
        "run": run,
        "exit_code": verified.exit_code,
        "stopped": verified.stopped,
        "pictures": verified.pictures,
        "asked": len(verified.findings),
        "counts": verified.counts,
        "findings": [asdict(finding) for finding in verified.findings],
    }
