"""The renderer: one Chromium at a time, replaced when it is worn, survived when it crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Error

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.faults import first_line
from vqva_crawl.clients.render.base import Given, Rendered
from vqva_crawl.clients.render.browser import Browser
from vqva_crawl.clients.render.visit import Crashed, Moved, Visit
from vqva_crawl.config import Fetch
from vqva_crawl.errors import ConfigError, Refused

WATCHED = 1.0  # seconds between two looks at the memory of a browser with a page under way
HOPS = 3  # pages that scripts may lead on to, one after the other


class ChromiumRenderer:
    """See `Renderer`. Pages beyond `render.concurrency` wait; close it with `aclose`."""

    def __init__(self, fetch: Fetch, path: Path | None) -> None:
        self._fetch = fetch
        self._path = path
        self._free = asyncio.Semaphore(fetch.render.concurrency)
        self._changing = asyncio.Lock()
        self._browser: Browser | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def pid(self) -> int | None:
        """Of the browser, None before the first one."""
        return self._browser.pid if self._browser else None

    async def start(self) -> None:
        """Raises ConfigError when the browser does not start."""
        try:
            self._browser = await Browser.start(self._path)
        except Error as error:
            named = self._path or "Playwright's Chromium"
            raise ConfigError(f"fetch.render: {named} does not start: {_why(error)}") from error

    async def render(self, page: Given, fetcher: Fetcher) -> Rendered:
        async with self._free:
            for _ in range(HOPS + 1):
                rendered = await self._twice(page, fetcher)
                if isinstance(rendered, Rendered):
                    return rendered
                response = await fetcher.get(rendered.url, "page")
                kind = response.headers.get("content-type", "text/html")
                page = Given(response.url, response.body, kind)
        raise Refused("redirects", page.url, f"scripts led on more than {HOPS} times")

    async def aclose(self) -> None:
        if self._browser:
            self._retire(self._browser)
            self._browser = None
        await asyncio.gather(*self._closing)

    async def _twice(self, page: Given, fetcher: Fetcher) -> Rendered | Moved:
        """A page whose browser crashed may have been its neighbour's victim: it is tried again,
        in a browser of its own, so that it harms nobody else."""
        try:
            async with self._shared() as browser:
                return await self._visit(browser, page, fetcher)
        except (Crashed, Error):
            pass
        try:
            browser = await Browser.start(self._path)
            try:
                return await self._visit(browser, page, fetcher)
            finally:
                self._retire(browser)
        except (Crashed, Error) as error:
            raise Refused("render_crash", page.url, f"twice: {first_line(error)}") from error

    async def _visit(self, browser: Browser, page: Given, fetcher: Fetcher) -> Rendered | Moved:
        try:
            context = await browser.context(self._fetch.user_agent)
        except TimeoutError as error:
            browser.kill()
            raise Crashed("the browser does not answer") from error
        visit = Visit(context, page, fetcher, self._fetch)
        watch = asyncio.create_task(self._watch(browser))
        try:
            return await visit.read()
        finally:
            watch.cancel()
            if not await visit.aclose():  # say, an endless loop
                browser.kill()

    @asynccontextmanager
    async def _shared(self) -> AsyncIterator[Browser]:
        browser = await self._current()
        browser.users += 1
        try:
            yield browser
        finally:
            browser.users -= 1
            if not browser.users and browser is not self._browser:
                self._retire(browser)

    async def _current(self) -> Browser:
        """The browser for the next page: a new one where the last is worn. Raises Error."""
        async with self._changing:
            old = self._browser
            if old is not None and not await self._worn(old):
                return old
            self._browser = None
            if old is not None and not old.users:
                self._retire(old)
            self._browser = await Browser.start(self._path)
            return self._browser

    async def _worn(self, browser: Browser) -> bool:
        if browser.worn or browser.pages >= self._fetch.render.max_pages:
            return True
        try:
            return await self._full(browser)
        except (Error, TimeoutError):
            browser.kill()
            return True

    async def _watch(self, browser: Browser) -> None:
        """Kills the browser when one of its pages eats too much."""
        with suppress(Error, TimeoutError):  # it ended; whoever waits for a page will see
            while True:
                if await self._full(browser):
                    browser.kill()
                    return
                await asyncio.sleep(WATCHED)

    async def _full(self, browser: Browser) -> bool:
        return await browser.memory() > self._fetch.render.max_memory_mb << 20

    def _retire(self, browser: Browser) -> None:
        """Closes it without letting anybody wait."""
        task = asyncio.create_task(browser.aclose())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _why(error: Error) -> str:
    """The line that tells most of what a launch failed of."""
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    telling = [line for line in lines if "rror" in line or "sandbox" in line or "xecutable" in line]
    return (telling or lines or ["it ended at once"])[0][:200]
