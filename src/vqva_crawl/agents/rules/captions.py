"""What a document says of each of its pictures, gathered from everywhere it may stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from vqva_crawl.agents.rules.text import tidy
from vqva_crawl.records import Document, ImageItem, TextItem

NEAR = 3  # text items looked at on either side of a picture


@dataclass(frozen=True)
class Shown:
    """A picture of the document and the texts that belong to it, tidied.

    `caption` is its own (caption, else title attribute, else an alt that is not the figure's);
    `over` the caption over the whole figure; `headings` from the page's title down; `before` and
    `after` the nearest paragraphs in the same section; `group` the figure's number, -1 for none.
    """

    item: int
    sha256: str
    caption: str
    over: str
    alt: str
    stem: str  # of the file's name, lower case, words split by spaces
    headings: tuple[str, ...]
    section: int
    group: int
    before: str
    after: str

    @property
    def said(self) -> str:
        """The best text about this picture alone."""
        return self.caption or self.alt or self.over

    @property
    def all(self) -> str:
        return ". ".join(t for t in (self.caption, self.alt, self.over) if t)


def shown(document: Document) -> list[Shown]:
    """All accepted pictures of a document, in reading order."""
    found: list[Shown] = []
    headings: list[tuple[int, str]] = []
    section = 0
    for index, item in enumerate(document.items):
        if isinstance(item, TextItem):
            if item.role == "heading":
                section += 1
                headings = [h for h in headings if h[0] < item.level] + [
                    (item.level, tidy(item.text))
                ]
        elif item.sha256:
            path = (document.title, *(text for _, text in headings))
            found.append(_one(document, index, item, path, section))
    return found


def _one(
    document: Document, index: int, item: ImageItem, headings: tuple[str, ...], section: int
) -> Shown:
    over = tidy(item.figure_caption)
    alt = tidy(item.alt)
    own = tidy(item.caption) or tidy(item.title)
    if not own and alt and alt != over:
        own = alt
    if own == over:
        own = ""
    return Shown(
        item=index,
        sha256=item.sha256,
        caption=own,
        over=over,
        alt="" if alt == over else alt,
        stem=file_words(item.url),
        headings=tuple(h for h in (unnumbered(h) for h in headings) if h),
        section=section,
        group=item.figure,
        before=_nearby(document, index, -1),
        after=_nearby(document, index, 1),
    )


def _nearby(document: Document, index: int, step: int) -> str:
    """The closest paragraph before (-1) or after (1), not beyond a heading or picture."""
    at = index + step
    for _ in range(NEAR):
        if not 0 <= at < len(document.items):
            return ""
        item = document.items[at]
        if isinstance(item, ImageItem):
            return ""
        if item.role == "heading":
            return ""
        if item.role in ("paragraph", "list", "quote"):
            return tidy(item.text)
        at += step
    return ""


def file_words(url: str) -> str:
    """`distort-taj-emboss2.jpg` -> `distort taj emboss 2`."""
    name = unquote(urlsplit(url).path).rsplit("/", 1)[-1].rsplit(".", 1)[0]
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    name = re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", name)
    return " ".join(re.findall(r"[A-Za-z]+|\d+", name)).lower()


def unnumbered(heading: str) -> str:
    """`5.19.1. Overview` -> `Overview`."""
    return re.sub(r"^(?:chapter |section )?(?:\d+\.)*\d*\.?\)?\s+(?=\D)", "", heading.strip())


def prose(document: Document, sections: range | None = None) -> list[TextItem]:
    """Paragraphs of the document, or of some of its sections."""
    found: list[TextItem] = []
    section = 0
    for item in document.texts():
        if item.role == "heading":
            section += 1
        elif item.role in ("paragraph", "list") and (sections is None or section in sections):
            found.append(item)
    return found
