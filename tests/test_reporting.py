"""What is shown of a run that lost pages in many ways."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from vqva_crawl.config import Config
from vqva_crawl.errors import GateError
from vqva_crawl.reporting import RunReport, check_gates
from vqva_crawl.storage.losses import Loss, Losses
from vqva_crawl.storage.totals import Line
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


def test_a_source_that_does_not_answer_for_pages_is_told_from_pages_that_were_not_had():
    counts, example = {"documents": 0}, {"http_500": "http://w.test/wiki/Frog"}
    for stage, told in (("fetch", False), ("describe", True)):
        survival = {stage: Line(5, 0, Counter(http_500=5))}
        lost = replace(report(0), counts=counts, errors={"http_500": 5}, examples=example)
        with pytest.raises(GateError) as caught:
            check_gates(Config(name="x"), replace(lost, survival=survival))
        assert ("what their source knows of the pictures was not" in str(caught.value)) is told


def test_of_many_kinds_of_loss_the_table_says_how_many_more_there_are():
    assert "more" not in shown(12)
    assert shown(15).count("http://h.test/") == 12
    [rest] = [line for line in shown(15).splitlines() if "3 more" in line]
    assert " 6 " in rest
