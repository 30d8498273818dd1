"""Whether an endpoint fails as a whole, told from how its attempts end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vqva_crawl.errors import Transient

FAILURES = 20  # attempts in a row without any answer: fewer are no sign of an end


class Health:
    """The calls of one endpoint, of which `slots` are sent at once, each up to `attempts` times."""

    def __init__(self, attempts: int, slots: int) -> None:
        self._attempts = attempts
        self._slots = slots
        self._open = 0
        self._unanswered = self._failures = self._timeouts = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Counts a call as under way for the time of the block."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    def answered(self) -> None:
        self._unanswered = self._failures = self._timeouts = 0

    def unanswered(self) -> None:
        """Notes an attempt without an answer."""
        self._unanswered += 1

    def failed(self, error: Transient) -> None:
        """The same for one that the endpoint failed on."""
        self._unanswered += 1
        self._failures += 1
        self._timeouts += error.kind == "timeout"

    def silent(self) -> bool:
        """Whether a whole call's attempts were not answered since anything was."""
        return self._unanswered >= self._attempts

    def down(self) -> int:
        """How many attempts in a row failed, once that means that the endpoint is down, else 0.

        Down is more than all calls under way together have attempts: less may be a moment's
        trouble that met all of them, and that their retries outlast. Of time-outs it is more than
        those calls have that are sent at once: the moment lasted as long as all their attempts.
        """
        late = self._timeouts > self._most(min(self._open, self._slots))
        return self._failures if late or self._failures > self._most(self._open) else 0

    def _most(self, calls: int) -> int:
        return max(FAILURES - 1, calls * self._attempts)
