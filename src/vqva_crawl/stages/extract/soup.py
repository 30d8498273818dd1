"""HTML by BeautifulSoup, where Lexbor gives up; loaded only then, as few runs meet such a page."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from vqva_crawl.stages.extract.hidden import hidden
from vqva_crawl.stages.extract.tree import DEEPEST, FRAMES, PICTURES, UNREAD, Element


def from_soup(html: str) -> Element:
    """The tree of a page; BeautifulSoup's built-in parser takes anything."""
    soup = BeautifulSoup(html, "html.parser")
    top = soup.html or soup
    return _copied(top, Element("html", _plain(top)), 0)


def _copied(tag: Tag, into: Element, depth: int) -> Element:
    for child in tag.children:
        if isinstance(child, Tag) and child.name not in UNREAD:
            element = Element(child.name, _plain(child), pictured=child.name in PICTURES)
            if not hidden(element.attributes):
                closed = depth >= DEEPEST or child.name in FRAMES
                into.add(element if closed else _copied(child, element, depth + 1))
        elif type(child) is NavigableString:
            into.add(str(child))
    return into


def _plain(tag: Tag) -> dict[str, str | None]:
    return {k: " ".join(v) if isinstance(v, list) else v for k, v in tag.attrs.items()}
