"""boilerplate: what stands on many pages of a site, or is a symbol, is not content.

Pictures are judged on their own page first (tiny, named as an icon, a link's thumbnail) and then
against the other pages of their host; text only against the other pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from vqva_crawl.records import Document, ImageItem, Item, Record, TextItem
from vqva_crawl.urls import host

Sizes = Mapping[str, tuple[int, int]]  # picture URL -> true (width, height)

ICON = 50  # pixels of the longer side: symbols and buttons, never a figure
LINE = 8  # pixels of the shorter side: rules and spacers
SMALL = 150  # pixels of the longer side: content only where it does not recur
BANNER = 5.0  # width over height
RECURS = 3  # pages of one host
MANY_SHARE = 0.3  # of a host's pages: a picture without caption there is furniture
MOST_SHARE = 0.5  # of a host's pages: a text there is furniture
HEADING_SHARE = 0.95  # headings repeat by nature ("Options", "See also")
SHORTEST = 3  # characters: "A" and "12" are answers and cells
FEWEST = 4  # pages of a host before shares mean anything

_SYMBOL = re.compile(
    r"(?:^|[/_.-])(?:icons?|logos?|sprites?|badges?|buttons?|btn|bullets?|spacer|pixel|avatars?|gravatar"
    r"|favicon|widgets?|banners?|arrows?|prev|next|home|smil(?:ey|ies)|emoji)(?:[/_.-]|\d|$)",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"/(?:math|maths|latex|tex|formulas?|formulae|equations?)/|[?&](?:math|latex|tex)=|mimetex|latex2",
    re.IGNORECASE,
)
FORMULA = 64  # pixels of the shorter side of a formula in a picture folder named for formulas
_DIGITS = re.compile(r"\d+")
Counts = Counter[str]


class Boilerplate:
    """All documents of a unit -> the same documents without the furniture of their sites."""

    name: ClassVar[str] = "boilerplate"
    version: ClassVar[str] = "1"

    def whole_unit(self, records: Sequence[Document]) -> Sequence[Record]:
        return boilerplate(records)


def boilerplate(documents: Sequence[Document], sizes: Sizes | None = None) -> list[Document]:
    """The documents in order, each without pictures and texts that are furniture.

    `sizes` gives true sizes by URL; those of accepted pictures are known from the documents. With
    a single document of a host only that page's own cues count.
    """
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(host(document.url), []).append(document)
    sites = {name: Site(group, sizes or {}) for name, group in groups.items()}
    return [sites[host(document.url)].cleaned(document) for document in documents]


class Site:
    """What the pages of one host have in common."""

    def __init__(self, documents: Sequence[Document], sizes: Sizes) -> None:
        self._pages = len({d.url for d in documents})
        self._sizes = sizes
        self._texts = _pages_with(set(map(_key, d.texts())) for d in documents)
        self._pictures = _pages_with({i.url for i in d.images()} for d in documents)

    def cleaned(self, document: Document) -> Document:
        sizes = {**self._sizes, **_known(document)}
        shown = Counter(i.url for i in document.images())
        items = tuple(i for i in document.items if not self._furniture(i, sizes, shown))
        if len(items) == len(document.items):
            return document
        used = {i.sha256 for i in items if isinstance(i, ImageItem)}
        pictures = tuple(p for p in document.pictures if p.sha256 in used)
        return document.model_copy(update={"items": items, "pictures": pictures})

    def _furniture(self, item: Item, sizes: Sizes, shown: Counts) -> bool:
        if isinstance(item, TextItem):
            return self._common_text(item)
        size = sizes.get(item.url, (item.width, item.height))
        return is_symbol(item, size, shown[item.url]) or self._common_picture(item, size)

    def _common_text(self, item: TextItem) -> bool:
        if self._pages < FEWEST or item.role == "caption" or len(item.text) < SHORTEST:
            return False
        share = HEADING_SHARE if item.role == "heading" else MOST_SHARE
        return self._texts[_key(item)] > share * self._pages

    def _common_picture(self, item: ImageItem, size: tuple[int, int]) -> bool:
        """A source picture may stand in the figures of a hundred pages; a logo has no caption."""
        pages = self._pictures[item.url]
        if pages < RECURS:
            return False
        width, height = size
        small = 0 < width < SMALL and 0 < height < SMALL
        if self._pages >= FEWEST and pages > MANY_SHARE * self._pages:
            return small or not in_figure(item)
        banner = height > 0 and width / height > BANNER
        return (small or banner) and not in_figure(item)


def _pages_with(pages: Iterable[set[str]]) -> Counts:
    """How many pages hold each text or picture."""
    return Counter(key for page in pages for key in page)


def _key(item: TextItem) -> str:
    """A text without what changes from page to page: case and, in short lines, numbers."""
    text = item.text.casefold()
    return _DIGITS.sub("0", text) if len(text) <= 200 and item.role != "table" else text


def _known(document: Document) -> dict[str, tuple[int, int]]:
    """True sizes of the accepted pictures, by the URL that the items show."""
    found = {p.sha256: (p.width, p.height) for p in document.pictures}
    return {i.url: found[i.sha256] for i in document.images() if i.sha256 in found}


def in_figure(item: ImageItem) -> bool:
    """Whether the page gives it a caption (a title attribute alone is none)."""
    return bool(item.figure_caption or (item.caption and item.caption != item.title))


def is_symbol(item: ImageItem, size: tuple[int, int], shown: int = 1) -> bool:
    """Whether one page alone tells that the picture is no content.

    `size` is (0, 0) where it is unknown; `shown` is how often the page shows it.
    """
    longer, shorter = max(size), min(size)
    if longer and (longer <= ICON or 0 < shorter <= LINE):
        return True
    named = _SYMBOL.search(item.url.rpartition("/")[2]) or "logo" in item.alt.lower().split()
    if named and longer < SMALL:
        return True
    if shorter <= FORMULA and _FORMULA.search(item.url):
        return True
    if shown >= RECURS and 0 < longer < SMALL and not in_figure(item):
        return True
    return _leads_elsewhere(item) and 0 < longer <= SMALL


def _leads_elsewhere(item: ImageItem) -> bool:
    """A linked picture without words of its own, whose link is no picture and no page about it."""
    last = item.link.rpartition("/")[2]
    return bool(item.link) and not item.full_url and not in_figure(item) and ":" not in last
