"""The server's paths, and the door in front of them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from aiohttp import web

from vqva_crawl.clients.fake_model.batch import Batches
from vqva_crawl.clients.fake_model.batch_routes import add_batch_routes
from vqva_crawl.clients.fake_model.model import Answered, FakeModel
from vqva_crawl.clients.fake_model.protocol import completion, events, model_list
from vqva_crawl.clients.fake_model.reply import JSON, error
from vqva_crawl.clients.fake_model.sending import hang_up, send, stream

LARGEST = 2**28  # bytes of a request: pictures are long
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Routes:
    """`key` is "" when none is asked for, `latency` in seconds, `slots` None when unlimited."""

    def __init__(
        self, model: FakeModel, key: str, latency: float, slots: int | None, polls: int
    ) -> None:
        self.statuses: Counter[int] = Counter()
        self.in_flight = 0
        self.max_in_flight = 0
        self._model = model
        self._key = key
        self._latency = latency
        self._slots = asyncio.Semaphore(slots) if slots else nullcontext()
        self.batches = Batches(self._in_batch, polls)
        self._drop = False
        self._sent = 0

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door], client_max_size=LARGEST)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        add_batch_routes(app, self.batches)
        return app

    @web.middleware
    async def _door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keys, paths and bodies that are none; every answer is counted."""
        if self._drop:
            self._drop = False
            return hang_up(request)
        response = self._refused(request) or await self._answered(request, handler)
        if _left_whole(request):
            self.statuses[response.status] += 1
        return response

    def _refused(self, http: web.Request) -> web.Response | None:
        given = http.headers.get("Authorization", "").removeprefix("Bearer ")
        if not self._key or given == self._key:
            return None
        said = f"Incorrect API key provided: {given}."  # some servers repeat it, and so do we
        return _error(401, said, "invalid_api_key")

    async def _answered(self, http: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(http)
        except web.HTTPException as refused:
            return _error(refused.status, f"{refused.reason}: {http.method} {http.path}")
        except (json.JSONDecodeError, UnicodeDecodeError):
            return _error(400, "the body is not JSON")

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        with self._counted():
            raw = json.loads(await http.read())
            answered = self._model.answer(raw)
            if answered.usage is not None:
                async with self._slots:
                    await asyncio.sleep(self._latency)
            await asyncio.sleep(answered.reply.wire.delay)
            return await self._send(http, raw, answered)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    async def _send(self, http: web.Request, raw: Any, answered: Answered) -> web.StreamResponse:
        wire = answered.reply.wire
        self._drop = self._drop or wire.drop_next
        if answered.usage is None:
            return await send(http, wire, wire.body or b"")
        if raw.get("stream"):
            with_usage = bool((raw.get("stream_options") or {}).get("include_usage"))
            told = events(self._number(), raw["model"], answered, with_usage)
            return await stream(http, wire, list(told))
        return await send(http, wire, json.dumps(self._completion(raw, answered)).encode())

    def _in_batch(self, raw: Any) -> tuple[int, Any]:
        answered = self._model.answer(raw)
        wire = answered.reply.wire
        if wire.sent != "all":
            return 0, None
        if wire.body is None:
            return wire.status, self._completion(raw, answered)
        return wire.status, json.loads(wire.body) if wire.content_type == JSON else None

    def _completion(self, raw: dict[str, Any], answered: Answered) -> dict[str, Any]:
        return completion(self._number(), raw["model"], answered)

    def _number(self) -> int:
        self._sent += 1
        return self._sent

    async def _models(self, http: web.Request) -> web.Response:
        return web.json_response(model_list(self._model.models or ("fake",)))


def _error(status: int, message: str, code: str | None = None) -> web.Response:
    wire = error(status, message, code).wire
    return web.Response(status=status, body=wire.body, content_type=JSON)


def _left_whole(http: web.Request) -> bool:
    return http.transport is not None and not http.transport.is_closing()
