"""The local engine: in which order units come back."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from vqva_crawl.engines import local
from vqva_crawl.errors import Pending
from vqva_crawl.storage.units import Manifest, Unit


def unit(id: str, lane: str) -> Unit:
    return Unit(id=id, kind="collect", round=1, wave=0, lane=lane)


@asynccontextmanager
async def nothing():
    yield None


async def test_behind_a_unit_that_waits_its_lane_does_not_count(monkeypatch):
    asked = []

    async def run_unit(unit: Unit, context: object) -> Manifest:
        asked.append(unit.id)
        if unit.id == "a2":
            raise Pending("its questions are in a batch")
        return Manifest(unit=unit.id, kind=unit.kind, files={}, survival={})

    monkeypatch.setattr(local, "run_unit", run_unit)
    engine = local.LocalEngine(1)
    units = [unit("a1", "a"), unit("a2", "a"), unit("a3", "a"), unit("b1", "b")]
    found = []

    async def run() -> None:
        async for manifest in engine.run(units, nothing):
            found.append(manifest.unit)

    with pytest.raises(Pending, match="2 of 4 units"):
        await run()
    await engine.aclose()
    assert found == ["a1", "b1"]
    assert asked == ["a1", "a2", "a3", "b1"], "its questions get into the batch"
