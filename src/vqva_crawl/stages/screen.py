"""The second cheap screen: how many pictures of a document were accepted."""

from __future__ import annotations

from typing import ClassVar

from vqva_crawl import config
from vqva_crawl.records import Document, Rejected


class Screen:
    """Document -> Document | Rejected (too_few_pictures, too_many_pictures).

    The bounds are OBELICS' rule (1-30 images) with the defaults of the config.
    """

    name: ClassVar[str] = "screen"
    version: ClassVar[str] = "1"

    def __init__(self, screen: config.Screen) -> None:
        self._config = screen

    async def __call__(self, document: Document) -> Document | Rejected:
        count = len(document.pictures)
        if count < self._config.min_images:
            reason = "too_few_pictures"
        elif count > self._config.max_images:
            reason = "too_many_pictures"
        else:
            return document
        return Rejected(
            id=document.id,
            stage=self.name,
            reason=reason,
            detail=f"{count} accepted pictures",
            url=document.url,
        )
