"""describe: what a document's source knows of its pictures is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from vqva_crawl import config
from vqva_crawl.clients.search.base import Describing, Source
from vqva_crawl.errors import FetchError
from vqva_crawl.records import Document, Rejected
from vqva_crawl.stages.extract.private import private


class Describe:
    """Document -> Document | Rejected, where a source does not answer."""

    name: ClassVar[str] = "describe"
    version: ClassVar[str] = "1"

    def __init__(self, sources: Mapping[str, Source], extract: config.Extract) -> None:
        """`sources` by the name of their backend; other documents pass as they are."""
        self._sources = sources
        self._extract = extract

    async def __call__(self, document: Document) -> Document | Rejected:
        source = self._sources.get(document.target.backend)
        if not isinstance(source, Describing):
            return document
        try:
            return private(await source.describe(document), self._extract)
        except FetchError as error:
            return Rejected(
                id=document.id,
                stage=self.name,
                reason=error.kind,
                detail=str(error),  # it is the source that was asked, not the page
                url=document.url,
            )
