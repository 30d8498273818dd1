"""A unit's journal: what was begun and not ended, on disk before the work starts.

One line a step, `+<work>` when it starts and `-<work>` when it ended well. The start is flushed to
the disk first (fsync), so that a death in the middle leaves its trace.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from vqva_crawl.storage.parts import storage_errors


class Journal:
    def __init__(self, path: Path) -> None:
        """Opens or continues the journal at `path`; a torn last line is ignored.

        This and all methods raise StorageError when the disk fails.
        """
        self._path = path
        self._open: Counter[str] = Counter()
        with storage_errors(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(errors="replace") if path.exists() else ""
            self._file = path.open("ab", buffering=0)
        *lines, torn = text.split("\n")
        for line in lines:
            self._count(line[:1], line[1:])
        if torn:
            self._write("\n")  # so that it does not grow into the next line

    def _write(self, line: str) -> None:
        with storage_errors(str(self._path)):
            self._file.write(line.encode())

    def _count(self, sign: str, work: str) -> None:
        if sign == "+":
            self._open[work] += 1
        elif sign == "-":
            self._open.pop(work, None)

    def attempts(self, work: str) -> int:
        """How often this work was started and did not end well."""
        return self._open[work]

    def started(self, work: str) -> None:
        self._write(f"+{work}\n")
        with storage_errors(str(self._path)):
            os.fdatasync(self._file.fileno())
        self._count("+", work)

    def finished(self, work: str) -> None:
        self._write(f"-{work}\n")
        self._count("-", work)

    def close(self) -> None:
        self._file.close()
