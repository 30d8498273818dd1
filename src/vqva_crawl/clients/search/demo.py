"""The demo backend: our own small web site, served on loopback for the time of the run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from vqva_crawl.clients import demo as site
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.records import Hit, Query
from vqva_crawl.registry import Options, search_backend


class Demo:
    def __init__(self, name: str) -> None:
        self.name = name

    async def search(self, query: Query, limit: int) -> list[Hit]:
        pages = site.search(query.text, limit)
        return [
            Hit(
                url=page.url,
                rank=rank,
                title=page.title,
                query=query.text,
                topic=query.topic,
                backend=self.name,
            )
            for rank, page in enumerate(pages, 1)
        ]


@search_backend("demo", options=Options)
@asynccontextmanager
async def demo(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Demo]:
    async with site.serve() as served:
        context.routes.update(served.routes)
        yield Demo(context.name)
