"""Whether an endpoint fails as a whole, told from how its attempts end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

FAILURES = 20  # attempts in a row without any answer: fewer are no sign of an end


class Health:
    """The calls of one endpoint. `attempts` is how often each may be tried."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._open = 0
        self._failures = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Counts a call as under way for the time of the block."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    def answered(self) -> None:
        self._failures = 0

    def failed(self) -> int:
        """Notes an attempt that failed; how many did so in a row, once that means down, else 0.

        Down is more than all calls under way together have attempts: less may be a moment's
        trouble that met all of them, and that their retries outlast.
        """
        self._failures += 1
        most = max(FAILURES - 1, self._open * self._attempts)
        return self._failures if self._failures > most else 0
