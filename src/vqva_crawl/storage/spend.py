"""The spend journal: one line for each attempt that a model endpoint was asked to make."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from vqva_crawl.storage.parts import storage_errors


@dataclass(frozen=True, slots=True)
class Spend:
    """One attempt. `at` is ISO 8601 in UTC; tokens are the server's count, or the upper bound
    where it failed without one; `money` is in the currency of the config's prices."""

    at: str
    role: str
    model: str
    prompt: int
    completion: int
    money: float
    failed: str = ""  # the error's kind


@dataclass(slots=True)
class Total:
    """Sums over attempts, of which `failed` brought no answer."""

    calls: int = 0
    failed: int = 0
    prompt: int = 0
    completion: int = 0
    money: float = 0.0

    @property
    def answered(self) -> int:
        return self.calls - self.failed

    @property
    def tokens(self) -> int:
        return self.prompt + self.completion

    def add(self, spend: Spend) -> None:
        self.calls += 1
        self.failed += bool(spend.failed)
        self.prompt += spend.prompt
        self.completion += spend.completion
        self.money += spend.money

    def __add__(self, other: Total) -> Total:
        return Total(
            self.calls + other.calls,
            self.failed + other.failed,
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.money + other.money,
        )

    def __sub__(self, other: Total) -> Total:
        """What came after `other`."""
        minus = (-other.calls, -other.failed, -other.prompt, -other.completion, -other.money)
        return self + Total(*minus)


class SpendJournal:
    """Appends lines to a file, and knows the totals of all and of each day.

    Others may append to the same file; what they wrote counts too.
    """

    def __init__(self, path: Path) -> None:
        """Opens the journal, or makes it. Raises StorageError."""
        self._path = path
        self._all = Total()
        self._days: defaultdict[str, Total] = defaultdict(Total)
        with storage_errors(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = path.open("a", encoding="utf-8")
            self._in = path.open(encoding="utf-8")
            self._write("\n")  # ends a line that a kill may have cut off

    def add(self, spend: Spend) -> None:
        """Has the line in the system's hands before it returns. Raises StorageError."""
        with storage_errors(str(self._path)):
            self._write(json.dumps(asdict(spend)) + "\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()

    def total(self, day: str = "") -> Total:
        """Of one day (YYYY-MM-DD), or of all."""
        self._catch_up()
        return self._days[day] if day else self._all

    def close(self) -> None:
        self._out.close()
        self._in.close()

    def _catch_up(self) -> None:
        while line := self._in.readline():
            if spend := read(line):
                for total in (self._all, self._days[spend.at[:10]]):
                    total.add(spend)


def read(line: str) -> Spend | None:
    """A line of the journal; None for an empty one, and for one that a kill cut off."""
    try:
        return Spend(**json.loads(line))
    except (ValueError, TypeError):
        return None
