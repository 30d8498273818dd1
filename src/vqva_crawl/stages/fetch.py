"""fetch: a target becomes a page, or a document where a source has it ready made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from vqva_crawl import config
from vqva_crawl.clients.base import Fetcher, Response
from vqva_crawl.clients.checks import check_response
from vqva_crawl.clients.search.base import Reading, Source
from vqva_crawl.errors import FetchError
from vqva_crawl.records import Document, Page, Rejected, Target

CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
LINK_LICENCE = re.compile(r"<([^>]*)>[^,]*;\s*rel\s*=\s*[\"']?license\b", re.I)


class Fetch:
    name: ClassVar[str] = "fetch"
    version: ClassVar[str] = "1"

    def __init__(
        self,
        fetcher: Fetcher,
        sources: Mapping[str, Source] | None = None,
        rules: config.Fetch | None = None,
    ) -> None:
        """`sources` are those of the backends that have one, by the backend's name; what they give
        is checked by the `rules` that the fetcher has too."""
        self._fetcher = fetcher
        self._sources = sources or {}
        self._rules = rules or config.Fetch()

    async def __call__(self, target: Target) -> Page | Document | Rejected:
        try:
            response = await self._response(target)
        except FetchError as error:
            return Rejected(
                id=target.id,
                stage=self.name,
                reason=error.kind,
                detail=error.detail,
                url=target.url,
            )
        if isinstance(response, Document):
            return response
        content_type = response.headers.get("content-type", "")
        charset = CHARSET.search(content_type)
        licence = LINK_LICENCE.search(response.headers.get("link", ""))
        return Page(
            target=target,
            url=response.url,
            body=response.body,
            content_type=content_type,
            charset=charset[1] if charset else "",
            fetched_at=response.fetched_at,
            link_licence=licence[1] if licence else "",
            refresh=response.headers.get("refresh", ""),
        )

    async def _response(self, target: Target) -> Response | Document:
        source = self._sources.get(target.backend)
        if isinstance(source, Reading):
            found = await source.read(target)
            if isinstance(found, Document):
                return found
            return check_response(found, "page", self._rules)
        return await self._fetcher.get(target.url, "page")
