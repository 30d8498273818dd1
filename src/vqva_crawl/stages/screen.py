"""The second screen: how many pictures of a document were accepted, and which class it is of."""

from __future__ import annotations

from typing import ClassVar

from vqva_crawl import config
from vqva_crawl.records import Document, Rejected
from vqva_crawl.stages.classify.deciding import ByClass


class Screen:
    """Document -> Document | Rejected (too_few_pictures, too_many_pictures, class).

    The bounds are OBELICS' rule (1-30 images) with the defaults of the config; what is within them
    goes to the trained classifier, where there is one (VQ-VA World, stage 1).
    """

    name: ClassVar[str] = "screen"
    version: ClassVar[str] = "1"

    def __init__(self, screen: config.Screen, by_class: ByClass | None = None) -> None:
        self._config = screen
        self._by_class = by_class

    async def __call__(self, document: Document) -> Document | Rejected:
        count = len(document.pictures)
        if count < self._config.min_images:
            reason = "too_few_pictures"
        elif count > self._config.max_images:
            reason = "too_many_pictures"
        else:
            return await self._by_class(document) if self._by_class else document
        return Rejected(
            id=document.id,
            stage=self.name,
            reason=reason,
            detail=f"{count} accepted pictures",
            url=document.url,
        )
