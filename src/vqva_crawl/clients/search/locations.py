"""The URLs that one sitemap names (sitemaps.org), read in time linear in its length.

A sitemap is XML, a text of a URL a line, or a feed: RSS, or Atom.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice

from vqva_crawl.urls import join

MOST_URLS = 50_000  # of one sitemap, as the protocol has it
LONGEST = 4_096  # bytes of one location; the protocol has URLs under 2,048 characters
_ROOT = re.compile(rb"<([A-Za-z][\w.-]{0,40}:)?(urlset|sitemapindex|rss|RDF|feed)[\s>]")
_LINE = re.compile(rb"^[ \t]*(https?://\S{1,%d})[ \t]*\r?$" % LONGEST, re.MULTILINE | re.IGNORECASE)
_LINK = re.compile(rb"<(?:[A-Za-z][\w.-]{0,40}:)?link\s([^<>]{1,%d})>" % LONGEST)
_ATTRIBUTE = re.compile(rb"""(\w{1,20})\s?=\s?(?:"([^"]*)"|'([^']*)')""")
_BOM = b"\xef\xbb\xbf"
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});")  # XML's


def is_index(body: bytes) -> bool:
    """Whether a sitemap lists other sitemaps, not pages."""
    return _root(body)[1] == b"sitemapindex"


def is_sitemap(body: bytes) -> bool:
    """Whether a text says that it is a sitemap or an index of them; one without markup does not."""
    return _root(body)[1] != b""


def locations(body: bytes, base: str) -> list[str]:
    """The first MOST_URLS http(s) URLs of a sitemap or of an index of them, none twice.

    Those in `<loc>` elements or in a feed's links, made absolute against `base`; of a text without
    markup the lines.
    """
    found = islice(_said(body), MOST_URLS)
    return [url for url in dict.fromkeys(join(base, said) for said in found if said) if url]


def _root(body: bytes) -> tuple[bytes, bytes]:
    """The prefix and the name of the element that holds it all; empty where none is known."""
    found = _ROOT.search(body)
    return (found[1] or b"", found[2]) if found else (b"", b"")


def _said(body: bytes) -> Iterator[str]:
    prefix, name = _root(body)
    if name == b"feed":
        return _links(body)
    if name in (b"rss", b"RDF"):
        return _elements(body, b"link")
    return _elements(body, prefix + b"loc") if b"<" in body else _lines(body)


def _elements(body: bytes, name: bytes) -> Iterator[str]:
    """What elements of a name hold: from each end, the nearest beginning is looked for."""
    start, finish = b"<" + name, b"</" + name
    begin = 0
    while (end := body.find(finish, begin)) >= 0:
        opened = body.rfind(start, max(begin, end - LONGEST), end)
        tag, closed, said = body[max(opened, begin) : end].partition(b">")
        whole = opened >= 0 and closed and tag.split()[0] == start
        yield _text(said) if whole else ""
        begin = end + 1


def _links(body: bytes) -> Iterator[str]:
    """The pages of an Atom feed's entries: links that say no other relation (RFC 4287, 4.2.7)."""
    for link in _LINK.finditer(body):
        said = {name: one or other for name, one, other in _ATTRIBUTE.findall(link[1])}
        page = said.get(b"rel", b"alternate") == b"alternate"
        yield _text(said.get(b"href", b"")) if page else ""


def _text(said: bytes) -> str:
    text = said.decode("utf-8", "replace").strip()
    if text.startswith(_CDATA) and text.endswith(_CDATA_END):
        return text[len(_CDATA) : -len(_CDATA_END)].strip()
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


def _lines(body: bytes) -> Iterator[str]:
    for line in _LINE.finditer(body.removeprefix(_BOM)):
        yield line[1].decode("utf-8", "replace")
