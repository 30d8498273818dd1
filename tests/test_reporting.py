"""What is shown of a run that lost pages in many ways."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from vqva_crawl.reporting import RunReport
from vqva_crawl.storage.losses import Loss, Losses
from vqva_crawl.watch.tables import losses_table


def report(kinds: int) -> RunReport:
    """Of a run that lost `n` URLs in the n-th of so many ways."""
    hosts = (("h.test", 1),)
    lost = (Loss(f"kind_{n}", n, hosts, f"http://h.test/{n}") for n in range(kinds, 0, -1))
    names = ("pages", "documents", "samples", "images", "requests", "units", "committed")
    return RunReport(
        name="run",
        folder=Path("runs/run"),
        rounds=1,
        counts=dict.fromkeys(names, 1),
        survival={},
        errors={},
        examples={},
        spend={},
        dataset="",
        report=Path("nowhere"),
        stopped_because="",
        seconds=0,
        losses=Losses(pages=tuple(lost)),
    )


def shown(kinds: int) -> str:
    out = StringIO()
    Console(file=out, width=120).print(losses_table(report(kinds)))
    return out.getvalue()


def test_of_many_kinds_of_loss_the_table_says_how_many_more_there_are():
    assert "more" not in shown(12)
    assert shown(15).count("http://h.test/") == 12
    [rest] = [line for line in shown(15).splitlines() if "3 more" in line]
    assert " 6 " in rest
