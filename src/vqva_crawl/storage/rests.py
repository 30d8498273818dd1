"""Hosts that asked to be left alone for longer than a run waits, kept over calls of the program."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vqva_crawl.storage.parts import storage_errors


class Kept(NamedTuple):
    until: float  # seconds since the epoch
    kind: str  # the error's: http_429, http_503


def again(rests: Mapping[str, Kept]) -> str:
    """Which of some hosts may be asked again first, when, and why not yet."""
    name, first = min(rests.items(), key=lambda rest: rest[1].until)
    when = f"{datetime.fromtimestamp(first.until):%Y-%m-%d %H:%M}"
    others = len(rests) - 1
    more = f", {others} more host{'s' * (others > 1)} later" if others else ""
    return f"{when}, when {name} may be asked again ({first.kind}{more})"


class Rests:
    """A file with a line `until kind host` for each wish; the last one of a host counts.

    Workers add lines, whoever plans reads them. All methods raise StorageError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, host: str, kept: Kept) -> None:
        with storage_errors(str(self._path)), self._path.open("a") as file:
            file.write(f"{kept.until:.0f} {kept.kind} {host}\n")

    def now(self) -> Mapping[str, Kept]:
        """The hosts that may not be asked yet."""
        with storage_errors(str(self._path)):
            text = self._path.read_text(errors="replace") if self._path.exists() else ""
        rows = [row for line in text.splitlines() if len(row := line.split(" ")) == 3]
        found = {host: Kept(float(u), kind) for u, kind, host in rows if u.isdecimal()}
        return {host: kept for host, kept in found.items() if kept.until > time.time()}
