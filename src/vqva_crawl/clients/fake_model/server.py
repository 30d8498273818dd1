"""The fake server: one object that a test starts, scripts, breaks and asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from types import TracebackType
from typing import Self

from aiohttp import web

from vqva_crawl.clients.fake_model.counting import PictureTokens, Prompts, Usage, patches
from vqva_crawl.clients.fake_model.faults import Fault
from vqva_crawl.clients.fake_model.loop_thread import LoopThread
from vqva_crawl.clients.fake_model.model import FakeModel, Planned
from vqva_crawl.clients.fake_model.reply import Script, asking
from vqva_crawl.clients.fake_model.request import ChatRequest
from vqva_crawl.clients.fake_model.routes import Routes


class FakeModelServer:
    """An OpenAI-compatible server without a model, on 127.0.0.1, at a free port if none is given.

    `reply` is a function of the request, or texts and Replies to give in order; without it every
    answer passes the shipped agents (`chain`), or fits another schema, or is a short text.
    `latency` is in seconds a call, `slots` is how many are worked on at once while others queue.
    With `key`, requests need it; with `models`, other names are unknown. `picture_tokens` maps
    width and height in pixels to tokens (see `counting`). A batch is done after `batch_polls`
    questions that find it in progress.
    `keep_requests=False` is for benchmarks, whose pictures would fill the memory.

        def model(request: ChatRequest) -> str:
            return '{"score": 2}' if len(request.images) == 2 else "Two pictures, please."

        async def test_my_client() -> None:
            async with FakeModelServer(model) as server:
                server.fail(faults.too_many(retry_after=1), calls=[0])
                await my_client(server.base_url)
                assert len(server.requests) == 2
                assert not server.mentioning("http://")

    Tests without an event loop write `with FakeModelServer() as server:`; it runs in a thread then.
    An exception that `reply` raises is answered with status 500, and raised when the block ends.
    """

    def __init__(
        self,
        reply: Script | None = None,
        *,
        latency: float = 0.0,
        slots: int | None = None,
        key: str = "",
        models: Collection[str] = (),
        picture_tokens: PictureTokens = patches,
        batch_polls: int = 0,
        keep_requests: bool = True,
        port: int = 0,
    ) -> None:
        prompts = Prompts(picture_tokens)
        self._model = FakeModel(asking(reply), prompts, tuple(models), keep_requests)
        self._routes = Routes(self._model, key, latency, slots, batch_polls)
        self._runner: web.AppRunner | None = None
        self._thread: LoopThread | None = None
        self._port = port
        self.base_url = ""

    @property
    def requests(self) -> list[ChatRequest]:
        """Every request that was understood, in the order of arrival; its place is its number."""
        return self._model.requests

    @property
    def calls(self) -> int:
        """How many requests were understood."""
        return self._model.calls

    @property
    def usage(self) -> Usage:
        """All tokens so far, those of answers that never arrived included."""
        return self._model.usage

    @property
    def met(self) -> Counter[str]:
        """How many calls each fault was set upon, by name."""
        return self._model.met

    @property
    def statuses(self) -> Counter[int]:
        """How many answers left whole with each status, of any path."""
        return self._routes.statuses

    @property
    def in_flight(self) -> int:
        """Chat requests that have arrived and are not answered."""
        return self._routes.in_flight

    @property
    def max_in_flight(self) -> int:
        return self._routes.max_in_flight

    def fail(
        self,
        fault: Fault,
        *,
        calls: Collection[int] | None = None,
        rate: float = 1.0,
        seed: int = 0,
    ) -> Planned:
        """Sets a fault from now on.

        `calls` limits it to some of the calls to come, 0 being the next one (`range(3)`: the next
        three); `rate` to a share of them, drawn with `seed`. Otherwise it lasts until `off()` of
        what is returned, the end of its `with` block, or `heal()`. Faults that meet on one call
        all apply, the last one set outermost.
        """
        self._model.planned.append(Planned(fault, self.calls, calls, rate, seed))
        return self._model.planned[-1]

    def refuse_batches(self, why: str) -> None:
        """From now on batches that are not done fail as a whole, for this reason; "" ends it."""
        self._routes.batches.refused = why

    def heal(self) -> None:
        """No more faults."""
        self._model.planned.clear()
        self.refuse_batches("")

    def mentioning(self, text: str) -> list[ChatRequest]:
        """The requests with a string that contains the text; a picture's bytes are not text."""
        return [request for request in self.requests if request.mentions(text)]

    async def start(self) -> None:
        """Listens; after `stop` again at the same port, as a server that was down for a while."""
        app = self._routes.app()
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{self._port}/v1"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
        self._raise_defects(error)

    def __enter__(self) -> Self:
        self._thread = LoopThread()
        self._thread.run(self.start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._thread, "entered before"
        self._thread.run(self.stop())
        self._thread.close()
        self._raise_defects(error)

    def _raise_defects(self, error: BaseException | None) -> None:
        """The script's own exception is why the test failed, so it is what the test shows."""
        if self._model.raised:
            raise self._model.raised[0] from error
