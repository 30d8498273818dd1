"""What the reader makes of a page before captions are settled: blocks of text and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqva_crawl.records import Role

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

    def item(self) -> dict[str, object]:
        """The fields of its TextItem."""
        return {"kind": "text", "text": self.text, "role": self.role, "level": self.level}


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

    def item(self) -> dict[str, object]:
        """The fields of its ImageItem."""
        fields = {name: getattr(self, name) for name in _FIELDS}
        return {"kind": "image", **fields}


_FIELDS = tuple(name for name in Shown.__slots__ if name != "alone")

Block = Text | Shown
