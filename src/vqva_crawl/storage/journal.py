"""A unit's journal: what was begun and not ended, on disk before the work starts.

One line a step: `+<work>` when it starts, then how it ended: `-` well, `!` in the death of its
child process, `~` stopped from outside, which says nothing about it. The start is flushed to the
disk first (fsync), so that a death in the middle leaves its trace: a start without an end.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from vqva_crawl.storage.parts import storage_errors


class Journal:
    def __init__(self, path: Path) -> None:
        """Opens or continues the journal at `path`; a torn last line is ignored.

        This and all methods raise StorageError when the disk fails.
        """
        self._path = path
        self._deaths: Counter[str] = Counter()
        self._unended: Counter[str] = Counter()
        with storage_errors(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(errors="replace") if path.exists() else ""
            self._file = path.open("ab", buffering=0)
        *lines, torn = text.split("\n")
        for line in lines:
            self._replay(line[:1], line[1:])
        if torn:
            self._write("\n")  # so that it does not grow into the next line

    def _note(self, sign: str, works: Iterable[str]) -> None:
        self._write("".join(f"{sign}{work}\n" for work in works))

    def _write(self, text: str) -> None:
        with storage_errors(str(self._path)):
            self._file.write(text.encode())

    def _replay(self, sign: str, work: str) -> None:
        if sign == "+":
            self._unended[work] += 1
        elif sign == "-":
            self._forgive(work)
        elif sign in ("!", "~"):
            self._unended[work] = max(self._unended[work] - 1, 0)
            self._deaths[work] += sign == "!"

    def _forgive(self, work: str) -> None:
        self._deaths.pop(work, None)
        self._unended.pop(work, None)

    def deaths(self, work: str) -> int:
        """How often this work took its child process down, since it last ended well."""
        return self._deaths[work]

    def unended(self, work: str) -> int:
        """How often it was begun and nobody lived to say how it ended.

        What this process has under way does not count: the same picture may be at work for several
        pages at once.
        """
        return self._unended[work]

    def started(self, *works: str) -> None:
        self._note("+", works)
        with storage_errors(str(self._path)):
            os.fdatasync(self._file.fileno())

    def finished(self, *works: str) -> None:
        self._note("-", works)
        for work in works:
            self._forgive(work)

    def died(self, *works: str) -> None:
        self._note("!", works)
        self._deaths.update(works)

    def stopped(self, *works: str) -> None:
        self._note("~", works)

    def lost(self, *works: str) -> None:
        """Leaves starts without an end."""
        self._unended.update(works)

    def close(self) -> None:
        self._file.close()
