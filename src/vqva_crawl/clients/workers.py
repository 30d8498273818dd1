"""CPU work in child processes that can be killed.

Parsers and decoders read hostile bytes: one that crashes, hangs or eats memory takes its child
down, never the run. Pebble kills and replaces the child; here its errors get our names.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from vqva_crawl.errors import WorkerDied, WorkerTimeout

T = TypeVar("T")

MEMORY_LIMIT = 4 << 30  # bytes of address space a child may take
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # mallopt's numbers for them
_KEPT = 32 << 20  # bytes; the most that it takes for the second


class Cpu(Protocol):
    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        """`function(*args)` away from the event loop; raises WorkError when it could not end."""
        ...


class Terminated(WorkerDied):
    """The child was asked to end (SIGTERM), which no input does: a whole process group was."""


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
    """Runs in each new child: a ceiling on memory, and signals and stdout left to the parent."""
    with suppress(OSError):  # stderr may be closed
        os.dup2(2, 1)  # a plug-in may print, and the parent's stdout may be JSON
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    _keep_freed_memory()


def _keep_freed_memory() -> None:
    """Has the allocator keep what one picture used for the next one (mallopt(3), glibc alone).

    Otherwise it goes back to the system after each array, and touching fresh pages costs a picture
    more than all that is computed of it.
    """
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            mallopt(option, _KEPT)


class Workers:
    """A pool of child processes. `count` defaults to the number of cores."""

    def __init__(self, count: int | None = None, memory: int = MEMORY_LIMIT) -> None:
        self.count = count or os.cpu_count() or 1
        self._free = asyncio.Semaphore(self.count)
        self._pool = ProcessPool(
            max_workers=self.count, context=_Context(), initializer=_start, initargs=[memory]
        )

    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        """`function(*args)` in a child; what it raises is raised here.

        WorkerTimeout when it took longer than `timeout` seconds, WorkerDied when the child ended.
        """
        async with self.turn():
            return await self.run(function, *args, timeout=timeout)

    def turn(self) -> asyncio.Semaphore:
        """`async with workers.turn():` waits until a child is free for one `run`."""
        return self._free

    async def run(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        """The same as `call`, for a caller who has the turn."""
        name = getattr(function, "__name__", "work")
        try:
            future = self._pool.schedule(function, args=args, timeout=timeout)
            result: T = await asyncio.wrap_future(future)
        except FutureTimeout as error:
            raise WorkerTimeout(f"{name} took longer than {timeout:g} s and was killed") from error
        except ProcessExpired as error:
            # Pebble's children exit with the signal's number, one still starting dies of it.
            asked = abs(error.exitcode or 0) == signal.SIGTERM
            kind = Terminated if asked else WorkerDied
            raise kind(f"{name} ended its process (exit code {error.exitcode})") from error
        except MemoryError as error:
            raise WorkerDied(f"{name} ran out of memory") from error
        return result

    async def aclose(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)
