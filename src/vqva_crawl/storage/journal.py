"""A unit's journal: what was begun and not ended, on disk before the work starts.

One line a step, `+<work>` when it starts and `-<work>` when it ended well. The start is flushed to
the disk first (fsync), so that a death in the middle leaves its trace.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path


class Journal:
    def __init__(self, path: Path) -> None:
        """Opens or continues the journal at `path`; a torn last line is ignored."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open: Counter[str] = Counter()
        text = path.read_text(errors="replace") if path.exists() else ""
        *lines, torn = text.split("\n")
        for line in lines:
            self._count(line[:1], line[1:])
        self._file = path.open("ab", buffering=0)
        if torn:
            self._file.write(b"\n")  # so that it does not grow into the next line

    def _count(self, sign: str, work: str) -> None:
        if sign == "+":
            self._open[work] += 1
        elif sign == "-":
            self._open.pop(work, None)

    def attempts(self, work: str) -> int:
        """How often this work was started and did not end well."""
        return self._open[work]

    def started(self, work: str) -> None:
        self._file.write(f"+{work}\n".encode())
        os.fdatasync(self._file.fileno())
        self._count("+", work)

    def finished(self, work: str) -> None:
        self._file.write(f"-{work}\n".encode())
        self._count("-", work)

    def close(self) -> None:
        self._file.close()
