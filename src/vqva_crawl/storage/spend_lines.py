"""The lines of a spend journal: one when an attempt of a model call begins, one when it ends.

Each line stands as it counts when nothing follows: the first has the most that the attempt may
take, and `killed`, since a process that is killed writes no more. The last line of an `id` counts.
A question of a batch has lines of the same form; the first one says `waiting`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from math import isfinite
from pathlib import Path

from vqva_crawl.storage.parts import storage_errors

KILLED = "killed"  # under way, or it was when its process was killed
WAITING = "waiting"  # in a batch that is not answered yet
BATCH = "batch-"  # begins the ids of questions in batches
BLOCK = 1 << 20  # bytes read at once


@dataclass(frozen=True, slots=True)
class Spend:
    """One attempt. `at` is when it began, ISO 8601 in UTC; tokens are the server's count, or the
    upper bound where there is none; `money` is in the currency of the config's prices."""

    at: str
    role: str
    model: str
    prompt: int
    completion: int
    money: float
    failed: str = ""  # the error's kind
    id: str = ""  # "" in journals of earlier versions, whose attempts have one line each
    document: str = ""
    key: str = ""  # the answer's address

    @property
    def tokens(self) -> int:
        return self.prompt + self.completion

    @property
    def settled(self) -> bool:
        return self.failed not in (KILLED, WAITING)

    def took(self, prompt: int, completion: int, money: float, failed: str) -> Spend:
        """What counts in its place once it has ended; `failed` is "" where it brought an answer."""
        return replace(self, prompt=prompt, completion=completion, money=money, failed=failed)

    @property
    def writer(self) -> str:
        """Which opening of the journal began it."""
        return self.id.rpartition("-")[0]


NAMES = tuple(field.name for field in fields(Spend))
NUMBERS = ("prompt", "completion", "money")


def line_of(spend: Spend) -> str:
    return json.dumps({name: getattr(spend, name) for name in NAMES}) + "\n"


def read(line: bytes) -> Spend | None:
    """A line of the journal; None for an empty one, and for one that a kill or a disk damaged."""
    try:
        found = Spend(**json.loads(line))
    except (ValueError, TypeError):
        return None
    numbers = (getattr(found, name) for name in NUMBERS)
    texts = (getattr(found, name) for name in NAMES if name not in NUMBERS)
    sound = all(isinstance(n, int | float) and isfinite(n) for n in numbers)
    return found if sound and all(isinstance(text, str) for text in texts) else None


class Lines:
    """Reads a journal as it grows, whoever writes it."""

    def __init__(self, path: Path) -> None:
        """Raises StorageError, and FileNotFoundError where there is none."""
        self._path = path
        with storage_errors(str(path)):
            self._file = path.open("rb", buffering=0)
        self._rest = b""  # of a line that is not ended yet
        self._last: dict[str, Spend] = {}  # of what may have further lines

    def fresh(self) -> Iterator[tuple[Spend | None, Spend]]:
        """(what counted before, what counts instead) for each line that is new."""
        with storage_errors(str(self._path)):
            while block := self._file.read(BLOCK):
                *lines, self._rest = (self._rest + block).split(b"\n")
                for spend in filter(None, map(read, lines)):
                    yield self._replaced(spend), spend

    def _replaced(self, spend: Spend) -> Spend | None:
        before = self._last.pop(spend.id, None)
        if not spend.settled or spend.id.startswith(BATCH):  # an answer may be filed again
            self._last[spend.id] = spend
        return before

    def close(self) -> None:
        self._file.close()
