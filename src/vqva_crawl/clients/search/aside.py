"""Long reading of files beside the event loop, which a Ctrl-C need not wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import TypeVar

T = TypeVar("T")


class Abandoned(Exception):
    """Nobody waits for the work any more."""


async def aside(work: Callable[[Event], T]) -> T:
    """`work` in a thread; the event is set when its caller is gone."""
    gone = Event()
    try:
        return await asyncio.to_thread(work, gone)
    finally:
        gone.set()


def while_waited_for(items: Iterable[T], gone: Event) -> Iterator[T]:
    """The items; Abandoned once `gone` is set."""
    for item in items:
        if gone.is_set():
            raise Abandoned
        yield item
