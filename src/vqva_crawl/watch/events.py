"""A run as JSON lines: one object for each event, and a last one that says how it ended."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from vqva_crawl.storage.units import Manifest
from vqva_crawl.tally import Progress


class Events:
    """A watcher that hands each event to `say` as a line of JSON.

    With `quiet` the last one is the only one.
    """

    def __init__(self, say: Callable[[str], object], progress: Progress, quiet: bool) -> None:
        self._say = say
        self._progress = progress
        self._quiet = quiet
        self._began = time.monotonic()
        progress.on_wait = self._wait

    def phase(self, number: int, name: str, units: int) -> None:
        self._event("phase", round=number, phase=name, units=units)

    def committed(self, manifest: Manifest) -> None:
        p = self._progress
        self._event(
            "committed",
            unit=manifest.unit,
            pages=p.pages,
            pictures=p.images,
            accepted=p.accepted,
            rejected=p.rejected,
        )

    def line(self, text: str) -> None:
        self._event("message", text=text)

    def end(self, exit_code: int, error: str | None, figures: dict[str, Any] | None) -> None:
        """`figures` are those of `status`, None where there is no run to tell of."""
        because = error or (figures or {}).get("stopped_because")
        facts = {"exit_code": exit_code, "error": error, "stopped_because": because}
        self._tell("end", {**facts, "status": figures})

    def _wait(self, host: str, seconds: float) -> None:
        self._event("wait", host=host, wait_seconds=round(seconds, 1))

    def _event(self, name: str, **facts: Any) -> None:
        if not self._quiet:
            self._tell(name, facts)

    def _tell(self, name: str, facts: dict[str, Any]) -> None:
        seconds = round(time.monotonic() - self._began, 3)
        self._say(json.dumps({"event": name, "seconds": seconds, **facts}))
