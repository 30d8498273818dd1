"""Figures: which elements are one, and which of its captions belongs to which picture.

A caption belongs to the pictures of the nearest element around it that holds any: to that picture
alone where it is one, else to the group; captions that alternate with pictures pair off in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from vqva_crawl.stages.extract import cues
from vqva_crawl.stages.extract.parts import parts
from vqva_crawl.stages.extract.tree import PICTURES, Element, says, squeeze

_CAN_BE_FIGURE = frozenset("div span p dl center section li a td".split())
_LARGER = frozenset(("figure", "article", "main", "h1"))  # never inside one
MOST_PICTURES = 24  # more of them, and the element is a gallery or a page
MOST_WORDS = 400  # characters beside the captions; more, and it is a section that shares the name


@dataclass(slots=True)
class Caption:
    own: str = ""
    figure: str = ""


@dataclass(slots=True)
class Figure:
    """The captions of one figure: by the identity of its <img> elements, and where they stand."""

    captions: dict[int, Caption] = field(default_factory=dict)
    elements: set[int] = field(default_factory=set)  # identities of the elements that are captions
    loose: bool = False  # no element is marked as a caption: all text in the figure is one
    licence: str = ""  # the link that states one for its pictures


def figure(element: Element) -> Figure | None:
    """The element as a figure, None when it is none."""
    if not element.pictured:
        return None
    named = element.tag in _CAN_BE_FIGURE and not cues.FIGURE.isdisjoint(element.cues)
    if not named and element.tag != "figure":
        return None
    inside = element.walk()
    if element.tag != "figure" and not _LARGER.isdisjoint([e.tag for e in inside]):
        return None
    found = [e for e in inside if e.tag in PICTURES]
    if not 0 < len(found) <= MOST_PICTURES:
        return None
    result = Figure({id(img): Caption() for img in found}, licence=_licence(inside))
    _Scan(result).scan(element)
    beside = _loose_length(element, result)
    if beside > MOST_WORDS and element.tag != "figure":
        return None
    if not result.elements and beside <= MOST_WORDS:
        result.loose = True
        if beside:
            _Scan(result, loose=True).scan(element)
    _finish(result, found)
    return result


def _licence(inside: list[Element]) -> str:
    links = (e for e in inside if e.tag == "a" and "license" in e.get("rel").lower().split())
    return next((link.get("href") for link in links), "")


def is_caption(element: Element) -> bool:
    """Whether it is marked as a caption and holds no picture itself."""
    if element.pictured:
        return False
    return element.tag == "figcaption" or not cues.CAPTION.isdisjoint(element.cues)


def _is_title(element: Element) -> bool:
    """DocBook's `<p class="title">`, over or under the pictures; only inside a figure."""
    if element.pictured or element.tag not in ("p", "div", "span"):
        return False
    return not cues.TITLE.isdisjoint(element.cues)


class _Scan:
    """One walk through a figure that hands each caption to the nearest element with pictures."""

    def __init__(self, result: Figure, loose: bool = False) -> None:
        self.result = result
        self.loose = loose

    def scan(self, element: Element) -> tuple[list[Element], list[str]]:
        """(the pictures in it, the captions in it that still look for theirs)."""
        found: list[Element] = []  # a caption never waits where there are pictures
        waiting: list[str] = []
        order: list[str] = []  # "i" a group of pictures without caption, "c" a caption
        for child in element.children:
            images, texts = self._child(child)
            order += ["i"] * len(images) + ["c"] * len(texts)
            found += images
            waiting += texts
        if found and waiting:
            self._settle(found, waiting, order)
            waiting = []
        return found, waiting

    def _child(self, child: Element | str) -> tuple[list[Element], list[str]]:
        if isinstance(child, str):
            return [], [squeeze(child)] if self.loose and says(child) else []
        if child.tag in PICTURES:
            return [child], []
        if is_caption(child) or _is_title(child) or (self.loose and not child.pictured):
            text = child.text()
            if not says(text):
                return [], []
            self.result.elements.add(id(child))
            return [], [text]
        return self.scan(child)

    def _settle(self, found: list[Element], texts: list[str], order: list[str]) -> None:
        captions = [self.result.captions[id(img)] for img in found]
        free = [c for c in captions if not c.own]
        if len(texts) == len(found) == len(free) > 1 and _alternate(order):
            for caption, text in zip(captions, texts, strict=True):
                caption.own = text
            return
        text = " ".join(texts)
        if len(found) == 1 and free:
            captions[0].own = text
        else:
            for caption in captions:
                # The inner group's words first, then those of the whole figure.
                caption.figure = f"{caption.figure} {text}".strip()


def _alternate(order: list[str]) -> bool:
    return all(a != b for a, b in pairwise(order))


def _loose_length(element: Element, result: Figure) -> int:
    if id(element) in result.elements:
        return 0
    return sum(
        len(c.strip()) if isinstance(c, str) else _loose_length(c, result) for c in element.children
    )


def _finish(result: Figure, found: list[Element]) -> None:
    """A lone picture's caption is its figure's too; parts (a), (b) go to their pictures."""
    captions = [result.captions[id(img)] for img in found]
    if len(captions) == 1:
        captions[0].own = captions[0].own or captions[0].figure
        captions[0].figure = captions[0].figure or captions[0].own
        return
    over = {c.figure for c in captions}
    if len(over) == 1 and not any(c.own for c in captions):
        for caption, text in zip(captions, parts(over.pop(), len(captions)), strict=False):
            caption.own = text
