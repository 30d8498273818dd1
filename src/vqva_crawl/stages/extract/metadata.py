"""What a page says of itself: title, address, language, licence, robots rules, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from vqva_crawl.stages.extract.images import path_of
from vqva_crawl.stages.extract.tree import Element

Absolute = Callable[[str], str]

_LANGUAGE = re.compile(r"\s*([a-z]{2})(?:$|[-_,;\s])", re.IGNORECASE)
_LICENCE_NAMES = ("dcterms.license", "dc.license", "dcterms.rights", "dc.rights", "license")
_NOT_A_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|tiff?|avif|pdf|ps|eps"
    r"|zip|gz|tgz|bz2|xz|7z|rar|tar|deb|rpm|exe|dmg|iso|mp[34]|ogg|ogv|wav|webm|avi|mov|css|js|json|xml|rss|atom|csv|xlsx?|docx?|pptx?|odt|txt|epub)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Head:
    """The elements that describe the page, gathered in one walk."""

    language: str = ""
    base: str = ""
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # of level 1
    metas: list[tuple[str, str]] = field(default_factory=list)  # (name in lower case, content)
    links: list[tuple[set[str], str]] = field(default_factory=list)  # (rel words, href)
    anchors: list[tuple[set[str], str]] = field(default_factory=list)
    mains: list[Element] = field(default_factory=list)
    of_pictures: set[str] = field(default_factory=set)  # licences stated inside figures

    def meta(self, *names: str) -> str:
        """The first content of any of these names, in the order of the names."""
        return next((c for name in names for n, c in self.metas if n == name and c), "")

    def nofollow(self) -> bool:
        """Whether the page asks that none of its links be followed."""
        said = " ".join(content.lower() for name, content in self.metas if name == "robots")
        return not {"nofollow", "none"}.isdisjoint(re.split(r"[,\s]+", said))


def gather(root: Element) -> Head:
    """The page's head and its links."""
    head = Head(language=root.get("lang") or root.get("xml:lang"))
    for element in root.walk():
        note = _NOTES.get(element.tag)
        if note:
            note(head, element)
    return head


def _anchor(head: Head, element: Element) -> None:
    if href := element.get("href"):
        head.anchors.append((set(element.get("rel").lower().split()), href))


def _link(head: Head, element: Element) -> None:
    head.links.append((set(element.get("rel").lower().split()), element.get("href")))


def _meta(head: Head, element: Element) -> None:
    name = element.get("name") or element.get("property") or element.get("http-equiv")
    head.metas.append((name.strip().lower(), element.get("content").strip()))


def _figure(head: Head, element: Element) -> None:
    # Licences stated in a figure are its picture's, not the page's.
    head.of_pictures.update(
        e.get("href") for e in element.walk() if e.tag == "a" and "license" in e.get("rel")
    )


def _main(head: Head, element: Element) -> None:
    if element.tag == "main" or element.attributes.get("role") == "main":
        head.mains.append(element)


def _base(head: Head, element: Element) -> None:
    head.base = head.base or element.get("href")


_NOTES: dict[str, Callable[[Head, Element], None]] = {
    "a": _anchor,
    "area": _anchor,
    "link": _link,
    "meta": _meta,
    "figure": _figure,
    "base": _base,
    "main": _main,
    "div": _main,
    "section": _main,
    "h1": lambda head, element: head.headings.append(element.text()),
    "title": lambda head, element: head.titles.append(element.text()),
}


def title(head: Head) -> str:
    """og:title, else the page's only h1, else <title> (several h1 are sections)."""
    only = head.headings[0] if len(head.headings) == 1 else ""
    first = next(filter(None, head.titles), "")
    return " ".join((head.meta("og:title") or only or first).split())


def language(head: Head) -> str:
    """The declared ISO 639-1 code, "" when none is declared."""
    names = ("content-language", "language", "dc.language", "dcterms.language", "og:locale")
    for value in (head.language, *(head.meta(name) for name in names)):
        if match := _LANGUAGE.match(value):
            return match[1].lower()
    return ""


def canonical(head: Head, absolute: Absolute) -> str:
    return next((absolute(href) for rel, href in head.links if "canonical" in rel and href), "")


def licence(head: Head, link_licence: str, absolute: Absolute) -> tuple[str, str]:
    """(licence, where it was stated), ("", "") when the page states none."""
    for rel, href in (*head.links, *head.anchors):
        if "license" in rel and href and href not in head.of_pictures and (url := absolute(href)):
            return url, "rel=license"
    for name in _LICENCE_NAMES:
        if value := head.meta(name):
            return " ".join(value.split()), f"meta {name}"
    return (link_licence, "header Link") if link_licence else ("", "")


def links(head: Head, absolute: Absolute) -> tuple[str, ...]:
    """The pages that may be followed, absolute, without fragments, each once, in order."""
    return () if head.nofollow() else tuple(dict.fromkeys(_followed(head, absolute)))


def _followed(head: Head, absolute: Absolute) -> Iterator[str]:
    for rel, href in head.anchors:
        reference = href.partition("#")[0].strip()
        if "nofollow" in rel or not reference or _NOT_A_PAGE.search(path_of(reference)):
            continue
        if url := absolute(reference):
            yield url
