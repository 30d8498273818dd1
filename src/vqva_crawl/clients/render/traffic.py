"""What a page asks for while it is rendered, and who answers: our fetcher, or nobody."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

import ada_url
from playwright.async_api import Error, Page, Request, Route, WebSocketRoute

from vqva_crawl.clients.base import Fetcher, Response
from vqva_crawl.clients.render.base import Given
from vqva_crawl.errors import FetchError

MOST = 300  # requests of one page that are answered
RELOADS = 3  # times that a page gets itself
FETCHED = ("script", "stylesheet", "xhr", "fetch")
PASSED_ON = ("content-type", "access-control-allow-origin", "access-control-allow-credentials")
# 1 x 1, transparent: what waits for a picture to load goes on.
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class Traffic:
    """Answers all requests of one page.

    `pending` counts those under way at the fetcher; `moved` is where a script wants to go, "" when
    nowhere; `broken` is given what ends the whole run (a full disk).
    """

    def __init__(self, page: Page, given: Given, fetcher: Fetcher) -> None:
        self.pending = 0
        self.moved = ""
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._page = page
        self._given = given
        self._fetcher = fetcher
        self._asked = 0
        self._served = 0
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, route: Route) -> None:
        """Playwright's handler of a request: nothing else may answer it."""
        if not self._closed:  # the page is being closed: whatever it still asks is left unanswered
            self._spawn(self._answer(route))

    def close_socket(self, socket: WebSocketRoute) -> None:
        self._spawn(_quietly(socket.close()))

    def close_popup(self, page: Page) -> None:
        if page is not self._page:
            self._spawn(_quietly(page.close()))

    async def aclose(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        forget(self.broken)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, route: Route) -> None:
        request = route.request
        try:
            if request.method != "GET":
                await route.abort()
            elif request.is_navigation_request():
                await self._navigate(route, request)
            elif request.resource_type == "image":
                await route.fulfill(status=200, content_type="image/gif", body=PIXEL)
            elif request.resource_type in FETCHED and self._asked < MOST:
                await self._fetch(route, request)
            else:
                await route.abort()
        except Error:  # the page is gone
            pass
        except Exception as error:
            if not self.broken.done():
                self.broken.set_exception(error)

    async def _navigate(self, route: Route, request: Request) -> None:
        """The page itself is there already; frames and popups show nothing; where its scripts
        lead it is noted, and begun afresh."""
        if not _of_page(request, self._page):
            await route.abort()
        elif not self._served or _same(request.url, self._given.url):
            self._served += 1
            if self._served > RELOADS:
                await route.abort()
                return
            kind = self._given.content_type or "text/html"
            await route.fulfill(status=200, headers={"content-type": kind}, body=self._given.body)
        else:
            self.moved = request.url
            await route.abort()

    async def _fetch(self, route: Route, request: Request) -> None:
        self._asked += 1
        self.pending += 1
        try:
            response = await self._fetcher.get(request.url, "asset")
        except FetchError:
            await route.abort()
            return
        finally:
            self.pending -= 1
        if not may_read(self._given.url, request.url, request.headers, response):
            await route.abort()
            return
        headers = {k: v for k, v in response.headers.items() if k in PASSED_ON}
        await route.fulfill(status=200, headers=headers, body=response.body)


def forget(outcome: asyncio.Future[None]) -> None:
    """Nobody will ask for it any more; asyncio complains of failures that nobody asked for."""
    if not outcome.cancel() and not outcome.cancelled():
        outcome.exception()


async def _quietly(closing: Awaitable[None]) -> None:
    with suppress(Error):
        await closing


def may_read(page: str, url: str, asked: Mapping[str, str], response: Response) -> bool:
    """Whether the page's scripts may see an answer, by the same-origin policy (Fetch, CORS check).

    The browser cannot tell: it sees the fetcher's answer to `url` and none of its redirects, and
    Playwright adds permissions that were not given. So a page of the open web reads nothing of an
    origin that only `fetch.allow_origins` lets us ask.
    """
    own = origin(page)
    if origin(url) == origin(response.url) == own:
        return True
    if "origin" not in asked and origin(url) != own:  # a script or style of another site is used,
        return True  # and not read
    said = response.headers.get("access-control-allow-origin", "").strip()
    return said in ("*", own)


def origin(url: str) -> str:
    try:
        return str(ada_url.URL(url).origin)
    except ValueError:
        return ""


def _same(one: str, other: str) -> bool:
    """Whether two URLs differ in their fragments at most."""
    return one.partition("#")[0] == other.partition("#")[0]


def _of_page(request: Request, page: Page) -> bool:
    try:
        return request.frame == page.main_frame
    except Error:  # a popup whose frame is not there yet
        return False
