"""Pauses that an endpoint asks for are obeyed, and told."""

from __future__ import annotations

import asyncio

import pytest
from model_clients import call

from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.clients.model.opening import Places, models
from vqva_crawl.config import Config
from vqva_crawl.storage.spend import SpendJournal


@pytest.mark.parametrize("fault", [faults.too_many, faults.unavailable])
async def test_a_pause_is_told_once_with_host_and_seconds(tmp_path, fault):
    told: list[tuple[str, float]] = []
    journal = SpendJournal(tmp_path / "spend.jsonl")
    async with FakeModelServer() as server:
        server.fail(fault(retry_after=1), calls=range(1))
        endpoint = {"base_url": server.base_url, "name": "fake", "api_key_env": None}
        config = Config(name="run", model=endpoint, agents={"filter": {"name": "vlm"}})
        places = Places(tmp_path / "cache", tmp_path / "batch", journal)
        async with models(config, ["filter"], places, lambda *what: told.append(what)) as opened:
            model = opened["filter"]
            await asyncio.gather(*(model.chat(call(f"{n}")) for n in range(8)))
            await model.chat(call("after it"))
    journal.close()
    ((key, seconds),) = told
    assert key == f"model:{server.base_url.removeprefix('http://').removesuffix('/v1')}"
    assert seconds == pytest.approx(1, abs=0.5)
