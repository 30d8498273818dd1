"""The local engine: asyncio in this process, CPU work in child processes that can be killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any

from vqva_crawl.engines.base import Build, lanes
from vqva_crawl.errors import Pending
from vqva_crawl.pipeline import Context, run_unit
from vqva_crawl.storage.units import Manifest, Unit


class LocalEngine:
    """Runs at most `units` units at once. What `build` opens lives until `aclose`."""

    def __init__(self, units: int) -> None:
        self._units = units
        self._stack = AsyncExitStack()
        self._context: Context | None = None

    async def run(self, units: Sequence[Unit], build: Build) -> AsyncIterator[Manifest]:
        if self._context is None:
            self._context = await self._stack.enter_async_context(build())
        waiting = lanes(units)
        done: asyncio.Queue[Manifest] = asyncio.Queue()
        workers = [
            asyncio.create_task(_work(waiting, self._context, done)) for _ in range(self._units)
        ]
        everyone = asyncio.gather(*workers)
        try:
            while (manifest := await _next(done, everyone)) is not None:
                yield manifest
            if waiting_units := sum(await everyone):
                raise Pending(f"{waiting_units} of {len(units)} units wait for answers of a batch")
        finally:
            everyone.cancel()
            await asyncio.gather(*workers, everyone, return_exceptions=True)

    async def aclose(self) -> None:
        await self._stack.aclose()


async def _work(waiting: list[list[Unit]], context: Context, done: asyncio.Queue[Manifest]) -> int:
    """Takes lane after lane; the units of one lane follow each other. Returns how many of them
    wait for a batch: the others go on, so that all their questions get into it. In a lane nothing
    counts before what it comes behind: the pages of a host are counted in order."""
    pending = 0
    while waiting:
        before = pending
        for unit in waiting.pop(0):
            try:
                manifest = await run_unit(unit, context)
            except Pending:
                pending += 1
            else:
                if pending == before:
                    await done.put(manifest)
                else:
                    pending += 1
    return pending


async def _next(
    done: asyncio.Queue[Manifest], everyone: asyncio.Future[list[int]]
) -> Manifest | None:
    """The next manifest, None after the last; raises what ended the workers."""
    get = asyncio.ensure_future(done.get())
    either: list[asyncio.Future[Any]] = [get, everyone]
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not get.done():
            everyone.result()  # raises
            return None if done.empty() else await get
        return await get
    finally:
        get.cancel()
