"""The spend journal: what each attempt at a model endpoint may take and took, with the totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_UN, flock
from itertools import count
from pathlib import Path
from uuid import uuid4

from vqva_crawl.storage.parts import storage_errors
from vqva_crawl.storage.spend_lines import BATCH, Lines, Spend, line_of


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

    def add(self, spend: Spend, times: int = 1) -> None:
        """Counts an attempt; -1 times takes one out that was counted."""
        self.calls += times
        self.failed += times * bool(spend.failed)
        self.prompt += times * spend.prompt
        self.completion += times * spend.completion
        self.money += times * spend.money

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
        self.path = path
        self._writer = uuid4().hex[:12]
        self._numbers = count()
        self._all = Total()
        self._days: defaultdict[str, Total] = defaultdict(Total)
        self._questions: dict[str, Spend] = {}
        self._answered: set[str] = set()  # names of models
        with storage_errors(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = path.open("a", encoding="utf-8")
            self._write("\n")  # ends a line that a kill may have cut off
        self._readers: list[Lines] = []
        self._in = self.lines()

    def new_id(self, batch: bool = False) -> str:
        """For an attempt, or for a question of a batch."""
        return f"{BATCH if batch else ''}{self._writer}-{next(self._numbers)}"

    def add(self, spend: Spend) -> None:
        """Has the line in the system's hands before it returns. Raises StorageError."""
        with storage_errors(str(self.path)):
            self._write(line_of(spend))

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """In the block no other process is in one of its own: what is looked up stays true."""
        with suppress(OSError):  # some network file systems have no locks
            flock(self._out, LOCK_EX)
        try:
            yield
        finally:
            with suppress(OSError):
                flock(self._out, LOCK_UN)

    def total(self, day: str = "") -> Total:
        """Of one day (YYYY-MM-DD), or of all; with the most that open attempts may take."""
        self._catch_up()
        return self._days[day] if day else self._all

    def question(self, key: str) -> Spend | None:
        """What counts for the last question of a batch with this address; None for none."""
        self._catch_up()
        return self._questions.get(key)

    def answered(self, model: str) -> bool:
        """Whether a model of this name answered anything."""
        self._catch_up()
        return model in self._answered

    def lines(self) -> Lines:
        """A reader that begins at the first line; it is closed with the journal."""
        self._readers.append(Lines(self.path))
        return self._readers[-1]

    def close(self) -> None:
        self._out.close()
        for reader in self._readers:
            reader.close()

    def _catch_up(self) -> None:
        for before, after in self._in.fresh():
            if before:
                self._count(before, -1)
            self._count(after, 1)
            if after.settled and not after.failed:
                self._answered.add(after.model)
            if after.id.startswith(BATCH):
                self._questions[after.key] = after

    def _count(self, spend: Spend, times: int) -> None:
        self._all.add(spend, times)
        self._days[spend.at[:10]].add(spend, times)
