"""Stopping in order: signals become a checkpoint, a lost lease ends the run."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from vqva_crawl.errors import Stopped, VqvaError
from vqva_crawl.storage.lease import SECONDS


@asynccontextmanager
async def stoppable(name: str, renew: Callable[[], None]) -> AsyncIterator[None]:
    """Keeps the lease alive, and turns SIGINT and SIGTERM into `Stopped` after a checkpoint.

    What is committed stays; units under way are given up and their pages are in the cache.
    """
    task = asyncio.current_task()
    assert task is not None, "called from a coroutine"
    caught: list[int] = []
    lost: list[VqvaError] = []

    def stop(signum: int) -> None:
        caught.append(signum)
        task.cancel()

    async def keep() -> None:
        while True:
            await asyncio.sleep(SECONDS / 3)
            try:
                renew()
            except VqvaError as error:
                lost.append(error)
                task.cancel()

    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    # Only the main thread may; a notebook's run is stopped by its kernel.
    listening = threading.current_thread() is threading.main_thread()
    for signum in signals if listening else ():
        loop.add_signal_handler(signum, stop, signum)
    keeper = asyncio.create_task(keep())
    try:
        yield
    except asyncio.CancelledError:
        if lost:
            raise lost[0] from None
        if caught:
            said = f"stopped; what run '{name}' has committed is safe, the same command goes on"
            raise Stopped(caught[0], said) from None
        raise
    finally:
        keeper.cancel()
        for signum in signals if listening else ():
            loop.remove_signal_handler(signum)
