"""What is shown of a run that lost pages in many ways."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from vqva_crawl.reporting import RunReport
from vqva_crawl.watch import summary_table


def report(kinds: int) -> RunReport:
    """Of a run that lost `n` URLs in the n-th of so many ways."""
    lost = {f"kind_{n}": (n, f"http://h.test/{n}") for n in range(kinds, 0, -1)}
    names = ("pages", "documents", "samples", "images", "requests", "units", "committed")
    return RunReport(
        name="run",
        folder=Path("runs/run"),
        rounds=1,
        counts=dict.fromkeys(names, 1),
        survival={},
        errors={},
        examples={},
        lost=lost,
        spend={},
        dataset="",
        report=Path("nowhere"),
        stopped_because="",
        seconds=0,
    )


def shown(kinds: int) -> str:
    out = StringIO()
    Console(file=out, width=120).print(summary_table(report(kinds)))
    return out.getvalue()


def test_of_many_kinds_of_loss_the_table_says_where_the_rest_is():
    assert "more" not in shown(6)
    assert shown(9).count("such as") == 6
    assert "and 3 more kinds (6): see the report or parts/*/rejected.parquet" in shown(9)
