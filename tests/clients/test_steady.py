"""Bodies that trickle in are given up early; others come as they are."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiohttp import web

from clocks import jumping
from vqva_crawl.clients import exchange
from vqva_crawl.clients.steady import LEAST, steady
from vqva_crawl.errors import Refused, Transient


async def trickle(*chunks: tuple[float, bytes]):
    for seconds, chunk in chunks:
        await asyncio.sleep(seconds)
        yield chunk


async def read(*chunks: tuple[float, bytes]) -> bytes:
    return b"".join([chunk async for chunk in steady(trickle(*chunks), "u", 0.2)])


@jumping
async def test_what_comes_fast_enough_takes_as_long_as_it_takes():
    enough = b"x" * LEAST
    assert await read(*[(0.1, enough)] * 4, (0.1, b"end")) == enough * 4 + b"end"
    assert await read((0.0, b"short")) == b"short"
    assert await read() == b""


@pytest.mark.parametrize(
    "chunks", [[(0.05, b"x")] * 100, [(0.0, b"x" * LEAST), (9, b"x")], [(9, b"x" * LEAST)]]
)
@jumping
async def test_what_trickles_or_stops_is_given_up(chunks):
    loop = asyncio.get_running_loop()
    with pytest.raises(Transient, match="slow"):
        await read(*chunks)
    assert loop.time() < 1


async def test_a_host_that_trickles_is_left_alone(site, fetcher_for, monkeypatch) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    for n in range(9):
        site.on(f"/{n}", drip)
    monkeypatch.setattr(exchange, "steady", lambda chunks, url: steady(chunks, url, 0.2))
    fetcher = fetcher_for(site, robots="ignore", retries=3, timeout=30)
    began = time.monotonic()
    for n in range(9):
        with pytest.raises((Refused, Transient)) as caught:
            await fetcher.get(f"{site.origin}/{n}", "page")
        assert caught.value.kind == "slow"
    assert site.visits == ["/0", "/1"]
    assert time.monotonic() - began < 25
