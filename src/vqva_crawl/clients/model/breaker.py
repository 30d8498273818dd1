"""A circuit breaker: an endpoint that is down is left alone for a while (Nygard, Release It!)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vqva_crawl.errors import ModelError

FIRST = 30.0  # seconds that an endpoint is left alone, doubled whenever a trial fails
MOST = 600.0


class Breaker:
    """Shut by a call that was given up, where nothing was answered in as many attempts as it has.

    While it is shut, calls fail at once with the error that shut it. After that one call may try;
    any answer opens it again, a refusal of one call too. Where there is no fallback, that error
    has ended the run.
    """

    def __init__(
        self,
        attempts: int,
        shuts: Callable[[float, ModelError], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`shuts` is told for how many seconds the endpoint is left alone, and why."""
        self._attempts = attempts
        self._shuts = shuts
        self._clock = clock
        self._failures = 0  # attempts since the last answer
        self._why: ModelError | None = None
        self._until = 0.0  # nothing is sent before that
        self._rest = FIRST
        self._trying = False

    @contextmanager
    def call(self) -> Iterator[bool]:
        """Around a call; whether it is a trial. Raises ModelError where the endpoint is shut."""
        trial = self._enter()
        try:
            yield trial
        except ModelError as error:
            if trial or (self._why is None and self._is_down()):
                self._shut(error)
            raise
        finally:
            if trial:
                self._trying = False

    def check(self) -> None:
        """Raises ModelError for an attempt at an endpoint that other calls found to be down."""
        if self._why and not self._trying:
            raise ModelError(str(self._why))

    def answered(self) -> None:
        self._failures, self._why, self._rest = 0, None, FIRST

    def failed(self) -> None:
        """Notes an attempt that was not answered."""
        self._failures += 1

    def rests(self, seconds: float) -> None:
        """The endpoint asked to be left alone for so long: no trial comes before that."""
        self._until = max(self._until, self._clock() + seconds)

    def _enter(self) -> bool:
        if self._why is None:
            return False
        if self._trying or self._clock() < self._until:
            raise ModelError(str(self._why))
        self._trying = True
        return True

    def _is_down(self) -> bool:
        return self._failures >= self._attempts or self._clock() < self._until

    def _shut(self, error: ModelError) -> None:
        now = self._clock()
        self._rest = min(MOST, 2 * self._rest) if self._why else FIRST
        self._why, self._until = error, max(self._until, now + self._rest)
        self._shuts(self._until - now, error)
