"""One layer of retries over pooled connections: how often and how fast a server is asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from aiohttp import web

from vqva_crawl.clients.fakes import FakeLimiter
from vqva_crawl.clients.limiter import LocalLimiter, Pace
from vqva_crawl.errors import FetchError, Transient

DELAY = 0.1
BASIC = "Basic bWU6cGFzcyB3b3Jk"  # me:pass word
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"


@pytest.mark.parametrize(
    ("retries", "robots", "times"),
    # With robots.txt, the first request finds the connection that robots.txt came on.
    [(0, "ignore", 1), (3, "ignore", 4), (3, "obey", 4), (0, "obey", 2)],
)
async def test_who_resets_each_connection_is_asked_as_often_as_retries_say(
    site, fetcher_for, retries, robots, times
) -> None:
    starts: list[float] = []

    async def reset(request: web.Request) -> web.StreamResponse:
        starts.append(time.monotonic())
        request.transport.abort()
        return web.Response()

    site.on("/a", reset)
    limiter = LocalLimiter({"host": Pace(4, DELAY)})
    fetcher = fetcher_for(site, retries=retries, robots=robots, limiter=limiter)
    with pytest.raises(Transient) as error:
        await fetcher.get(f"{site.origin}/a", "page")
    assert error.value.kind == "connect"
    assert len(starts) == times
    assert fetcher.counters.requests == times + site.robots_visits
    assert all(later - earlier > DELAY / 2 for earlier, later in pairwise(starts))


async def test_a_proxy_that_resets_is_asked_no_more_often(site, fetcher_for) -> None:
    async def reset(request: web.Request) -> web.StreamResponse:
        request.transport.abort()
        return web.Response()

    async def lookup(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    site.on("/a", reset)
    fetcher = fetcher_for(lookup=lookup, proxy=site.origin, robots="ignore", retries=1)
    with pytest.raises(Transient):
        await fetcher.get("http://public.test/a", "page")
    assert len(site.visits) == 2


async def public(host: str, port: int) -> list[str]:
    return ["93.184.216.34"]


async def test_a_proxy_is_told_its_user_and_password(site, fetcher_for) -> None:
    site.page("/a")
    proxy = site.origin.replace("//", "//me:pass%20word@")
    fetcher = fetcher_for(lookup=public, proxy=proxy, robots="ignore")
    assert (await fetcher.get("http://public.test/a", "page")).status == 200
    assert site.headers[0]["Proxy-Authorization"] == BASIC


async def test_so_is_one_that_is_to_open_a_tunnel_and_nobody_behind_it(fetcher_for) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if len(asked) == 1 else ANSWER)
        asked.append(await reader.read(10_000))  # the beginning of TLS, or nothing
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    proxy = f"http://me:pass%20word@127.0.0.1:{server.sockets[0].getsockname()[1]}"
    fetcher = fetcher_for(lookup=public, proxy=proxy, robots="ignore")
    with pytest.raises(FetchError):
        await fetcher.get("https://public.test/a", "page")
    server.close()
    assert asked[0].startswith(b"CONNECT public.test:443 ")
    assert f"Proxy-Authorization: {BASIC}\r\n".encode() in asked[0]
    assert BASIC.encode() not in asked[1]


class Closing:
    """A server that answers one request on each connection and closes it at the next, unread.

    So a client sees a kept connection that was closed just as it was about to be used again.
    """

    def __init__(self) -> None:
        self.answered = self.closed = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            self.answered += 1
            if await reader.read(1):
                self.closed += 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()


@pytest.fixture
async def closing() -> AsyncIterator[Closing]:
    server = Closing()
    await server.start()
    yield server
    await server.stop()


@pytest.mark.parametrize("retries", [0, 1])
async def test_a_connection_closed_in_the_pool_costs_no_page(closing, fetcher_for, retries) -> None:
    limiter = FakeLimiter()
    fetcher = fetcher_for(closing, retries=retries, robots="ignore", limiter=limiter)
    for n in range(6):
        assert (await fetcher.get(f"{closing.origin}/{n}", "page")).status == 200
    assert (closing.answered, closing.closed) == (6, 5)
    assert len(limiter.slots) == 11  # each time it was asked, it was the limiter's turn


async def test_a_kept_connection_is_used_again(site, fetcher_for) -> None:
    peers = set()

    async def note(request: web.Request) -> web.StreamResponse:
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response(content_type="text/html")

    site.on("/a", note)
    site.on("/b", note)
    fetcher = fetcher_for(site)
    for path in ("/a", "/b"):
        await fetcher.get(site.origin + path, "page")
    assert len(peers) == 1


async def test_what_breaks_after_the_headers_is_not_sent_again_in_secret(site, fetcher_for) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html")
        request.transport.abort()
        return web.Response()

    site.on("/a", broken)
    with pytest.raises(FetchError):
        await fetcher_for(site).get(f"{site.origin}/a", "page")
    assert len(site.visits) == 1
