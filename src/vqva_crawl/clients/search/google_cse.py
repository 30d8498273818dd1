"""The google_cse backend: Google's Custom Search JSON API over a Programmable Search Engine.

Interface: developers.google.com/custom-search/v1/reference/rest/v1/cse/list. Pages of at most 10
results, 100 of a query at most; the key goes into a header. A wrong key is answered with 400, a
day's quota that is used up with 429, and with 403 in former days.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

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


class GoogleCseOptions(KeyedOptions):
    base_url: BaseUrl = "https://customsearch.googleapis.com"
    """Where the service is; another one for a proxy of your own."""
    key_env: str = "GOOGLE_API_KEY"
    """The environment variable that holds the service's key."""
    cx: str = Field(min_length=1)
    """The id of your Programmable Search Engine."""
    country: str | None = Field(None, pattern=r"^[A-Za-z]{2}$")
    """Two letters, such as `us`: where the searching user is."""
    language: str | None = Field(None, pattern=r"^[A-Za-z]{2}(-[A-Za-z]{2})?$")
    """A code such as `en` or `zh-CN`: what pages are to be written in."""
    safe_search: bool = True
    """Leave out explicit pages."""


class GoogleCse(KeyedService[GoogleCseOptions]):
    shape = Shape(path=("items",), url="link", snippet="snippet")
    size, pages = 10, 10
    header = "X-Goog-Api-Key"
    refuses_key = (*KEY_STATUSES, "API key not valid", "API_KEY_INVALID")
    uses_up = (*QUOTA_STATUSES, "dailyLimitExceeded", "Daily Limit Exceeded", "per day")

    def request(self, text: str, page: int, size: int) -> Request:
        options = self._options
        params = given(
            q=text,
            cx=options.cx,
            num=size,
            start=page * size + 1,
            gl=options.country and options.country.lower(),
            lr=options.language and f"lang_{options.language}",
            safe="active" if options.safe_search else "off",
        )
        return Request("/customsearch/v1", params)


@search_backend("google_cse", options=GoogleCseOptions)
@asynccontextmanager
async def google_cse(options: dict[str, Any], context: SearchContext) -> AsyncIterator[GoogleCse]:
    yield GoogleCse(context, GoogleCseOptions.model_validate(options))
