"""Sitemaps (sitemaps.org): which pages a site names by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.notices import ROBOTS_TXT
from vqva_crawl.clients.robotstxt import decode, lines
from vqva_crawl.clients.search.locations import is_index, is_sitemap, locations
from vqva_crawl.errors import FetchError, may_pass
from vqva_crawl.urls import join

MOST = 50  # sitemaps read of one site


async def pages(fetcher: Fetcher, url: str, lost: list[str]) -> AsyncIterator[list[str]]:
    """The absolute URLs of the pages that the sitemaps of the URL's origin name, map by map.

    Those that robots.txt names, else `/sitemap.xml`, and what an index among them leads to; the
    fetcher unpacks compressed ones. What cannot be had is left out, and `lost` gets a line of it,
    unless nobody named it and it is not there.
    """
    said = await named(fetcher, url)
    queue = said or [join(url, "/sitemap.xml")]
    guessed = "" if said else queue[0]
    for place in queue:
        try:
            body = (await fetcher.get(place, "text")).body
        except FetchError as error:
            if place != guessed or may_pass(error.kind):
                lost.append(str(error))
            continue
        found = await asyncio.to_thread(locations, body, place)  # up to some tenths of a second
        if is_index(body):
            new = (u for u in found if u not in queue)
            queue += list(islice(new, max(MOST - len(queue), 0)))
        elif found:
            yield found
        elif place != guessed and not is_sitemap(body):
            lost.append(f"{place}: neither XML of sitemaps.org nor a URL a line")


async def named(fetcher: Fetcher, url: str) -> list[str]:
    """The sitemaps that the robots.txt of the URL's origin names, absolute."""
    robots = join(url, ROBOTS_TXT)
    try:
        body = (await fetcher.get(robots, "text")).body
    except FetchError:  # what that means for the pages, the fetcher says of each
        return []
    said = (join(robots, value) for key, value in lines(decode(body)) if key == "sitemap" and value)
    return list(dict.fromkeys(sitemap for sitemap in said if sitemap))[:MOST]
