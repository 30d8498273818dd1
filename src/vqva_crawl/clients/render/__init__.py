"""Pages that are empty without scripts, rendered by a Chromium that never touches the network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from vqva_crawl.clients.render.base import Given, Rendered, Renderer
from vqva_crawl.clients.render.found import find_browser
from vqva_crawl.config import Fetch

__all__ = ["Given", "Rendered", "Renderer", "check_render", "renderer"]


def check_render(fetch: Fetch) -> None:
    """ConfigError where the config asks for rendering and this machine has no browser for it."""
    if fetch.render.mode != "off":
        find_browser(fetch.render.browser)


@asynccontextmanager
async def renderer(fetch: Fetch) -> AsyncIterator[Renderer | None]:
    """The renderer that a config's `fetch` section asks for, None where it asks for none.

    Its browser runs until the block ends. Raises ConfigError when there is none, or it does not
    start.
    """
    if fetch.render.mode == "off":
        yield None
        return
    path = find_browser(fetch.render.browser)
    # Playwright is an extra, and its import takes half a second.
    from vqva_crawl.clients.render.chromium import ChromiumRenderer

    opened = ChromiumRenderer(fetch, path)
    try:
        await opened.start()
        yield opened
    finally:
        await opened.aclose()
