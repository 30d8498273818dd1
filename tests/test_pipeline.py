"""One record's failure is that record's alone; a run's failure comes out as itself."""

from __future__ import annotations

import pytest

from vqva_crawl.errors import StorageError
from vqva_crawl.pipeline import run_stages
from vqva_crawl.records import Rejected, Target
from vqva_crawl.tally import Progress, Tally


def targets(count: int) -> list[Target]:
    return [Target(key=f"http://a/{n}", url=f"http://a/{n}") for n in range(count)]


class Flaky:
    name = "flaky"
    version = "1"

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def __call__(self, target: Target) -> Target | Rejected | None:
        if target.url.endswith("3"):
            raise self._error
        return None if target.url.endswith("5") else target


class Whole:
    name = "whole"
    version = "1"

    def whole_unit(self, records):
        return records[1:]


async def test_a_failing_record_is_quarantined_with_stage_and_error():
    stages = [Flaky(ValueError("no good")), Whole()]
    tally = Tally(stages, Progress())
    outcome = await run_stages(targets(8), stages, tally)
    (lost,) = [r for r in outcome if isinstance(r, Rejected)]
    assert (lost.stage, lost.reason, lost.detail) == ("flaky", "error", "ValueError: no good")
    assert [r.url[-1] for r in outcome if isinstance(r, Target)] == list("12467")
    assert tally.counts["flaky"].seen == 8
    assert tally.counts["flaky"].passed == 6
    assert tally.counts["whole"].seen == 6
    assert tally.fates["http://a/3"] == lost


async def test_a_full_disk_ends_the_unit_as_a_storage_error():
    stages = [Flaky(StorageError("No space left on device"))]
    with pytest.raises(StorageError, match="No space left"):
        await run_stages(targets(8), stages, Tally(stages, Progress()))
