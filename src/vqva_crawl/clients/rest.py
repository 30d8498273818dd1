"""Hosts left alone for a while: those that asked for a long rest, dead ones, refusing ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from vqva_crawl.errors import FetchError, LeftAlone, RateLimited, Transient
from vqva_crawl.storage.rests import Kept, Rests

FAILURES = 10  # requests in a row without any answer after which a host counts as dead
REFUSALS = 5  # 429 or 503 in a row, each sent after the one before it was known
DEAD_FOR = 300.0  # seconds
LONGEST = 7 * 86_400.0  # seconds: a host that asks for years (a bad clock) is asked again in a week
# How much one failure counts: a slow answer holds others up for longer than a refused connection.
NO_ANSWER = {"connect": 1, "dns": 1, "timeout": 3, "tls": 1, "slow": 5}


@dataclass(frozen=True, slots=True)
class Shut:
    until: float
    error: FetchError


class Rest:
    """A circuit breaker by limiter key, with two counts: of requests in a row that got no answer,
    and of those that got 429 or 503.

    What hosts asked for is kept in `kept`, and holds for the next call of the program too; what
    was found here holds for this one. `tell` gets a line whenever a host is left alone.
    """

    def __init__(
        self,
        kept: Rests | None = None,
        clock: Callable[[], float] = time.time,
        tell: Callable[[str], object] = lambda line: None,
    ) -> None:
        self.clock = clock
        self._kept = kept
        self._tell = tell
        self._failures: dict[str, int] = {}
        self._refusals: dict[str, tuple[int, float]] = {}  # and when the newest was counted
        self._shut = {
            f"host:{host}": Shut(until, RateLimited(kind, "", "it asked for that"))
            for host, (until, kind) in (kept.now() if kept else {}).items()
        }

    def check(self, key: str, url: str) -> None:
        """Raises RateLimited or LeftAlone, of the kind that shut the key, while it is shut."""
        shut = self._shut.get(key)
        if shut is None:
            return
        left = shut.until - self.clock()
        if left <= 0:
            del self._shut[key]
        elif isinstance(shut.error, RateLimited):
            said = f"left alone, {left:.0f} s left: {shut.error.detail}"
            raise RateLimited(shut.error.kind, url, said, left)
        else:
            said = f"too many failures in a row, {left:.0f} s left: {shut.error.detail}"
            raise LeftAlone(shut.error.kind, url, said)

    def is_shut(self, key: str) -> bool:
        return key in self._shut and self._shut[key].until > self.clock()

    def failed(self, key: str, error: FetchError, began: float) -> None:
        """Counts the failure of a request that was sent at `began`, of our clock."""
        if isinstance(error, RateLimited):
            self._failures.pop(key, None)
            self._refused(key, error, began)
        elif error.kind in NO_ANSWER:
            self._failures[key] = self._failures.get(key, 0) + NO_ANSWER[error.kind]
            if self._failures[key] >= FAILURES:
                self._give_up(key, error)
        elif isinstance(error, Transient):
            self._failures.pop(key, None)  # it lives, but that was no success
        else:
            self.answered(key)

    def _refused(self, key: str, error: RateLimited, began: float) -> None:
        """Of requests that were under way together, one counts: none knew of the others."""
        count, newest = self._refusals.get(key, (0, began))
        if began < newest:
            return
        self._refusals[key] = count + 1, self.clock()
        if count + 1 >= REFUSALS:
            self._give_up(key, error)

    def _give_up(self, key: str, error: FetchError) -> None:
        self.answered(key)
        self._shut_for(key, DEAD_FOR, error)

    def answered(self, key: str) -> None:
        self._failures.pop(key, None)
        self._refusals.pop(key, None)

    def leave_alone(self, key: str, seconds: float, error: RateLimited) -> None:
        """A host asked for so long a rest; `error` is what callers get until then."""
        until = self._shut_for(key, min(seconds, LONGEST), error)
        if self._kept:
            self._kept.add(key.partition(":")[2], Kept(until, error.kind))

    def _shut_for(self, key: str, seconds: float, error: FetchError) -> float:
        """Until when; a longer rest is never shortened."""
        until = self.clock() + seconds
        if not self.is_shut(key):
            name = key.partition(":")[2]
            self._tell(f"{name} is left alone for {seconds:.0f} s: {error.detail} ({error.kind})")
        elif self._shut[key].until >= until:
            return self._shut[key].until
        self._shut[key] = Shut(until, error)
        return until
