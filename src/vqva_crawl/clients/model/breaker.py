"""A circuit breaker: an endpoint that is down is left alone for a while (Nygard, Release It!)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vqva_crawl.clients.model.health import Health
from vqva_crawl.errors import ModelError, Transient

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
        slots: int,
        shuts: Callable[[float, ModelError], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A call has so many attempts, and `slots` calls are sent at once.

        `shuts` is told for how many seconds the endpoint is left alone, and why.
        """
        self._health = Health(attempts, slots)
        self._shuts = shuts
        self._clock = clock
        self._why: ModelError | None = None
        self._until = 0.0  # nothing is sent before that
        self._rest = FIRST
        self._trying = False

    @contextmanager
    def call(self) -> Iterator[bool]:
        """Around a call; whether it is a trial. Raises ModelError where the endpoint is shut."""
        trial = self._enter()
        try:
            with self._health.call():
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
        self._health.answered()
        self._why, self._rest = None, FIRST

    def unanswered(self) -> None:
        """Notes an attempt that was not answered."""
        self._health.unanswered()

    def failed(self, error: Transient) -> None:
        """Notes an attempt that failed. Raises ModelError once there are too many in a row."""
        self._health.failed(error)
        if failures := self._health.down():
            said = f"{error.kind}, {failures} attempts in a row failed"
            raise ModelError(f"{error.url}: {error.detail} ({said})") from error

    def silent(self) -> bool:
        """Whether a whole call's attempts were not answered since anything was."""
        return self._health.silent()

    def asked_to_wait(self, seconds: float) -> None:
        """Notes that the endpoint wants to be left alone for so long: no trial comes before."""
        self._health.unanswered()
        self._until = max(self._until, self._clock() + seconds)

    def _enter(self) -> bool:
        if self._why is None:
            return False
        if self._trying or self._clock() < self._until:
            raise ModelError(str(self._why))
        self._trying = True
        return True

    def _is_down(self) -> bool:
        return self._health.silent() or self._clock() < self._until

    def _shut(self, error: ModelError) -> None:
        now = self._clock()
        self._rest = min(MOST, 2 * self._rest) if self._why else FIRST
        self._why, self._until = error, max(self._until, now + self._rest)
        self._shuts(self._until - now, error)
