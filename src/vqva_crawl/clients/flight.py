"""Single flight: callers who ask for the same thing at the same time share one attempt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """Joins concurrent calls by key. Nothing is remembered once an attempt has ended."""

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[V]] = {}
        self._waiting: dict[K, int] = {}

    async def join(self, key: K, attempt: Callable[[], Awaitable[V]]) -> V:
        """What `attempt()` gives or raises; started only when none is under way for the key.

        A cancelled caller leaves the others undisturbed; the last one to leave ends the attempt.
        """
        if key not in self._tasks:
            self._tasks[key] = asyncio.ensure_future(self._run(attempt))
            self._waiting[key] = 0
        task = self._tasks[key]
        self._waiting[key] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._leave(key, task)

    @staticmethod
    async def _run(attempt: Callable[[], Awaitable[V]]) -> V:
        return await attempt()

    def _leave(self, key: K, task: asyncio.Task[V]) -> None:
        if self._tasks.get(key) is not task:
            return
        self._waiting[key] -= 1
        if task.done() or not self._waiting[key]:
            task.cancel()
            del self._tasks[key], self._waiting[key]
