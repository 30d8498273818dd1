"""The warc backend: pages and pictures of web archives on disk; nothing they hold is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import Field

from vqva_crawl.clients.base import Kind, Response
from vqva_crawl.clients.search.aside import aside
from vqva_crawl.clients.search.base import SearchContext, SourceContext
from vqva_crawl.clients.search.globs import files
from vqva_crawl.clients.search.index import PageIndex, opened
from vqva_crawl.clients.search.listed import Listed
from vqva_crawl.clients.search.warc import captures
from vqva_crawl.clients.search.warc.record import Raw, raw, response, sent
from vqva_crawl.errors import Refused
from vqva_crawl.records import Target
from vqva_crawl.registry import Options, search_backend, source


class WarcOptions(Options):
    paths: list[str] = Field(min_length=1)
    """Globs of .warc and .warc.gz files, from the folder that the command is started in."""
    exhaust: bool = True
    """Also annotate pages that no query hit."""
    max_pages: int | None = Field(None, ge=1)
    """Pages read in all, in the order of their URL keys; all of them by default."""


class Warc(Listed):
    def __init__(self, options: WarcOptions, context: SearchContext, index: PageIndex) -> None:
        super().__init__(context.name, options.exhaust, options.max_pages, index)
        self._paths = options.paths
        self._table = _table(context)
        self._tell = context.tell

    async def seeds(self) -> list[Target]:
        lost: list[str] = []
        found = files(self._paths, self.name)
        await aside(lambda gone: captures.update(self._table, found, lost.append, gone))
        for line in lost:
            self._tell(f"{self.name}: {line}")
        return [
            self.target(url, place) for url, place in captures.pages(self._table, self.max_pages)
        ]


class WarcSource:
    """`Reading` and `Holding`: a page by its target's place, a picture by its URL."""

    def __init__(self, context: SourceContext) -> None:
        self._captures = captures.Captures(_table(context))
        self._caps = context.caps

    async def read(self, target: Target) -> Response:
        return await self._at(target.place, target.url, "page")

    async def held(self, url: str) -> Response | None:
        found = self._captures.image(url)
        if found is None:
            return None
        url, place, moves = found
        response = await self._at(place, url, "image")
        before = [pair for move in moves for pair in await asyncio.to_thread(_sent, move)]
        return replace(response, sent=(*before, *response.sent))

    async def _at(self, place: str, url: str, kind: Kind) -> Response:
        found = await asyncio.to_thread(_read, place, url, self._caps[kind])
        return await response(found, url, self._caps[kind])

    def close(self) -> None:
        self._captures.close()


def _table(context: SearchContext | SourceContext) -> Path:
    return context.folder / f"{context.name}-captures.sqlite"


def _read(place: str, url: str, cap: int) -> Raw:
    path, _, offset = place.rpartition("#")
    try:
        with open(path, "rb") as file:
            file.seek(int(offset))
            return raw(file, url, cap)
    except (OSError, ValueError) as error:
        raise Refused("broken", url, f"{place}: cannot be read: {error}") from error


def _sent(place: str) -> tuple[tuple[str, str], ...]:
    path, _, offset = place.rpartition("#")
    try:
        with open(path, "rb") as file:
            file.seek(int(offset))
            return sent(file)
    except OSError:  # it is gone by now; the picture itself was there
        return ()


@search_backend("warc", options=WarcOptions)
@asynccontextmanager
async def warc(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Warc]:
    checked = WarcOptions.model_validate(options)
    with opened(context.folder / f"{context.name}.sqlite") as index:
        yield Warc(checked, context, index)


@source("warc")
@asynccontextmanager
async def warc_source(options: dict[str, Any], context: SourceContext) -> AsyncIterator[WarcSource]:
    opened_source = WarcSource(context)
    try:
        yield opened_source
    finally:
        opened_source.close()
