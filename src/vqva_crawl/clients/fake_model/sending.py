"""How a reply leaves, whole or not."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from vqva_crawl.clients.fake_model.reply import Wire


async def send(http: web.Request, wire: Wire, body: bytes) -> web.StreamResponse:
    """One body, as much of it as the wire lets through."""
    if wire.sent == "nothing":
        return hang_up(http)
    if wire.sent == "half":
        return await _half(http, wire, body)
    kind = wire.content_type
    return web.Response(status=wire.status, headers=wire.headers, body=body, content_type=kind)


async def stream(http: web.Request, wire: Wire, events: Sequence[bytes]) -> web.StreamResponse:
    """Server-sent events; a stream that is cut ends without a word."""
    response = web.StreamResponse(status=wire.status, headers=wire.headers)
    response.content_type = "text/event-stream"
    await response.prepare(http)
    for event in events[: len(events) // 2] if wire.sent == "half" else events:
        await response.write(event)
    return response if wire.sent == "all" else hang_up(http, response)


async def _half(http: web.Request, wire: Wire, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(status=wire.status, headers=wire.headers)
    response.content_type = wire.content_type
    response.content_length = len(body)
    await response.prepare(http)
    await response.write(body[: len(body) // 2])
    return hang_up(http, response)


def hang_up(http: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    """Closes the connection; what was written before still arrives."""
    if http.transport is not None:
        http.transport.close()
    return response or web.Response()
