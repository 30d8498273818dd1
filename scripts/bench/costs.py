"""What a program costs from its start to its end."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self

COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}  # modules are compiled once, as for any user


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of CPU time with all children, MiB of the process itself."""

    wall: float
    cpu: float
    peak: float

    @classmethod
    def middle(cls, costs: Sequence[Self]) -> Self:
        """The median of each figure."""
        names = ("wall", "cpu", "peak")
        return cls(*(median(getattr(cost, name) for cost in costs) for name in names))


def cost(command: Sequence[str], settings: Mapping[str, str] | None = None) -> Cost:
    """Runs a command to its end; RuntimeError with what it said when it fails."""
    began = time.monotonic()
    process = subprocess.Popen(
        list(command),
        env={**os.environ, **COMPILED, **(settings or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed: {said.decode(errors='replace')[-2000:]}")
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
