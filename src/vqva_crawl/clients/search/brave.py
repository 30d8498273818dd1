"""The brave backend: the Brave Search API (web search).

Interface: api-dashboard.search.brave.com. Pages of at most 20 results, `offset` counts pages and
ends at 9; requests are counted per second and per month. A wrong key is answered with 422.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from pydantic import Field

from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.results import Shape
from vqva_crawl.clients.search.service import (
    KEY_STATUSES,
    QUOTA_STATUSES,
    BaseUrl,
    KeyedOptions,
    KeyedService,
    Request,
    given,
)
from vqva_crawl.registry import search_backend

MOST_WORDS, MOST_CHARACTERS = 50, 400  # of a query


class BraveOptions(KeyedOptions):
    base_url: BaseUrl = "https://api.search.brave.com"
    """Where the service is; another one for a proxy of your own."""
    key_env: str = "BRAVE_API_KEY"
    """The environment variable that holds the service's key."""
    country: str | None = Field(None, pattern=r"^[A-Za-z]{2}$|^ALL$")
    """Two letters, such as `US`: where results are to come from."""
    language: str | None = None
    """A code such as `en` or `pt-br`: what pages are to be written in."""
    safe_search: Literal["strict", "moderate", "none"] = "strict"
    """`moderate` leaves out explicit pictures, `strict` adult pages as well."""


class Brave(KeyedService[BraveOptions]):
    shape = Shape(path=("web", "results"), url="url", snippet="description")
    size, pages = 20, 10
    pause = 1.0  # the smallest plan's rate
    header = "X-Subscription-Token"
    refuses_key = (*KEY_STATUSES, "SUBSCRIPTION_TOKEN_INVALID")
    uses_up = (*QUOTA_STATUSES, "QUOTA_LIMITED", "USAGE_LIMIT_EXCEEDED")

    def request(self, text: str, page: int, size: int) -> Request:
        options = self._options
        params = given(
            q=" ".join(text.split()[:MOST_WORDS])[:MOST_CHARACTERS],
            count=size,
            offset=page,
            country=options.country and options.country.upper(),
            search_lang=options.language,
            safesearch="off" if options.safe_search == "none" else options.safe_search,
            result_filter="web",
            text_decorations="false",
        )
        return Request("/res/v1/web/search", params)


@search_backend("brave", options=BraveOptions)
@asynccontextmanager
async def brave(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Brave]:
    yield Brave(context, BraveOptions.model_validate(options))
