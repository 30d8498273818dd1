"""Pictures that a script would load later: placeholders, and their copies in <noscript>."""

from __future__ import annotations

from vqva_crawl.stages.extract.images import best
from vqva_crawl.stages.extract.tree import PICTURES, Element


def settle(root: Element) -> None:
    """Drops what shows nothing: placeholders, and <noscript> elements that add no picture.

    A <noscript> stays where it holds the real picture behind the placeholder beside it.
    """
    gone = [e for e in root.elements if e.tag in _SETTLED and _empty(e, root)]
    if gone:
        root.drop(gone)
    for element in root.elements:
        if element.pictured:
            settle(element)


_SETTLED = frozenset(("noscript", *PICTURES))


def _empty(element: Element, parent: Element) -> bool:
    if element.tag == "noscript":
        return not element.pictured or _repeats(element, parent)
    return parent.tag != "picture" and not best(element)


def _repeats(copy: Element, parent: Element) -> bool:
    """Whether the element before or after it shows a picture that has an address of its own."""
    place = parent.elements.index(copy)
    beside = parent.elements[max(place - 1, 0) : place] + parent.elements[place + 1 : place + 2]
    return any(_shows(element) for element in beside)


def _shows(element: Element) -> bool:
    # An element that holds more than the placeholder is another part of the page.
    if element.tag == "noscript" or not element.pictured or sum(1 for _ in element.walk()) > 6:
        return False
    sources = [e for e in element.walk() if e.tag == "source"]
    return any(best(img, sources) for img in element.pictures())
