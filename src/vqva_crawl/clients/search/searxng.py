"""The searxng backend: a SearXNG (or searx) instance, which asks many engines at once.

Interface: docs.searxng.org/dev/search_api. The instance has to have its JSON format switched on
(`search.formats` in its settings.yml); it answers 403 where it has not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal

from vqva_crawl.clients.api import MOST_SAID
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.results import Shape
from vqva_crawl.clients.search.service import (
    Request,
    Service,
    ServiceOptions,
    given,
)
from vqva_crawl.registry import search_backend

NO_JSON = "the instance does not give JSON; its settings.yml has to list json in search.formats"
SAFE = {"none": 0, "moderate": 1, "strict": 2}


class SearxngOptions(ServiceOptions):
    categories: str = "general"
    """Comma-separated: which engines are asked, by category."""
    engines: str | None = None
    """Comma-separated: which engines are asked, by name."""
    language: str | None = None
    """A code such as `en` or `de-AT`; that of the instance by default."""
    safe_search: Literal["strict", "moderate", "none"] = "strict"
    """What the engines that can filter are asked to leave out."""


class Searxng(Service):
    shape = Shape(path=("results",), url="url", snippet="content")
    size, pages = 1, 10  # an instance's pages are as long as it likes, so they are tried

    def __init__(self, context: SearchContext, options: SearxngOptions) -> None:
        super().__init__(context, options.base_url, NO_JSON)
        self._options = options

    def request(self, text: str, page: int, size: int) -> Request:
        options = self._options
        params = given(
            q=text,
            format="json",
            pageno=page + 1,
            categories=options.categories,
            engines=options.engines,
            language=options.language,
            safesearch=SAFE[options.safe_search],
        )
        return Request("/search", params)

    def failure(self, answer: Mapping[str, Any]) -> str:
        """The engines that did not answer the instance, where it has nothing because of them."""
        silent = answer.get("unresponsive_engines")
        if answer.get("results") or not isinstance(silent, list) or not silent:
            return ""
        names = (": ".join(map(str, one)) if isinstance(one, list) else str(one) for one in silent)
        return f"no engine answered the instance ({', '.join(names)[:MOST_SAID]})"


@search_backend("searxng", options=SearxngOptions)
@asynccontextmanager
async def searxng(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Searxng]:
    yield Searxng(context, SearxngOptions.model_validate(options))
