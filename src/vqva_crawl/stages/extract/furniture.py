"""What stands around the content of a page: navigation, footers, sidebars, notices."""

from __future__ import annotations

from collections.abc import Sequence

from vqva_crawl.stages.extract.cues import HEAVY, LIGHT, SECTION, cues
from vqva_crawl.stages.extract.tree import PICTURES, Element

ROLES = frozenset(
    "navigation banner contentinfo search menu menubar toolbar tablist dialog alertdialog "
    "doc-toc doc-index complementary".split()
)
WORDS_OF_ITS_OWN = 300  # characters outside links; a picture outside links counts as
PICTURE_WORTH = 200
MOST = 0.4  # of the page's text

LANDMARKS = frozenset(("nav", "header", "footer", "aside"))
_CUED = frozenset("div section ul ol dl table td p span form menu center tr address".split())
_NEVER = frozenset(("main", "article", "h1"))
_CONTENT_ROLES = frozenset(("main", "article", "figure"))


class Furniture:
    """Tells the furniture of one page. `body` is the whole page, for the share of its text."""

    def __init__(self, body: Element) -> None:
        self._body = body
        self._length = -1

    def __call__(self, element: Element, in_article: bool) -> bool:
        """Whether the element, with all that is in it, is left out of the items."""
        tag = element.tag
        if tag in LANDMARKS:
            return self._landmark(element, in_article)
        if not element.attributes:
            return False
        role = element.attributes.get("role")
        if role in ROLES:
            return not (role in ("banner", "complementary") and in_article)
        return tag in _CUED and self._cued(element)

    def _landmark(self, element: Element, in_article: bool) -> bool:
        tag = element.tag
        if tag == "nav":
            return True
        # Inside an article these hold its title and its notes.
        if in_article and tag != "footer":
            return self._cued(element)
        if tag == "header" and any(e.tag == "h1" for e in element.walk()):
            return False
        return not self._most_of_page(element)

    def _cued(self, element: Element) -> bool:
        names = _cues(element)
        light, heavy = not LIGHT.isdisjoint(names), not HEAVY.isdisjoint(names)
        if not (light or heavy) or _holds_content(element):
            return False
        if heavy and not self._most_of_page(element):
            return True
        return light and plain_text(element) <= WORDS_OF_ITS_OWN

    def _most_of_page(self, element: Element) -> bool:
        if self._length < 0:
            self._length = len(self._body.text())
        return len(element.text()) > MOST * self._length


def _cues(element: Element) -> frozenset[str]:
    # Generators make a section's id from its heading: there "navigation" is a subject.
    names = element.cues
    if element.tag == "section" or not SECTION.isdisjoint(names):
        return names
    name = element.attributes.get("id")
    return names | cues(name) if name else names


def _holds_content(element: Element) -> bool:
    inside = element.walk()
    if not _NEVER.isdisjoint([e.tag for e in inside]):
        return True
    return not _CONTENT_ROLES.isdisjoint([e.attributes.get("role") for e in inside])


def plain_text(element: Element) -> int:
    """Characters of text outside links, pictures counted too."""
    length = 0
    for child in element.children:
        if isinstance(child, str):
            length += len(child.strip())
        elif child.tag in PICTURES:
            length += PICTURE_WORTH
        elif child.tag != "a":
            length += plain_text(child)
    return length


def main_content(body: Element, mains: Sequence[Element]) -> Element:
    """The page's one <main> when it holds most of the text, else the whole body."""
    if len(mains) == 1 and len(mains[0].text()) > MOST * len(body.text()):
        return mains[0]
    return body
