"""The serper backend: serper.dev, which gives Google's results.

Interface: POST /search with `q`, `num`, `page`, `gl`, `hl`; pages of 10, since longer ones cost
more. Credits that are used up are answered with 400.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import Field

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


class SerperOptions(KeyedOptions):
    base_url: BaseUrl = "https://google.serper.dev"
    """Where the service is; another one for a proxy of your own."""
    key_env: str = "SERPER_API_KEY"
    """The environment variable that holds the service's key."""
    country: str | None = Field(None, pattern=r"^[A-Za-z]{2}$")
    """Two letters, such as `us`: where the searching user is."""
    language: str | None = None
    """A code such as `en` or `zh-cn`: that of the searching user."""


class Serper(KeyedService[SerperOptions]):
    shape = Shape(path=("organic",), url="link", snippet="snippet")
    size, pages = 10, 10
    header = "X-API-KEY"
    uses_up = (*QUOTA_STATUSES, "Not enough credits")

    def request(self, text: str, page: int, size: int) -> Request:
        options = self._options
        gl = options.country and options.country.lower()
        body = given(q=text, num=size, page=page + 1, gl=gl, hl=options.language)
        return Request("/search", body=body)


@search_backend("serper", options=SerperOptions)
@asynccontextmanager
async def serper(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Serper]:
    yield Serper(context, SerperOptions.model_validate(options))
