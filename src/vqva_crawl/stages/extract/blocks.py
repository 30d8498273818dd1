"""What the reader makes of a page before captions are settled: blocks of text and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqva_crawl.records import ImageItem, Role, TextItem

# "Figure 3", "Fig. 2b:", "Abb. 4": how captions begin in print.
LABEL = re.compile(
    r"(?:fig(?:ure|ura|\.)?|abb(?:ildung|\.)?|bild|image|photo(?:graph)?|picture|plate|illustration|scheme"
    r"|chart|diagram|exhibit|slika|рис(?:унок|\.)?|obr(?:ázek|\.)?)\s*\.?\s*(?:\d|[ivx]+\b|[a-z]?\d)",
    re.IGNORECASE,
)


@dataclass(slots=True, eq=False)
class Text:
    """A block of text.

    `aside` tells that it is set apart: all in italics, small or centred; `claimed`, that it has
    been given to its pictures already.
    """

    text: str
    role: Role = "paragraph"
    level: int = 0
    aside: bool = False
    claimed: bool = False

    def item(self) -> TextItem:
        return TextItem(text=self.text, role=self.role, level=self.level)


@dataclass(slots=True, eq=False)
class Shown:
    """A picture where it stands. `alone` tells that no running text shares its line."""

    url: str
    full_url: str = ""
    alt: str = ""
    title: str = ""
    caption: str = ""
    figure_caption: str = ""
    figure: int = -1
    width: int = 0
    height: int = 0
    link: str = ""
    licence: str = ""
    alone: bool = True

    @property
    def captioned(self) -> bool:
        return bool(self.caption or self.figure_caption)

    def item(self) -> ImageItem:
        return ImageItem(
            url=self.url,
            full_url=self.full_url,
            alt=self.alt,
            title=self.title,
            caption=self.caption,
            figure_caption=self.figure_caption,
            figure=self.figure,
            width=self.width,
            height=self.height,
            link=self.link,
            licence=self.licence,
        )


Block = Text | Shown
