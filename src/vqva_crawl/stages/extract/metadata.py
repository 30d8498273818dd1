"""What a page says of itself: title, address, language, licence, robots rules, links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from vqva_crawl.clients.plain import quiet
from vqva_crawl.stages.extract.cues import NONE
from vqva_crawl.stages.extract.images import path_of
from vqva_crawl.stages.extract.tree import Element

Absolute = Callable[[str], str]

_LANGUAGE = re.compile(r"\s*([a-z]{2})(?:$|[-_,;\s])", re.IGNORECASE)
_REFRESH = re.compile(r"\s*[\d.]+(?:\s*[;,]|\s)\s*(?:url\s*=)?(.*)", re.I | re.DOTALL)
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
    said: dict[str, str] = field(default_factory=dict)  # the first content of each name
    links: list[tuple[frozenset[str], str]] = field(default_factory=list)  # (rel words, href)
    anchors: list[tuple[frozenset[str], str]] = field(default_factory=list)  # frames too
    refreshes: list[str] = field(default_factory=list)  # where the page leads on by itself
    mains: list[Element] = field(default_factory=list)
    of_pictures: set[str] = field(default_factory=set)  # licences stated inside figures

    def meta(self, *names: str) -> str:
        """The first content of any of these names, in the order of the names."""
        return next((self.said[name] for name in names if name in self.said), "")

    def nofollow(self) -> bool:
        """Whether the page asks that none of its links be followed."""
        said = " ".join(content.lower() for name, content in self.metas if name == "robots")
        return not {"nofollow", "none"}.isdisjoint(re.split(r"[,\s]+", said))


def gather(elements: list[Element]) -> Head:
    """The page's head and its links, from all its elements in document order."""
    html = elements[0]
    head = Head(language=html.get("lang") or html.get("xml:lang"))
    for element in elements:
        note = _NOTES.get(element.tag)
        if note:
            note(head, element)
    return head


def _anchor(head: Head, element: Element) -> None:
    if href := element.attributes.get("href"):
        head.anchors.append((_rel(element), href))


def _frame(head: Head, element: Element) -> None:
    if src := element.attributes.get("src"):
        head.anchors.append((NONE, src))


def _link(head: Head, element: Element) -> None:
    head.links.append((_rel(element), element.get("href")))


def _rel(element: Element) -> frozenset[str]:
    value = element.attributes.get("rel")
    return frozenset(value.lower().split()) if value else NONE


def _meta(head: Head, element: Element) -> None:
    given = filter(None, map(element.get, ("name", "property", "http-equiv")))
    names = [name.strip().lower() for name in given] or [""]
    content = element.get("content").strip()
    head.metas += [(name, content) for name in names]  # an opt-out may hide behind another name
    if content:
        head.said.setdefault(names[0], content)
    if "refresh" in names and (url := refreshed(content)):
        head.refreshes.append(url)


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
    "frame": _frame,
    "iframe": _frame,
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
    return " ".join(quiet(head.meta("og:title") or only or first).split())


def language(head: Head) -> str:
    """The declared ISO 639-1 code, "" when none is declared."""
    names = ("content-language", "language", "dc.language", "dcterms.language", "og:locale")
    for value in (head.language, *(head.meta(name) for name in names)):
        if match := _LANGUAGE.match(value):
            return match[1].lower()
    return ""


def canonical(head: Head, absolute: Absolute) -> str:
    return next((absolute(href) for rel, href in head.links if "canonical" in rel and href), "")


def licence(head: Head, link_licence: str, structured: str, absolute: Absolute) -> tuple[str, str]:
    """(licence, where it was stated), ("", "") when the page states none.

    `link_licence` is that of the Link header, `structured` that of the page's JSON-LD.
    """
    for rel, href in (*head.links, *head.anchors):
        if "license" in rel and href and href not in head.of_pictures and (url := absolute(href)):
            return url, "rel=license"
    for name in _LICENCE_NAMES:
        if value := head.meta(name):
            return " ".join(quiet(value).split()), f"meta {name}"
    if structured:
        return structured, "JSON-LD license"
    return (quiet(link_licence), "header Link") if link_licence else ("", "")


def refreshed(value: str) -> str:
    """The URL in the value of a refresh, as of a Refresh header, "" where it names none.

    From the HTML Standard, "shared declarative refresh steps".
    """
    found = _REFRESH.match(value)
    if not found:
        return ""
    url = found[1].strip()
    return url[1:].partition(url[0])[0] if url.startswith(("'", '"')) else url


def links(head: Head, absolute: Absolute, own: str) -> tuple[str, ...]:
    """The pages that may be followed, absolute, without fragments, each once, in order.

    Those that the page refreshes to come first; one that refreshes to itself, `own`, only reloads.
    """
    if head.nofollow():
        return ()
    itself = absolute(own.partition("#")[0])
    bare = (url.partition("#")[0] for url in head.refreshes)
    led = [(NONE, url) for url in bare if absolute(url) != itself]
    pages: dict[str, str] = {}  # by the reference as written
    for rel, href in (*led, *head.anchors):
        reference = href.partition("#")[0].strip()
        if reference and reference not in pages and "nofollow" not in rel:
            is_page = not _NOT_A_PAGE.search(path_of(reference))
            pages[reference] = absolute(reference) if is_page else ""
    return tuple(filter(None, dict.fromkeys(pages.values())))
