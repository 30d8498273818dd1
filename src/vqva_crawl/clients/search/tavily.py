"""The tavily backend: the Tavily Search API.

Interface: docs.tavily.com, POST /search; one page of at most 20 results, no further ones. A plan's
limit is answered with 432, that of pay-as-you-go with 433.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.results import Shape
from vqva_crawl.clients.search.service import (
    QUOTA_STATUSES,
    BaseUrl,
    KeyedOptions,
    KeyedService,
    Request,
    given,
)
from vqva_crawl.registry import search_backend


class TavilyOptions(KeyedOptions):
    base_url: BaseUrl = "https://api.tavily.com"
    """Where the service is; another one for a proxy of your own."""
    key_env: str = "TAVILY_API_KEY"
    """The environment variable that holds the service's key."""
    depth: Literal["basic", "advanced"] = "basic"
    """`advanced` finds more and costs twice as much."""
    country: str | None = None
    """A country's English name, such as `switzerland`, whose pages come first."""
    safe_search: bool | None = None
    """Leave out adult pages. Not every plan may ask for it, so nothing is said by default."""


class Tavily(KeyedService[TavilyOptions]):
    shape = Shape(path=("results",), url="url", snippet="content")
    size, pages = 20, 1
    header, scheme = "Authorization", "Bearer "
    uses_up = (*QUOTA_STATUSES, "http_432", "http_433")

    def request(self, text: str, page: int, size: int) -> Request:
        options = self._options
        body = given(
            query=text,
            max_results=size,
            search_depth=options.depth,
            topic="general",
            country=options.country and options.country.lower(),
            safe_search=options.safe_search,
        )
        return Request("/search", body=body)


@search_backend("tavily", options=TavilyOptions)
@asynccontextmanager
async def tavily(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Tavily]:
    yield Tavily(context, TavilyOptions.model_validate(options))
