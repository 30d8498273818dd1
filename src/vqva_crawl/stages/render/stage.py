"""The render stage: a page's body becomes what a browser shows of it, where that is needed."""

from __future__ import annotations

from typing import ClassVar

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.optout import forbidden_by_meta
from vqva_crawl.clients.render.base import Given, Renderer
from vqva_crawl.clients.workers import Cpu
from vqva_crawl.config import Config
from vqva_crawl.errors import FetchError
from vqva_crawl.records import Document, Page, Rejected
from vqva_crawl.stages.extract import metadata
from vqva_crawl.stages.extract.depth import deeper_than
from vqva_crawl.stages.extract.encoding import decode
from vqva_crawl.stages.extract.tree import parse
from vqva_crawl.stages.render.needed import needs_scripts


class Render:
    """Page -> Page | Rejected. Documents, and pages that a backend reads by itself, pass.

    Those with scripts that need them, by `needs_scripts`, or all that have any (`always`) are
    rendered. `agent` is the user agent of meta rules, "" ignores
    opt-outs. WorkerDied and WorkerTimeout are the caller's to quarantine.
    """

    name: ClassVar[str] = "render"
    version: ClassVar[str] = "1"

    def __init__(
        self, renderer: Renderer, fetcher: Fetcher, cpu: Cpu, config: Config, agent: str = ""
    ) -> None:
        self._renderer = renderer
        self._fetcher = fetcher
        self._cpu = cpu
        self._always = config.fetch.render.mode == "always"
        self._extract = config.extract
        self._agent = agent

    async def __call__(self, page: Page | Document) -> Page | Document | Rejected:
        if isinstance(page, Document) or page.target.place or not await self._wanted(page):
            return page
        given = Given(page.url, page.body, page.content_type)
        try:
            rendered = await self._renderer.render(given, self._fetcher)
        except FetchError as error:
            return Rejected(
                id=page.id, stage=self.name, reason=error.kind, detail=error.detail, url=page.url
            )
        shown = {"url": rendered.url, "body": rendered.html.encode(errors="replace")}
        return page.model_copy(update={**shown, "charset": "utf-8", "rendered": True})

    async def _wanted(self, page: Page) -> bool:
        if b"<script" not in page.body.lower():
            return False
        work = (page.body, page.charset, self._always, self._agent, self._extract.max_depth)
        return await self._cpu.call(worth_rendering, *work, timeout=self._extract.timeout)


def worth_rendering(body: bytes, charset: str, always: bool, agent: str, max_depth: int) -> bool:
    """Whether to render: not what the extractor will refuse anyway, such as a page that opts out,
    whose scripts we would ask for in vain."""
    html = decode(body, charset)
    if deeper_than(html, max_depth):
        return False
    if agent and forbidden_by_meta(metadata.gather(parse(html)).metas, "image", agent):
        return False
    return always or needs_scripts(html)
