"""Sitemaps (sitemaps.org): which pages a site names by itself."""

from __future__ import annotations

import re
from xml.sax.saxutils import unescape

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.robotstxt import decode, lines
from vqva_crawl.errors import FetchError
from vqva_crawl.urls import join

MOST = 50  # sitemaps read of one site
_LOC = re.compile(r"<loc>\s*(?:<!\[CDATA\[(.*?)\]\]>|(.*?))\s*</loc>", re.DOTALL)
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


async def pages(fetcher: Fetcher, url: str) -> list[str]:
    """The absolute URLs of the pages that the sitemaps of the URL's origin name, none twice.

    Those that robots.txt names, else `/sitemap.xml`, and what an index among them leads to; the
    fetcher unpacks compressed ones. What cannot be had is left out: links will do.
    """
    queue = await named(fetcher, url) or [join(url, "/sitemap.xml")]
    found: dict[str, None] = {}
    for place in queue:
        text = (await _body(fetcher, place)).decode("utf-8-sig", "replace")
        urls = [u for u in locations(text, place) if u not in found]
        if "<sitemapindex" in text:
            queue += [u for u in urls if u not in queue][: max(MOST - len(queue), 0)]
        else:
            found.update(dict.fromkeys(urls))
    return list(found)


async def named(fetcher: Fetcher, url: str) -> list[str]:
    """The sitemaps that the robots.txt of the URL's origin names, absolute."""
    robots = join(url, "/robots.txt")
    said = lines(decode(await _body(fetcher, robots)))
    found = (join(robots, value) for key, value in said if key == "sitemap" and value)
    return list(dict.fromkeys(sitemap for sitemap in found if sitemap))[:MOST]


def locations(text: str, base: str) -> list[str]:
    """The http(s) URLs in the `<loc>` elements of a sitemap or of an index of them."""
    found = (raw or unescape(escaped, _ENTITIES) for raw, escaped in _LOC.findall(text))
    return [url for url in dict.fromkeys(join(base, loc) for loc in found) if url]


async def _body(fetcher: Fetcher, url: str) -> bytes:
    try:
        return (await fetcher.get(url, "text")).body
    except FetchError:
        return b""
