"""The demo site on a port of this machine: one server, four hosts told apart by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from vqva_crawl.clients.demo.pictures import OPTED_OUT, picture
from vqva_crawl.clients.demo.site import IMAGE_HOST, NO_AI, PAGE_HOSTS, pages, robots, sitemap

Address = tuple[str, int]


@dataclass(frozen=True)
class Served:
    """A running demo site.

    `routes` maps each host and its default port to the address that really answers; `requests`
    lists (host, path) of every request, in the order of arrival.
    """

    routes: Mapping[Address, Address]
    requests: list[tuple[str, str]] = field(default_factory=list)


@asynccontextmanager
async def serve() -> AsyncIterator[Served]:
    """Serves the site on 127.0.0.1, at a port that is free, as long as the block runs."""
    requests: list[tuple[str, str]] = []
    drawing = asyncio.Lock()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        host = request.host.partition(":")[0].lower()
        requests.append((host, request.path))
        return await _answer(host, request, drawing)

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    try:
        await site.start()
        address: Address = runner.addresses[0][:2]
        yield Served({(host, 80): address for host in (*PAGE_HOSTS, IMAGE_HOST)}, requests)
    finally:
        await runner.cleanup()


async def _answer(host: str, request: web.BaseRequest, drawing: asyncio.Lock) -> web.StreamResponse:
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=405, headers={"Allow": "GET, HEAD"})
    if host not in (*PAGE_HOSTS, IMAGE_HOST):
        return web.Response(status=421, text="no such host here\n")
    if request.path == "/robots.txt":
        return web.Response(text=robots(host))
    if host == IMAGE_HOST:
        async with drawing:  # in a thread, so that pages are served meanwhile; one at a time
            return await _picture(request.path.removeprefix("/"))
    if request.path == "/sitemap.xml":
        return web.Response(text=sitemap(host), content_type="application/xml")
    return _page(f"http://{host}{request.path}")


def _page(url: str) -> web.StreamResponse:
    for page in pages():
        if page.url == url:
            return web.Response(text=page.html, content_type="text/html", headers=page.headers)
    return web.Response(status=404, text="no such page\n")


async def _picture(name: str) -> web.StreamResponse:
    try:
        body = await asyncio.to_thread(picture, name)
    except KeyError:
        return web.Response(status=404, text="no such picture\n")
    kind = "image/jpeg" if name.endswith(".jpg") else "image/png"
    return web.Response(body=body, content_type=kind, headers=NO_AI if name in OPTED_OUT else None)
