"""The panels stage: composite figures become pictures of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from vqva_crawl import config
from vqva_crawl.clients.workers import Cpu
from vqva_crawl.errors import WorkError
from vqva_crawl.records import Document, ImageItem, Item, Picture
from vqva_crawl.stages.images import Blobs, CheckedPicture
from vqva_crawl.stages.panels.captions import caption_of, named_parts, panel_captions
from vqva_crawl.stages.panels.cut import cut

Panels = Sequence[Picture]


class CutPanels:
    """Document -> Document whose composite pictures are replaced with their panels.

    Replaced, not followed by them: a pair of a panel and the figure that holds it would show its
    answer in its question, and no agent has to know of panels to be kept from proposing it. The
    parent stays known by its sha256 in `Picture.parent` and by the panel's URL; its bytes are not
    stored. A picture that cannot be cut without doubt, or whose cutting fails, stays as it is.

    `stored` gives an accepted picture's bytes by sha256.
    """

    name: ClassVar[str] = "panels"
    version: ClassVar[str] = "1"

    def __init__(
        self, cpu: Cpu, blobs: Blobs, stored: Callable[[str], bytes], images: config.Images
    ) -> None:
        self._cpu = cpu
        self._blobs = blobs
        self._stored = stored
        self._config = images

    async def __call__(self, document: Document) -> Document:
        found: dict[str, Panels] = {}
        for picture in document.pictures:
            panels = await self._panels(picture, _letters(document, picture))
            if panels:
                found[picture.sha256] = panels
        return _with_panels(document, found) if found else document

    async def _panels(self, picture: Picture, letters: int) -> Panels:
        room = self._config
        if max(picture.width, picture.height) < 2 * room.min_side:
            return []
        body, timeout = self._stored(picture.sha256), room.timeout
        try:
            panels = await self._cpu.call(cut, body, picture, letters, room, timeout=timeout)
        except WorkError:  # it was accepted whole, and stays so
            return []
        self._keep(panels)
        return [panel.picture for panel in panels]

    def _keep(self, panels: Sequence[CheckedPicture]) -> None:
        for panel in panels:
            self._blobs.put(panel.picture.sha256, panel.body)


def _letters(document: Document, picture: Picture) -> int:
    """How many parts the captions of a picture name, wherever the document shows it."""
    shown = (item for item in document.images() if item.sha256 == picture.sha256)
    return max((named_parts(caption_of(item)) for item in shown), default=0)


def _with_panels(document: Document, found: dict[str, Panels]) -> Document:
    free = max((item.figure for item in document.images()), default=-1) + 1
    items: list[Item] = []
    for item in document.items:
        panels = found.get(item.sha256, ()) if isinstance(item, ImageItem) else ()
        if isinstance(item, ImageItem) and panels:
            figure = item.figure if item.figure >= 0 else free
            free += figure == free
            items += _panel_items(item, figure, panels)
        else:
            items.append(item)
    pictures = {p.sha256: p for p in _pictures(document.pictures, found)}
    return document.model_copy(update={"items": tuple(items), "pictures": tuple(pictures.values())})


def _panel_items(item: ImageItem, figure: int, panels: Panels) -> Iterator[ImageItem]:
    """The composite's place taken by its panels: one figure, whose caption is over them all.

    The alternative text and the title describe the whole, so they stand in for a missing caption
    of the figure and are no panel's own.
    """
    caption = caption_of(item)
    over = item.figure_caption or caption or item.alt or item.title
    for panel, own in zip(panels, panel_captions(caption, len(panels)), strict=True):
        place = {"url": panel.url, "sha256": panel.sha256, "full_url": "", "figure": figure}
        size = {"width": panel.width, "height": panel.height}
        said = {"caption": own, "figure_caption": over, "alt": "", "title": ""}
        yield item.model_copy(update={**place, **size, **said})


def _pictures(pictures: Sequence[Picture], found: dict[str, Panels]) -> Iterator[Picture]:
    for picture in pictures:
        yield from found.get(picture.sha256, [picture])
