"""Opening search backends over a loopback site, as a run opens them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

import vqva_crawl.clients.search  # noqa: F401  (registers them)
from vqva_crawl.clients.base import SearchBackend
from vqva_crawl.clients.http import HttpFetcher
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.records import Hit, Query
from vqva_crawl.registry import check_options, lookup

KEY = "canary-key-0123456789"
QUERY = Query(text="frog life cycle", topic="animals", domain="world_knowledge", family="causal")


@asynccontextmanager
async def opened(kind: str, fetcher: HttpFetcher, **options: Any) -> AsyncIterator[SearchBackend]:
    check_options("search", kind, options, "options")
    context = SearchContext(kind, fetcher, fetcher.api, Path())
    async with lookup("search", kind)(options, context) as backend:
        yield backend


async def hits(
    kind: str, site: Any, fetcher: HttpFetcher, limit: int = 10, **options: Any
) -> list[Hit]:
    async with opened(kind, fetcher, base_url=site.origin, **options) as backend:
        return await backend.search(QUERY, limit)


def replies(site: Any, path: str, *pages: Any) -> list[dict[str, Any]]:
    """Answers the nth request to a path with the nth page, the last one again and again.

    A page is what the JSON holds, or (status, that) or (status, that, headers). The list that
    comes back fills with what was asked: method, parameters, body.
    """
    asked: list[dict[str, Any]] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        body = await request.json() if request.method == "POST" else None
        asked.append({"method": request.method, "params": dict(request.query), "body": body})
        page = pages[min(len(asked), len(pages)) - 1]
        status, said, *headers = page if isinstance(page, tuple) else (200, page)
        response = web.json_response(said, status=status, headers=headers[0] if headers else None)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    site.on(path, answer)
    return asked


def header(site: Any, name: str) -> str:
    """A header of the first request."""
    return {key.lower(): value for key, value in site.headers[0].items()}[name.lower()]
