"""Pictures that a script would load later: placeholders, and their copies in <noscript>."""

from __future__ import annotations

from collections.abc import Sequence

from vqva_crawl.stages.extract.images import best
from vqva_crawl.stages.extract.tree import PICTURES, Element

_SETTLED = frozenset(("noscript", *PICTURES))


def settle(elements: Sequence[Element]) -> None:
    """Drops what shows nothing: placeholders, and <noscript> elements that add no picture.

    A <noscript> stays where it holds the real picture behind the placeholder beside it.
    `elements` are all of the page, in document order.
    """
    if not any(map(_doubtful, [e for e in elements if e.tag in _SETTLED])):
        return
    for parent in elements:
        if parent.pictured:
            inside = parent.elements
            gone = [e for e in inside if _doubtful(e) and _empty(e, inside, parent.tag)]
            if gone:
                parent.drop(gone)


def _doubtful(element: Element) -> bool:
    return element.tag == "noscript" or (element.tag in PICTURES and not best(element))


def _empty(element: Element, siblings: list[Element], parent: str) -> bool:
    if element.tag == "noscript":
        return not element.pictured or _repeats(element, siblings)
    return parent != "picture"


def _repeats(copy: Element, siblings: list[Element]) -> bool:
    """Whether the element before or after it shows a picture that has an address of its own."""
    place = siblings.index(copy)
    beside = siblings[max(place - 1, 0) : place] + siblings[place + 1 : place + 2]
    return any(_shows(element) for element in beside)


def _shows(element: Element) -> bool:
    # An element that holds more than the placeholder is another part of the page.
    if element.tag == "noscript" or not element.pictured or len(element.walk()) > 6:
        return False
    sources = [e for e in element.walk() if e.tag == "source"]
    return any(best(img, sources) for img in element.pictures())
