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


@pytest.mark.parametrize("more", [{}, {"temperature": 0.7, "timeout": 50}, {"prices": None}])
async def test_roles_of_other_settings_share_the_limits_of_their_endpoint(tmp_path, more):
    assert await at_once(tmp_path, more) == 2


async def test_another_model_has_limits_of_its_own(tmp_path):
    assert await at_once(tmp_path, {"name": "other"}) == 4


async def at_once(folder, more: dict[str, object]) -> int:
    """The most calls under way of two roles that may have two each, one with `more` settings."""
    journal = SpendJournal(folder / "spend.jsonl")
    async with FakeModelServer(latency=0.2) as server:
        endpoint = {"base_url": server.base_url, "name": "fake", "api_key_env": None}
        agents = {"filter": {"name": "vlm"}, "reasoner": {"name": "vlm", "model": more}}
        config = Config(name="run", model=endpoint | {"concurrency": 2}, agents=agents)
        places = Places(folder / "cache", folder / "batch", journal)
        async with models(config, ["filter", "reasoner"], places) as opened:
            both = opened.values()
            await asyncio.gather(*(m.chat(call(f"{n} {id(m)}")) for m in both for n in range(6)))
    journal.close()
    return server.max_in_flight
