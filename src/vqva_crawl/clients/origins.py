"""What is known of origins, each asked once and again when it has grown old."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from vqva_crawl.clients.flight import SingleFlight
from vqva_crawl.urls import origin

T = TypeVar("T")

MOST = 5_000  # origins kept; the ones learnt first are forgotten


class PerOrigin(Generic[T]):
    """`load(origin)` gives what to keep and for how many seconds; failures are its own matter."""

    def __init__(
        self,
        load: Callable[[str], Awaitable[tuple[T, float]]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._clock = clock
        self._kept: dict[str, tuple[T, float]] = {}  # with the time from which it is old
        self._flights: SingleFlight[str, T] = SingleFlight()

    async def of(self, url: str) -> T:
        """What is known of the URL's origin."""
        place = origin(url)
        value, old = self._kept.get(place, (None, 0.0))
        if value is not None and self._clock() < old:
            return value
        return await self._flights.join(place, lambda: self._learn(place))

    async def _learn(self, place: str) -> T:
        asked = self._clock()
        value, seconds = await self._load(place)
        self._kept.pop(place, None)
        if len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[place] = value, asked + seconds
        return value
