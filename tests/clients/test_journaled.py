"""Which inputs are given up: those that take their process down, not those that were stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from vqva_crawl.clients.journaled import (
    MAX_ATTEMPTS,
    MAX_UNENDED,
    TOGETHER_BYTES,
    Journaled,
)
from vqva_crawl.clients.workers import Workers
from vqva_crawl.errors import Poison
from vqva_crawl.storage.journal import Journal

SLOW = 0.3  # seconds of work that can be stopped on its way


class Counted(Workers):
    """Counts how often something is handed to a child."""

    handed = 0

    async def run(self, function, *args, timeout):
        self.handed += 1
        return await super().run(function, *args, timeout=timeout)


@asynccontextmanager
async def journaled(path: Path, children: int = 1, workers: Workers | None = None):
    """What one process opens for a unit."""
    workers, journal = workers or Workers(children), Journal(path)
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


# Together -------------------------------------------------------------------------------------


async def test_small_work_that_waits_goes_to_a_child_together(tmp_path):
    path, workers = tmp_path / "unit.log", Counted(2)
    async with journaled(path, workers=workers) as cpu:
        calls = [cpu.call(abs, -n, timeout=30) for n in range(200)]
        assert await asyncio.gather(*calls) == list(range(200))
    assert workers.handed < 50
    assert sorted(path.read_text().split()) == sorted({*path.read_text().split()})
    assert starts(path) == 200


async def test_large_work_goes_alone(tmp_path):
    workers = Counted(1)
    async with journaled(tmp_path / "unit.log", workers=workers) as cpu:
        large = [bytes([n]) * (TOGETHER_BYTES * 2 // 3) for n in range(6)]
        calls = [cpu.call(len, body, timeout=30) for body in large]
        assert await asyncio.gather(*calls) == list(map(len, large))
    assert workers.handed == 6


def odd(number: int) -> int:
    """Work of which one piece kills its child, one fails, and one takes too long."""
    if number == 3:
        os._exit(7)
    if number == 5:
        raise ValueError("five")
    if number == 8:
        time.sleep(60)
    return number


async def test_what_fails_together_costs_itself_alone(tmp_path):
    path = tmp_path / "unit.log"
    async with journaled(path, children=2) as cpu:
        calls = [cpu.call(odd, n, timeout=1) for n in range(12)]
        found = await asyncio.gather(*calls, return_exceptions=True)
    kinds = {n: type(one) for n, one in enumerate(found) if n in (3, 5, 8)}
    assert kinds == {3: Poison, 5: ValueError, 8: Poison}
    assert [one for n, one in enumerate(found) if n not in kinds] == [0, 1, 2, 4, 6, 7, 9, 10, 11]
    deaths = [line for line in path.read_text().split() if line.startswith("!")]
    assert len(deaths) == 2 * MAX_ATTEMPTS
    assert len(set(deaths)) == 2


async def test_who_leaves_takes_nobody_along(tmp_path):
    """The one whose turn it is hands over for others too."""
    async with journaled(tmp_path / "unit.log") as cpu:
        first = asyncio.create_task(cpu.call(time.sleep, SLOW, timeout=30))
        tasks = [asyncio.create_task(cpu.call(nap, n, timeout=30)) for n in range(6)]
        await first
        await asyncio.sleep(SLOW)
        tasks[0].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [1, 2, 3, 4, 5]


def nap(number: int) -> int:
    time.sleep(SLOW)
    return number
