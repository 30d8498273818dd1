"""One hostile web site on loopback, and fetchers that are allowed to visit it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from vqva_crawl.clients.guard import Guard
from vqva_crawl.clients.http import HttpFetcher
from vqva_crawl.clients.limiter import LocalLimiter, Pace
from vqva_crawl.clients.reservations import AI_TXT, TDMREP
from vqva_crawl.config import Fetch, PerHost

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A web server that does what each test tells it, and notes who came.

    `pages` maps a path to a handler or to (status, headers, body); `visits` lists the paths asked
    for, robots.txt apart, which `robots_visits` counts.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Handler | tuple[int, dict[str, str], bytes]] = {}
        self.visits: list[str] = []
        self.visited = asyncio.Event()
        self.robots_visits = 0
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self._now = 0
        self._server: asyncio.Server | None = None

    def page(self, path: str, body: bytes = b"<html>ok</html>", status: int = 200, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"content-type": "text/html"} | named, body)

    def on(self, path: str, handler: Handler) -> None:
        self.pages[path] = handler

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/robots.txt":
            self.robots_visits += 1
        elif request.path not in (AI_TXT, TDMREP):
            self.visits.append(request.path_qs)
            self.visited.set()
            self.headers.append(dict(request.headers))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            found = self.pages.get(request.path, (404, {}, b""))
            if callable(found):
                return await found(request)
            status, headers, body = found
            return web.Response(status=status, headers=headers, body=body)
        finally:
            self._now -= 1

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._web = web.Server(self._answer)
        self._server = await loop.create_server(self._web, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        self._server.close()
        await self._web.shutdown(0.1)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def other() -> AsyncIterator[Site]:
    """A second site, which no fetcher is allowed to visit unless a test says so."""
    other = Site()
    await other.start()
    yield other
    await other.stop()


@pytest.fixture
async def fetcher_for() -> AsyncIterator[Callable[..., HttpFetcher]]:
    """Makes fetchers: keywords of the config's `fetch` section, and those of HttpFetcher."""
    made: list[HttpFetcher] = []

    def make(*sites: Site, guard: Guard | None = None, **given: Any) -> HttpFetcher:
        own = {k: given.pop(k) for k in ("cache", "patience", "limiter", "archive") if k in given}
        lookup = {"lookup": given.pop("lookup")} if "lookup" in given else {}
        routes = given.pop("routes", None)
        settings = {"retries": 0, "timeout": 5, "per_host": PerHost(concurrency=4, delay=0)}
        settings["opt_outs"] = "ignore"  # its files would be requests that tests count
        origins = tuple(s.origin for s in sites)
        fetch = Fetch(**({"allow_origins": origins} | settings | given))
        limiter = own.pop("limiter", LocalLimiter({"host": Pace(4, 0)}))
        guard = guard or Guard(fetch.allow_origins, routes, **lookup)
        fetcher = HttpFetcher(fetch, guard, limiter, backoff=0.001, **own)
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        await fetcher.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    """A renderer for all tests of a file that ask for nothing special: a start takes seconds."""
    from rendering import chromium

    async with chromium() as renderer:
        yield renderer
