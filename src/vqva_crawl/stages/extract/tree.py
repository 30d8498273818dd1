"""HTML -> a small tree of our own, without what no reader sees.

Everything after this works on `Element`s, whichever parser read the page: Lexbor, or BeautifulSoup
where Lexbor gives up.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode, SelectolaxError

from vqva_crawl.stages.extract import cues
from vqva_crawl.stages.extract.hidden import Attributes, faint, hidden, hiding_selectors

DEEPEST = 120  # levels kept; what nests deeper hangs on its ancestor there (real pages: under 60)

# Neither their text nor the pictures in them are part of what is read.
UNREAD = frozenset(
    "script style template embed svg canvas audio video select textarea datalist progress "
    "meter input applet noframes annotation annotation-xml rp".split()
)
# Pages of their own: the element is kept, as it names one, and nothing of what stands in it.
FRAMES = ("frame", "iframe")

PICTURES = ("img", "amp-img")
_APART = frozenset("br p div li dt dd td th tr h1 h2 h3 h4 h5 h6".split())


# Attributes beside the class that tell what is hidden, furniture or centred.
_TELLING = frozenset(("hidden", "aria-hidden", "style", "role", "id", "align"))


class Element:
    """An HTML element: its tag in lower case, its attributes, its children in order.

    `cues` are the telling words in its class; `plain` tells that no attribute changes how it is
    read, its tag alone does; `pictured`, that an <img> stands at or below it.
    """

    __slots__ = ("attributes", "children", "cues", "pictured", "plain", "tag")

    def __init__(self, tag: str, attributes: dict[str, str | None], pictured: bool = False) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []
        self.pictured = pictured
        self.cues = cues.NONE
        self.plain = True
        if attributes:
            if names := attributes.get("class"):
                self.cues = cues.cues(names)
            self.plain = not self.cues and _TELLING.isdisjoint(attributes)

    def add(self, child: Element | str) -> None:
        self.children.append(child)
        if not isinstance(child, str):
            self.pictured = self.pictured or child.pictured

    def drop(self, gone: Collection[Element]) -> None:
        """Removes children by identity."""
        self.children = [c for c in self.children if isinstance(c, str) or c not in gone]

    @property
    def elements(self) -> list[Element]:
        """The children that are elements."""
        return [c for c in self.children if not isinstance(c, str)]

    def get(self, name: str) -> str:
        """An attribute's value, "" when it is missing or empty."""
        return self.attributes.get(name) or ""

    def walk(self) -> list[Element]:
        """This element and all below it, in document order."""
        found: list[Element] = []
        self._walk(found)
        return found

    def _walk(self, found: list[Element]) -> None:
        found.append(self)
        for child in self.children:
            if not isinstance(child, str):
                child._walk(found)

    def pictures(self) -> list[Element]:
        """The <img> elements at or below it."""
        return [e for e in self.walk() if e.tag in PICTURES] if self.pictured else []

    def text(self) -> str:
        """All text at and below this element, whitespace normalised."""
        found: list[str] = []
        self._strings(found)
        return squeeze("".join(found))

    def _strings(self, found: list[str]) -> None:
        for child in self.children:
            if isinstance(child, str):
                found.append(child)
            else:
                child._strings(found)
                if child.tag in _APART:
                    found.append(" ")


_INVISIBLE = "\u00ad\u200b\u200c\u2060\ufeff\x00"


def squeeze(text: str) -> str:
    """Runs of whitespace become one space; soft hyphens and zero-width marks go."""
    text = " ".join(text.split())
    if text.isascii():
        return text
    for mark in _INVISIBLE:  # many times faster than str.translate
        text = text.replace(mark, "")
    return text.strip()


_SAYS = re.compile(r"[^\W_]")


def says(text: str) -> bool:
    """Whether the text has a letter or a digit."""
    return text[:1].isalnum() or _SAYS.search(text) is not None


def parse(html: str) -> list[Element]:
    """The page as a tree: all its elements in document order, <html> first."""
    try:
        parser = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS)
        root = parser.root
    except (SelectolaxError, RuntimeError, UnicodeError):
        root = None
    if root is None:
        from vqva_crawl.stages.extract.soup import from_soup

        return from_soup(html).walk()
    if "<style" not in html:
        return _from_lexbor(root, frozenset())
    styles = "".join(n.text() for n in parser.css("style") if not _in_noscript(n))
    return _from_lexbor(root, hiding_selectors(styles))


def _in_noscript(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag == "noscript"


def _from_lexbor(root: LexborNode, hiding: frozenset[str]) -> list[Element]:
    """Copies what can be seen, in one pass down the document and without recursion."""
    here = Element("html", root.attributes)
    copied = [here]
    above: list[Element] = []  # the parents of `here`
    node: LexborNode | None = root.first_child
    while node is not None:
        tag = node.tag or "-"
        below = None
        if tag == "-text":
            here.children.append(node.text_content or "")
        elif tag not in UNREAD and tag[0] != "-":
            element = Element(tag, node.attributes)
            telling = not element.plain or (hiding and element.attributes)
            if not (telling and _unseen(node, element.attributes, hiding)):
                here.children.append(element)
                copied.append(element)
                if tag in PICTURES:
                    element.pictured = here.pictured = True
                below = node.first_child if tag not in FRAMES else None
                if below is not None:
                    above.append(here)
                    here = element if len(above) < DEEPEST else here
        if below is None:
            below = node.next
            while below is None and above:
                inner, here = here, above.pop()
                here.pictured = here.pictured or inner.pictured
                node = node.parent  # type: ignore[union-attr]
                below = node.next  # type: ignore[union-attr]
        node = below
    return copied


def _unseen(node: LexborNode, attributes: Attributes, hiding: frozenset[str]) -> bool:
    if hidden(attributes):
        return True
    if not faint(attributes, hiding):
        return False
    return node.tag != "img" and node.css_first("img") is None
