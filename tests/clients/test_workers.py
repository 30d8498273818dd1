"""Which inputs are given up: those that take their process down, not those that were stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from vqva_crawl.clients.workers import MAX_ATTEMPTS, MAX_UNENDED, Journaled, Workers
from vqva_crawl.errors import Poison
from vqva_crawl.storage.journal import Journal

SLOW = 0.3  # seconds of work that can be stopped on its way


@asynccontextmanager
async def journaled(path: Path, children: int = 1):
    """What one process opens for a unit."""
    workers, journal = Workers(children), Journal(path)
    try:
        yield Journaled(workers, journal)
    finally:
        journal.close()
        await workers.aclose()


def starts(path: Path) -> int:
    return path.read_text().count("+")


def wait_for_starts(path: Path, count: int) -> None:
    deadline = time.monotonic() + 30
    while starts(path) < count:
        assert time.monotonic() < deadline, "it was not tried again"
        time.sleep(0.01)


def ends_by(mark: str, signum: int) -> str:
    """Ends its process by a signal when it is tried for the first time."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signum)
        time.sleep(5)
    return "done"


async def test_what_is_stopped_politely_again_and_again_is_not_poison(tmp_path):
    path = tmp_path / "unit.log"
    async with journaled(path) as cpu:
        for stop in range(1, MAX_ATTEMPTS + 2):
            task = asyncio.create_task(cpu.call(time.sleep, SLOW, timeout=30))
            await asyncio.to_thread(wait_for_starts, path, stop)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    async with journaled(path) as cpu:
        assert await cpu.call(time.sleep, SLOW, timeout=30) is None


async def test_what_kills_its_child_is_given_up_and_its_like_is_not(tmp_path):
    path = tmp_path / "unit.log"
    async with journaled(path) as cpu:
        with pytest.raises(Poison, match=r"exit code 3\) \(3 attempts\)"):
            await cpu.call(os._exit, 3, timeout=30)
        assert starts(path) == MAX_ATTEMPTS
        with pytest.raises(Poison):
            await cpu.call(os._exit, 3, timeout=30)
        assert starts(path) == MAX_ATTEMPTS, "not tried again"
        assert await cpu.call(abs, -3, timeout=30) == 3


async def test_a_signal_to_the_whole_group_is_not_the_inputs_doing(tmp_path):
    path = tmp_path / "unit.log"
    async with journaled(path) as cpu:
        args = (str(tmp_path / "mark"), signal.SIGTERM)
        assert await cpu.call(ends_by, *args, timeout=30) == "done"
    assert "!" not in path.read_text()


async def test_an_error_of_the_functions_own_is_no_death(tmp_path):
    path = tmp_path / "unit.log"
    async with journaled(path) as cpu:
        for _ in range(MAX_ATTEMPTS + 1):
            with pytest.raises(ValueError, match="invalid literal"):
                await cpu.call(int, "x", timeout=30)


async def test_a_parent_that_was_killed_condemns_only_after_many_times(tmp_path):
    assert MAX_UNENDED >= 3 * MAX_ATTEMPTS
    path = tmp_path / "unit.log"
    async with journaled(path) as cpu:
        await cpu.call(abs, -3, timeout=30)
    [start, _] = path.read_text().splitlines(keepends=True)
    path.write_text(start * (MAX_UNENDED - 1))
    async with journaled(path) as cpu:
        assert await cpu.call(abs, -3, timeout=30) == 3
    path.write_text(start * MAX_UNENDED)
    async with journaled(path) as cpu:
        with pytest.raises(Poison, match="did not survive it"):
            await cpu.call(abs, -3, timeout=30)


async def test_the_same_picture_at_work_for_many_pages_is_no_suspect(tmp_path):
    path = tmp_path / "unit.log"
    async with journaled(path, children=MAX_ATTEMPTS + 1) as cpu:
        calls = [cpu.call(time.sleep, SLOW, timeout=30) for _ in range(MAX_ATTEMPTS + 1)]
        assert await asyncio.gather(*calls) == [None] * len(calls)
