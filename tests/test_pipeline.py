"""One record's failure is that record's alone; a run's failure comes out as itself."""

from __future__ import annotations

import asyncio

import pytest

from vqva_crawl.errors import StorageError
from vqva_crawl.pipeline import run_stages, written
from vqva_crawl.records import Document, Rejected, Target, TextItem
from vqva_crawl.tally import Progress, Tally


def targets(count: int) -> list[Target]:
    return [Target(key=f"http://a/{n}", url=f"http://a/{n}") for n in range(count)]


class Panic(BaseException):
    pass


class Flaky:
    name = "flaky"
    version = "1"

    def __init__(self, error: BaseException) -> None:
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


@pytest.mark.parametrize("error", [asyncio.CancelledError(), SystemExit(0), Panic("in Rust")])
async def test_what_others_raise_costs_a_record_even_where_it_is_no_exception(error):
    stages = [Flaky(error)]
    outcome = await run_stages(targets(8), stages, Tally(stages, Progress()))
    (lost,) = [r for r in outcome if isinstance(r, Rejected)]
    assert (lost.stage, lost.reason) == ("flaky", "error")
    assert lost.detail.startswith("RuntimeError: stage flaky ")
    assert len(outcome) == 7  # of eight, one of which gives nothing


class Slow:
    name = "slow"
    version = "1"

    async def __call__(self, target: Target) -> Target:
        await asyncio.sleep(60)
        return target


async def test_a_cancellation_that_is_meant_for_the_run_ends_it():
    stages = [Slow()]
    tally = Tally(stages, Progress())
    work = asyncio.create_task(run_stages(targets(3), stages, tally))
    await asyncio.sleep(0.01)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not tally.counts["slow"].reasons


def document() -> Document:
    (target,) = targets(1)
    return Document(url=target.url, target=target, items=(TextItem(text="half \ud83d"),))


def test_a_document_that_no_part_can_hold_costs_itself_alone():
    broken = document().model_copy(update={"title": "half \ud83d"})
    tally = Tally([], Progress())
    lost = written(broken, tally)
    assert (lost.id, lost.stage, lost.reason) == (broken.id, "write", "error")
    assert tally.fates == {"http://a/0": lost}
    assert tally.counts["write"].reasons == {"error": 1}


@pytest.mark.parametrize(("links", "told"), [((), False), (("a",), False), (("a", "b"), True)])
def test_pages_that_may_be_a_maze_are_told_by_what_they_say(links: tuple[str, ...], told: bool):
    page = document().model_copy(update={"links": links, "items": (TextItem(text="A long hall"),)})
    tally = Tally([], Progress())
    tally.note("extract", 1, [page])
    [outgoing] = tally.links.values()
    assert (outgoing.links, bool(outgoing.signature)) == (links, told)


def test_half_a_character_does_not_enter_a_record():
    found = document()
    assert [item.text for item in found.texts()] == ["half \ufffd"]
    assert written(found, Tally([], Progress())) is found
