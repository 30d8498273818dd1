"""CPU work in child processes that can be killed.

Parsers and decoders read hostile bytes: one that crashes, hangs or eats memory takes its child
down, never the run. Pebble kills and replaces the child; here its errors get our names.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from vqva_crawl.errors import Poison, WorkerDied, WorkError, WorkerTimeout
from vqva_crawl.records import digest
from vqva_crawl.storage.journal import Journal

T = TypeVar("T")

MEMORY_LIMIT = 4 << 30  # bytes of address space a child may take
MAX_ATTEMPTS = 3  # of one piece of work, over all processes that tried it


class Cpu(Protocol):
    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        """`function(*args)` away from the event loop; raises WorkError when it could not end."""
        ...


class _Process(SpawnProcess):
    """A spawned child that does not import the parent's main module.

    A user's plain script has no `if __name__ == "__main__"` around its `vc.run(…)`, and a child
    that imported it would start the run again.
    """

    _lock = threading.Lock()

    def start(self) -> None:
        with self._lock:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            # The child inherits the mask: a Ctrl-C is the parent's, from the child's first moment.
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                super().start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
                sys.modules["__main__"] = main


class _Context(SpawnContext):
    # spawn: a fork of a process with threads and an event loop may inherit held locks.
    Process = _Process


def _start(memory: int) -> None:
    """Runs in each new child: a ceiling on memory, and signals left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


class Workers:
    """A pool of child processes. `count` defaults to the number of cores."""

    def __init__(self, count: int | None = None, memory: int = MEMORY_LIMIT) -> None:
        count = count or os.cpu_count() or 1
        self._running = asyncio.Semaphore(count)
        self._pool = ProcessPool(
            max_workers=count, context=_Context(), initializer=_start, initargs=[memory]
        )

    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        """`function(*args)` in a child; what it raises is raised here.

        WorkerTimeout when it took longer than `timeout` seconds, WorkerDied when the child ended.
        """
        async with self._running:
            return await self._call(function, args, timeout)

    async def _call(
        self, function: Callable[..., T], args: tuple[object, ...], timeout: float
    ) -> T:
        name = getattr(function, "__name__", "work")
        try:
            future = self._pool.schedule(function, args=args, timeout=timeout)
            result: T = await asyncio.wrap_future(future)
        except FutureTimeout as error:
            raise WorkerTimeout(f"{name} took longer than {timeout:g} s and was killed") from error
        except ProcessExpired as error:
            raise WorkerDied(f"{name} ended its process (exit code {error.exitcode})") from error
        except MemoryError as error:
            raise WorkerDied(f"{name} ran out of memory") from error
        return result

    async def aclose(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)


class Journaled:
    """The same calls, each attempt noted in a unit's journal before the work is done.

    So an input that takes its process down is known by its content even when nobody survived to
    tell, and is given up (Poison) after MAX_ATTEMPTS.
    """

    def __init__(self, workers: Workers, journal: Journal) -> None:
        self._workers = workers
        self._journal = journal

    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        name = getattr(function, "__qualname__", "work")
        work = digest(name, pickle.dumps(args))
        failure = "earlier processes did not survive it"
        while self._journal.attempts(work) < MAX_ATTEMPTS:
            async with self._workers._running:
                self._journal.started(work)
                try:
                    result = await self._workers._call(function, args, timeout)
                except WorkError as error:
                    failure = str(error)
                    continue
            self._journal.finished(work)
            return result
        raise Poison(f"{failure} ({MAX_ATTEMPTS} attempts)")
