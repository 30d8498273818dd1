"""Whether an endpoint fails as a whole, told from how its calls end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

FAILURES = 20  # attempts in a row without any answer: fewer are no sign of an end
REFUSALS = 10  # calls refused before any was answered: the request is wrong, not their content


class Health:
    """The calls of one endpoint. `attempts` is how often each may be tried."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self._numbers = count()
        self._open: set[int] = set()
        self._failures = 0
        self._answered = False
        self._refused: list[int] = []

    @contextmanager
    def call(self) -> Iterator[int]:
        """Counts a call as under way for the time of the block; gives its number."""
        number = next(self._numbers)
        self._open.add(number)
        try:
            yield number
        finally:
            self._open.discard(number)

    def answered(self) -> None:
        self._failures = 0
        self._answered = True
        self._refused.clear()

    def failed(self) -> int:
        """Notes an attempt that failed; how many did so in a row, once that means down, else 0.

        Down is more than all calls under way together have attempts: less may be a moment's
        trouble that met all of them, and that their retries outlast.
        """
        self._failures += 1
        most = max(FAILURES - 1, len(self._open) * self._attempts)
        return self._failures if self._failures > most else 0

    def refused(self, number: int) -> int:
        """Notes a call that was refused; of how many, once that means all will be, else 0.

        Slow answers may be on their way while others are refused at once, so that calls which
        began before the last of them are waited for. One answer ends this for good.
        """
        if self._answered:
            return 0
        self._refused = sorted([*self._refused, number])
        if len(self._refused) < REFUSALS:
            return 0
        waiting = self._open.difference(self._refused)
        early = any(one < self._refused[REFUSALS - 1] for one in waiting)
        return 0 if early else len(self._refused)
