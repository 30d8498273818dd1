"""fetch: a target becomes a page."""

from __future__ import annotations

import re
from typing import ClassVar

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.errors import FetchError
from vqva_crawl.records import Page, Rejected, Target

CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
LINK_LICENCE = re.compile(r"<([^>]*)>[^,]*;\s*rel\s*=\s*[\"']?license\b", re.I)


class Fetch:
    name: ClassVar[str] = "fetch"
    version: ClassVar[str] = "1"

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def __call__(self, target: Target) -> Page | Rejected:
        try:
            response = await self._fetcher.get(target.url, "page")
        except FetchError as error:
            return Rejected(
                id=target.id,
                stage=self.name,
                reason=error.kind,
                detail=error.detail,
                url=target.url,
            )
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
        )
