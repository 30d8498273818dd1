"""How many calls are under way at once, and how many a minute.

The number at once follows additive increase, multiplicative decrease (Chiu and Jain 1989): a call
that went well makes room for a little more, a 429 halves it.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

FIRST_PAUSE = 1.0  # seconds after a 429, doubled while nothing else comes
LONGEST_PAUSE = 30.0
SHORT = 5.0  # seconds; a shorter wait for a limit a minute is not worth a word


class PerMinute:
    """A token bucket: `allowed` a minute, at most a tenth of it in one burst; None is no limit."""

    def __init__(self, allowed: int | None, clock: Callable[[], float]) -> None:
        self._rate = (allowed or math.inf) / 60
        self._most = max(1.0, self._rate * 6)
        self._level = self._most
        self._clock = clock
        self._at = clock()

    def wait(self) -> float:
        """Seconds until something may be taken; one large call may overdraw."""
        if math.isinf(self._rate):
            return 0.0
        now = self._clock()
        self._level = min(self._most, self._level + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1e-9 - self._level) / self._rate)

    def take(self, count: float) -> None:
        if not math.isinf(self._rate):
            self._level -= count


class Pace:
    """Slots for calls to one endpoint, handed out in the order of asking."""

    def __init__(
        self,
        most: int,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        waits: Callable[[float], None] | None = None,
    ) -> None:
        """`waits` is told the seconds of a pause once somebody waits for its end, and of a longer
        one again; so it is of a wait for a limit a minute that is not a SHORT one."""
        self.limit = float(most)
        self._most = most
        self._clock = clock
        self._requests = PerMinute(requests_per_minute, clock)
        self._tokens = PerMinute(tokens_per_minute, clock)
        self._active = 0
        self._waits = waits
        self._paused_until = self._told = -math.inf
        self._slowed = self._since = -math.inf
        self.refusals = 0  # in a row; of calls that were under way together, the first counts
        self._turn = asyncio.Lock()  # only the first in the queue looks for room
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def slot(self, tokens: int) -> AsyncIterator[float]:
        """Waits for room for a call of about so many tokens; gives the time of its start."""
        async with self._turn:
            while (wait := self._wait()) > 0:
                self._tell(wait)
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), None if math.isinf(wait) else wait)
            self._active += 1
            self._requests.take(1)
            self._tokens.take(tokens)
        try:
            yield self._clock()
        finally:
            self._active -= 1
            self._changed.set()

    def _wait(self) -> float:
        if self._active >= max(1, math.floor(self.limit)):
            return math.inf
        rest = self._paused_until - self._clock()
        return max(rest, self._requests.wait(), self._tokens.wait())

    def _tell(self, wait: float) -> None:
        now = self._clock()
        if math.isinf(wait) or (self._paused_until <= now and wait < SHORT):
            return
        if self._waits and now + wait > self._told + 0.01:  # the clock went on since the last
            self._told = now + wait
            self._waits(wait)

    def went_well(self) -> None:
        self.limit = min(self._most, self.limit + 1 / self.limit)
        self.refusals = 0
        self._changed.set()

    def refused(self, started: float, seconds: float, least: bool) -> float:
        """A call that began at `started` was told to slow down, for `seconds` where it was said.

        `least` pauses all calls in any case, longer each time: a limit of calls a minute is not
        always said. Calls that were under way at the last decrease do not decrease again.
        Returns the seconds since when there have been nothing but refusals.
        """
        now = self._clock()
        if started >= self._slowed:
            self.limit = max(1.0, self.limit / 2)
            self._slowed = now
            self._since = self._since if self.refusals else now
            self.refusals += 1
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.refusals - 1))
            seconds = max(seconds, pause) if least else seconds
        self._paused_until = max(self._paused_until, now + seconds)
        return now - self._since
