"""What an engine is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from vqva_crawl.pipeline import Context
from vqva_crawl.storage.units import Manifest, Unit

# Called inside the worker, so no live client is ever pickled.
Build = Callable[[], AbstractAsyncContextManager[Context]]


class Engine(Protocol):
    def run(self, units: Sequence[Unit], build: Build) -> AsyncIterator[Manifest]:
        """Manifests as units finish; those of one lane one after the other, in the order given.

        What ends the run is raised after the units under way were stopped.
        """
        ...

    async def aclose(self) -> None: ...


def lanes(units: Iterable[Unit]) -> list[list[Unit]]:
    """Units grouped by lane, lanes and units in the order given."""
    grouped: dict[str, list[Unit]] = {}
    for unit in units:
        grouped.setdefault(unit.lane, []).append(unit)
    return list(grouped.values())
