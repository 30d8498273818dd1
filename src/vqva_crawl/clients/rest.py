"""Hosts that are left alone for a while: those that asked for a long rest, and dead ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from vqva_crawl.errors import FetchError, LeftAlone, RateLimited
from vqva_crawl.storage.rests import Kept, Rests

FAILURES = 10  # requests in a row without any answer after which a host counts as dead
DEAD_FOR = 300.0  # seconds
# How much one failure counts: a slow answer holds others up for longer than a refused connection.
NO_ANSWER = {"connect": 1, "dns": 1, "timeout": 3, "tls": 1, "slow": 5}


@dataclass(frozen=True, slots=True)
class Shut:
    until: float
    error: FetchError


class Rest:
    """A circuit breaker by limiter key. An answer of any status closes the count of failures.

    What hosts asked for is kept in `kept`, and holds for the next call of the program too.
    """

    def __init__(self, kept: Rests | None = None, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._kept = kept
        self._failures: dict[str, int] = {}
        self._shut = {
            f"host:{host}": Shut(until, RateLimited(kind, "", ""))
            for host, (until, kind) in (kept.now() if kept else {}).items()
        }

    def check(self, key: str, url: str) -> None:
        """Raises RateLimited or LeftAlone, of the kind that shut the key, while it is shut."""
        shut = self._shut.get(key)
        if shut is None:
            return
        left = shut.until - self._clock()
        if left <= 0:
            del self._shut[key]
        elif isinstance(shut.error, RateLimited):
            said = f"asked to be left alone, {left:.0f} s left"
            raise RateLimited(shut.error.kind, url, said, left)
        else:
            said = f"too many failures in a row, {left:.0f} s left: {shut.error.detail}"
            raise LeftAlone(shut.error.kind, url, said)

    def failed(self, key: str, error: FetchError) -> None:
        """Counts a failure; anything that shows a living host is an answer."""
        if error.kind not in NO_ANSWER:
            self.answered(key)
            return
        self._failures[key] = self._failures.get(key, 0) + NO_ANSWER[error.kind]
        if self._failures[key] >= FAILURES:
            self.answered(key)
            self.leave_alone(key, DEAD_FOR, error)

    def answered(self, key: str) -> None:
        self._failures.pop(key, None)

    def leave_alone(self, key: str, seconds: float, error: FetchError) -> None:
        """Shuts the key; `error` is what callers get until then."""
        until = self._clock() + seconds
        self._shut[key] = Shut(until, error)
        if self._kept and isinstance(error, RateLimited):
            self._kept.add(key.partition(":")[2], Kept(until, error.kind))
