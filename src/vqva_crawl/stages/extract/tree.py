"""HTML -> a small tree of our own, without what no reader sees.

Everything after this works on `Element`s, whichever parser read the page: Lexbor, or BeautifulSoup
where Lexbor gives up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode, SelectolaxError

from vqva_crawl.stages.extract.hidden import Attributes, faint, hidden, hiding_selectors

DEEPEST = 120  # levels kept; what nests deeper hangs on its ancestor there (real pages: under 60)

# Neither their text nor the pictures in them are part of what is read.
UNREAD = frozenset(
    "script style template iframe embed svg canvas audio video select textarea datalist progress "
    "meter input applet frameset annotation annotation-xml rp".split()
)

PICTURES = ("img", "amp-img")
_APART = frozenset("br p div li dt dd td th tr h1 h2 h3 h4 h5 h6".split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(slots=True, eq=False)
class Element:
    """An HTML element: its tag in lower case, its attributes, its children in order.

    `elements` are the children that are elements; `pictured` tells that an <img> stands at or
    below it.
    """

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    pictured: bool = False

    def add(self, child: Element | str) -> None:
        self.children.append(child)
        if not isinstance(child, str):
            self.elements.append(child)
            self.pictured = self.pictured or child.pictured

    def drop(self, gone: Collection[Element]) -> None:
        """Removes children by identity."""
        self.elements = [e for e in self.elements if e not in gone]
        self.children = [c for c in self.children if isinstance(c, str) or c not in gone]

    def get(self, name: str) -> str:
        """An attribute's value, "" when it is missing or empty."""
        return self.attributes.get(name) or ""

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        stack: list[Element] = [self]
        while stack:
            element = stack.pop()
            yield element
            if element.elements:
                stack += element.elements[::-1]

    def pictures(self) -> list[Element]:
        """The <img> elements at or below it."""
        return [e for e in self.walk() if e.tag in PICTURES] if self.pictured else []

    def strings(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.strings()
                if child.tag in _APART:
                    yield " "

    def text(self) -> str:
        """All text at and below this element, whitespace normalised."""
        return squeeze("".join(self.strings()))

    def cues(self, name: str = "class") -> frozenset[str]:
        """The words of its class or id, whole tokens and their parts.

        `class="navHeader wp-caption"` -> navheader, nav, header, wp-caption, wp, caption.
        """
        value = self.attributes.get(name)
        return _words(value) if value else _NONE


_NONE: frozenset[str] = frozenset()


@lru_cache(4096)
def _words(value: str) -> frozenset[str]:
    tokens = value.split()[:40]
    parts = (word for token in tokens for word in _WORD.findall(token))
    return frozenset(word.lower() for word in (*tokens, *parts))


_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u2060\ufeff\x00"))


def squeeze(text: str) -> str:
    """Runs of whitespace become one space; soft hyphens and zero-width marks go."""
    text = " ".join(text.split())
    return text if text.isascii() else text.translate(_INVISIBLE).strip()


_SAYS = re.compile(r"[^\W_]")


def says(text: str) -> bool:
    """Whether the text has a letter or a digit."""
    return _SAYS.search(text) is not None


def parse(html: str) -> Element:
    """The page as a tree, from <html> down."""
    try:
        parser = LexborHTMLParser(html, options=LexborDocumentOptions.WO_EVENTS)
        root = parser.root
    except (SelectolaxError, RuntimeError, UnicodeError):
        root = None
    if root is None:
        return _from_soup(html)
    if "<style" not in html:
        return _from_lexbor(root, frozenset())
    styles = "".join(n.text() for n in parser.css("style") if not _in_noscript(n))
    return _from_lexbor(root, hiding_selectors(styles))


def _in_noscript(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag == "noscript"


def _from_lexbor(root: LexborNode, hiding: frozenset[str]) -> Element:
    """Copies what can be seen, in one pass down the document and without recursion."""
    here = top = Element("html", root.attributes)
    above: list[Element] = []  # the parents of `here`
    node: LexborNode | None = root.first_child
    while node is not None:
        below = None
        tag = node.tag or "-"
        if tag == "-text":
            here.children.append(node.text_content or "")
        elif tag[0] != "-" and tag not in UNREAD:
            element = Element(tag, node.attributes)
            if not (element.attributes and _unseen(node, element.attributes, hiding)):
                here.children.append(element)
                here.elements.append(element)
                if tag in PICTURES:
                    _mark([*above, here, element])
                below = node.first_child
                if below is not None:
                    above.append(here)
                    here = element if len(above) < DEEPEST else here
        if below is None:
            below = node.next
            while below is None and above:
                here = above.pop()
                node = node.parent  # type: ignore[union-attr]
                below = node.next  # type: ignore[union-attr]
        node = below
    return top


def _mark(line: list[Element]) -> None:
    """Notes a picture in itself and in all that stand around it."""
    for element in reversed(line):
        if element.pictured:
            break
        element.pictured = True


def _unseen(node: LexborNode, attributes: Attributes, hiding: frozenset[str]) -> bool:
    if hidden(attributes):
        return True
    if not hiding and "style" not in attributes:
        return False
    return faint(attributes, hiding) and node.tag != "img" and node.css_first("img") is None


def _from_soup(html: str) -> Element:
    """The same from BeautifulSoup, whose built-in parser takes anything."""
    soup = BeautifulSoup(html, "html.parser")
    top = soup.html or soup
    return _copied(top, Element("html", _plain(top)), 0)


def _copied(tag: Tag, into: Element, depth: int) -> Element:
    for child in tag.children:
        if isinstance(child, Tag) and child.name not in UNREAD:
            element = Element(child.name, _plain(child), pictured=child.name in PICTURES)
            if not hidden(element.attributes):
                into.add(_copied(child, element, depth + 1) if depth < DEEPEST else element)
        elif type(child) is NavigableString:
            into.add(str(child))
    return into


def _plain(tag: Tag) -> dict[str, str | None]:
    return {k: " ".join(v) if isinstance(v, list) else v for k, v in tag.attrs.items()}
