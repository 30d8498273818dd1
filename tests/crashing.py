"""A plug-in that kills its process at the point that CRASH_AT names: before or after a step."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from vqva_crawl.publish import shards
from vqva_crawl.storage import ledger, parts

STEPS: dict[str, tuple[Any, str]] = {
    "plan": (ledger, "plan_units"),
    "part": (parts.PartStore, "write"),
    "commit": (ledger, "commit"),
    "phase": (ledger, "set_phase"),
    "publish": (shards, "replace_folder"),
}
POINTS = [f"{when}-{step}" for step in STEPS for when in ("before", "after")]


def lethal(step: Callable[..., Any], point: str) -> Callable[..., Any]:
    def run(*args: Any, **options: Any) -> Any:
        if point.startswith("before"):
            os.kill(os.getpid(), signal.SIGKILL)
        step(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    return run


if point := os.environ.get("CRASH_AT"):
    owner, name = STEPS[point.partition("-")[2]]
    setattr(owner, name, lethal(getattr(owner, name), point))
