"""The URLs that one sitemap names (sitemaps.org), read in time linear in its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import unescape

from vqva_crawl.urls import join

MOST_URLS = 50_000  # of one sitemap, as the protocol has it
LONGEST = 4_096  # bytes of one location; the protocol has URLs under 2,048 characters
_LINE = re.compile(rb"^[ \t]*(https?://\S{1,%d})[ \t]*\r?$" % LONGEST, re.MULTILINE | re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


def is_index(body: bytes) -> bool:
    """Whether a sitemap lists other sitemaps, not pages."""
    return b"<sitemapindex" in body


def is_sitemap(body: bytes) -> bool:
    """Whether a text says that it is a sitemap or an index of them; one without markup does not."""
    return b"<urlset" in body or is_index(body)


def locations(body: bytes, base: str) -> list[str]:
    """The first MOST_URLS http(s) URLs of a sitemap or of an index of them, none twice.

    Those in `<loc>` elements, made absolute against `base`; of a text without markup the lines.
    """
    found = _elements(body) if b"<" in body else _lines(body)
    return [url for url in dict.fromkeys(join(base, said) for said in found if said) if url]


def _elements(body: bytes) -> Iterator[str]:
    """What `<loc>` elements hold: from each end, the nearest beginning is looked for."""
    begin = 0
    for _ in range(MOST_URLS):
        end = body.find(b"</loc", begin)
        if end < 0:
            return
        opened = body.rfind(b"<loc", max(begin, end - LONGEST), end)
        if opened >= 0:
            tag, closed, said = body[opened:end].partition(b">")
            if closed and tag.split()[0] == b"<loc":
                yield _text(said)
        begin = end + 1


def _text(said: bytes) -> str:
    text = said.decode("utf-8", "replace").strip()
    if text.startswith(_CDATA) and text.endswith(_CDATA_END):
        return text[len(_CDATA) : -len(_CDATA_END)].strip()
    return unescape(text, _ENTITIES)


def _lines(body: bytes) -> Iterator[str]:
    found = _LINE.finditer(body.removeprefix(_BOM))
    for _, line in zip(range(MOST_URLS), found, strict=False):
        yield line[1].decode("utf-8", "replace")
