"""One page in the browser: opened, scrolled until nothing new comes, written down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib import resources
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.render.base import Given, Rendered
from vqva_crawl.clients.render.browser import PATIENCE
from vqva_crawl.clients.render.traffic import Traffic, forget
from vqva_crawl.config import Fetch
from vqva_crawl.errors import Refused

TICK = 0.1  # seconds between two looks at a page
AT_REST = 4  # looks in a row that found nothing new
EMPTY = 2.0  # seconds more that a page without text and pictures is waited for
STEPS = 100  # screens that are scrolled down
PATIENT = 10  # a page may take this many times its own seconds with all its requests

SCRIPT = (resources.files("vqva_crawl.clients.render") / "page.js").read_text()


class Crashed(Exception):
    """The browser, or the page's process in it, is gone."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Scripts lead on to another page."""

    url: str


@dataclass(frozen=True, slots=True)
class Look:
    """What can be seen of a page at one time; `bottom` tells that nothing is left below."""

    ready: bool
    bottom: bool
    height: int
    pictures: int
    text: int

    @property
    def empty(self) -> bool:
        return self.text < 50 and not self.pictures


class Visit:
    """One page's stay in a context of its own."""

    def __init__(
        self, context: BrowserContext, given: Given, fetcher: Fetcher, fetch: Fetch
    ) -> None:
        self._context = context
        self._given = given
        self._fetcher = fetcher
        self._timeout = fetch.render.timeout
        self._most = fetch.max_page_bytes
        self._traffic: Traffic | None = None
        self._own = 0.0  # seconds, those of waiting for requests not counted

    async def read(self) -> Rendered | Moved:
        """Raises Crashed, Refused (render_timeout, too_large), Error (of Playwright)."""
        crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        work = asyncio.ensure_future(self._work(crashed))
        clock = asyncio.ensure_future(self._clock())
        try:
            each: list[asyncio.Future[Any]] = [work, clock, crashed]
            await asyncio.wait(each, return_when=asyncio.FIRST_COMPLETED)
            for one in (clock, crashed):
                if one.done() and not work.done():
                    one.result()  # raises
            return await work
        finally:
            for task in (work, clock):
                task.cancel()
            await asyncio.gather(work, clock, return_exceptions=True)
            forget(crashed)

    async def aclose(self) -> bool:
        """Whether the page let itself be closed."""
        if self._traffic:
            await self._traffic.aclose()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._context.close()
        except TimeoutError:
            return False
        except Error:
            pass
        return True

    async def _work(self, crashed: asyncio.Future[None]) -> Rendered | Moved:
        def crash(*_: object) -> None:
            if not crashed.done():
                crashed.set_exception(Crashed("the page's process ended"))

        page = await self._context.new_page()
        page.on("crash", crash)
        self._context.on("close", crash)
        traffic = self._traffic = Traffic(page, self._given, self._fetcher)
        self._context.on("page", traffic.close_popup)
        await self._context.route("**/*", traffic.answer)
        await self._context.route_web_socket("**/*", traffic.close_socket)
        await page.goto(self._given.url, wait_until="commit", timeout=0)
        world = World(await self._context.new_cdp_session(page))
        await self._settle(world, traffic)
        if traffic.moved:
            return Moved(traffic.moved)
        html = await world.ask(f"written({self._most})")
        shown = page.url.partition("#")[0]
        if html is None:
            detail = f"after its scripts; fetch.max_page_bytes is {self._most}"
            raise Refused("too_large", self._given.url, detail)
        return Rendered(shown if shown.startswith("http") else self._given.url, str(html))

    async def _settle(self, world: World, traffic: Traffic) -> None:
        """Scrolls down, until nothing new comes or half of the page's time is over."""
        last, rest, steps = None, 0, 0
        while self._own < self._timeout / 2 and not traffic.moved:
            look = Look(**await world.ask("look()"))
            if look.ready and not traffic.pending and not look.bottom and steps < STEPS:
                await world.ask("scroll()")
                steps += 1
            quiet = look.ready and not traffic.pending and look == last
            last, rest = look, rest + 1 if quiet else 0
            if rest >= AT_REST + (EMPTY / TICK if look.empty else 0):
                return
            await asyncio.sleep(TICK)

    async def _clock(self) -> None:
        """Ends with Refused when the page's time is over, or with what broke its traffic."""
        gone = 0.0
        while self._own < self._timeout and gone < PATIENT * self._timeout:
            traffic = self._traffic
            if traffic is not None and traffic.broken.done():
                traffic.broken.result()
            await asyncio.sleep(TICK)
            gone += TICK
            self._own += 0.0 if traffic and traffic.pending else TICK
        said = f"its scripts did not come to rest; fetch.render.timeout is {self._timeout:g} s"
        raise Refused("render_timeout", self._given.url, said)


class World:
    """Our own functions in the page: they see what it shows, and it sees nothing of them.

    An isolated world has its own prototypes, so a page that bends those of its scripts changes
    nothing in what we read.
    """

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._id: int | None = None

    async def ask(self, expression: str) -> Any:
        """The value of an expression. Raises Error."""
        try:
            return await self._evaluate(expression)
        except Error:  # a new document (about:blank, document.open) took the world with it
            self._id = None
            return await self._evaluate(expression)

    async def _evaluate(self, expression: str) -> Any:
        if self._id is None:
            await self._enter()
        return await self._run(expression)

    async def _enter(self) -> None:
        tree = await self._session.send("Page.getFrameTree")
        frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "reading"}
        made = await self._session.send("Page.createIsolatedWorld", frame)
        self._id = made["executionContextId"]
        await self._run(SCRIPT)

    async def _run(self, expression: str) -> Any:
        asked = {"expression": expression, "contextId": self._id, "returnByValue": True}
        answer = await self._session.send("Runtime.evaluate", asked)
        if "exceptionDetails" in answer:
            raise Error(str(answer["exceptionDetails"].get("text")))
        return answer["result"].get("value")
