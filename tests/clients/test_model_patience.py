"""Rate limits that are waited out, those that end the run, and the time of an attempt."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from model_clients import call, client

from vqva_crawl.clients.fake_model import FakeModelServer, Reply, faults
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.clients.model import pace, patience
from vqva_crawl.errors import ModelError

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def in_a_hurry(monkeypatch):
    """The pauses that nobody named are a fortieth of what they are."""
    monkeypatch.setattr(pace, "FIRST_PAUSE", pace.FIRST_PAUSE / 40)
    monkeypatch.setattr(pace, "LONGEST_PAUSE", pace.LONGEST_PAUSE / 40)
    monkeypatch.setattr(patience, "BUSY_FOR", patience.BUSY_FOR / 40)


def limited(most: int, seconds: float, **headers: str) -> faults.Fault:
    """At most so many answers in a sliding window, 429 beyond that."""
    answered: list[float] = []

    def worsen(request, ask) -> Reply:
        now = time.monotonic()
        answered[:] = [at for at in answered if now - at < seconds]
        if len(answered) >= most:
            return faults.too_many(**headers).worsen(request, ask)
        answered.append(now)
        return ask(request)

    return faults.Fault("limited", worsen)


@pytest.mark.parametrize("said", [{}, {"retry_after": 0}, {"retry_after": LONG_AGO}])
async def test_a_limiter_that_does_not_say_how_long_is_outlasted(tmp_path, in_a_hurry, said):
    async with FakeModelServer(lambda request: "fine") as server:
        server.fail(limited(10, 1, **said))
        async with client(server, tmp_path, retries=1) as model:
            many = (model.chat(call(f"number {n}")) for n in range(30))
            answers = await asyncio.gather(*many)
        assert {answer.text for answer in answers} == {"fine"}
        assert server.statuses[200] == 30
        assert server.statuses[429] < 60


@pytest.mark.parametrize("said", [{}, {"retry_after": 0}, {"retry_after": LONG_AGO}])
async def test_nothing_but_429_ends_the_run_in_the_end(tmp_path, in_a_hurry, said):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(faults.too_many(**said))
        began = time.monotonic()
        with pytest.raises(ModelError, match=r"http_429 for \d+ s, and nothing else"):
            await model.chat(call())
        assert 3 <= time.monotonic() - began < 60
        assert server.statuses[429] < 20


async def test_without_retries_nothing_is_waited_for(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path, retries=0) as model:
        server.fail(faults.too_many())
        with pytest.raises(ModelError, match="http_429, 1 attempt"):
            await model.chat(call())


@pytest.mark.parametrize("said", [0, LONG_AGO])
async def test_an_overloaded_server_that_names_no_time_is_not_asked_in_a_burst(tmp_path, said):
    async with FakeModelServer() as server, client(server, tmp_path, retries=4) as model:
        server.fail(faults.unavailable(said))
        began = time.monotonic()
        with pytest.raises(ModelError, match="http_503, 5 attempts"):
            await model.chat(call())
        assert time.monotonic() - began > 0.2


async def test_milliseconds_are_obeyed(tmp_path):
    said = error(429, "slow down", kind="requests")
    head = {"retry-after-ms": "1500", "Retry-After": "60"}
    reply = faults.replace(said, wire=faults.replace(said.wire, headers=head))
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(faults.Fault("ms", lambda request, ask: reply), calls=range(1))
        began = time.monotonic()
        await model.chat(call())
        assert 1.4 < time.monotonic() - began < 45


@pytest.mark.parametrize("fault", [faults.too_many, faults.unavailable])
async def test_a_rest_beyond_an_hour_ends_the_run_and_says_until_when(tmp_path, fault):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(fault(retry_after=86400))
        began = time.monotonic()
        with pytest.raises(ModelError, match="left alone until") as caught:
            await model.chat(call())
        assert time.monotonic() - began < 60
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        assert f"{tomorrow:%Y-%m-%d}" in str(caught.value)
        with pytest.raises(ModelError, match="left alone until"):
            await model.chat(call("another"))
        assert server.calls + server.met.total() <= 2


async def test_a_rest_for_ever_is_a_date_too(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(faults.too_many(retry_after=1e300))
        with pytest.raises(ModelError, match="left alone until"):
            await model.chat(call())


async def test_waits_are_logged(tmp_path, capsys):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(faults.too_many(retry_after=1), calls=range(1))
        await model.chat(call())
    assert "model_waits" in capsys.readouterr().out


async def test_an_attempt_that_trickles_has_its_time_and_no_more(tmp_path, site):
    async def trickle(request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(2000):
            await response.write(b"\n")
            await asyncio.sleep(0.1)
        return response

    site.on("/v1/chat/completions", trickle)
    async with FakeModelServer() as server:
        where = {"base_url": f"{site.origin}/v1", "timeout": 0.5, "retries": 1}
        async with client(server, tmp_path, **where) as model:
            began = time.monotonic()
            with pytest.raises(ModelError, match=r"no whole answer in 0.5 s \(timeout, 2 att"):
                await model.chat(call())
            assert time.monotonic() - began < 60
            total = model.journal.total()
    assert (total.failed, total.completion) == (2, 0)
    assert total.prompt > 0
