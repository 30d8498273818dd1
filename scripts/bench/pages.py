"""Pages per second of a site on loopback: fetch, find links, follow them, store.

    python scripts/bench/pages.py --scrapy peer/bin/python

The peer is Scrapy in an environment of its own, and is left out without it:

    python -m venv peer && peer/bin/pip install scrapy

Both obey robots.txt, ask for 16 pages at once without a delay, follow every link of a page and
store each body in a file. Ours does it with the fetcher and the frontier of a run: address guard,
all opt-outs, the page cache as the store, waves of units out of the ledger, a transaction for each.
Start-up counts; runs alternate, each in a fresh process; medians are printed. Needs nginx.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from costs import Cost, cost
from rows import report
from serving import nginx

from vqva_crawl.clients.notices import NAMES

COUNT = 1_000
AT_ONCE = 16
WORDS = (
    "the of a cell leaf water light and it plant into growth carbon from this sugar by is".split()
)
SPIDER = """
import hashlib, pathlib, sys
import scrapy
from scrapy.crawler import CrawlerProcess

start, folder = sys.argv[1:]

class Site(scrapy.Spider):
    name = "site"
    start_urls = [start]

    def parse(self, response):
        name = hashlib.sha256(response.url.encode()).hexdigest()
        (pathlib.Path(folder) / name).write_bytes(response.body)
        for link in response.css("a::attr(href)").getall():
            yield response.follow(link, self.parse)

process = CrawlerProcess({
    "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": AT_ONCE,
    "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE, "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False,
})
process.crawl(Site)
process.start()
""".replace("AT_ONCE", str(AT_ONCE))


def write_site(folder: Path, count: int) -> None:
    """A tree of pages of about 10 KB, each with a menu of the first ones."""
    random.seed(0)
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n")
    for n in range(count):
        prose = "".join(f"<p>{' '.join(random.choices(WORDS, k=90))}</p>" for _ in range(20))
        linked = [*range(10), *range(10 * n + 1, min(10 * n + 11, count))]
        links = "".join(f'<li><a href="{m}.html">Page {m}</a></li>' for m in linked)
        html = f"<!doctype html><title>{n}</title><ul>{links}</ul><h1>Page {n}</h1>{prose}"
        (folder / f"{n}.html").write_text(html)


def ours(start: str, folder: Path) -> None:
    from selectolax.lexbor import LexborHTMLParser

    from vqva_crawl.clients.cached import StoredResponses
    from vqva_crawl.clients.http import http_fetcher
    from vqva_crawl.clients.limiter import local_limiter
    from vqva_crawl.config import Fetch
    from vqva_crawl.records import Target
    from vqva_crawl.rounds.collecting import WAVE
    from vqva_crawl.rounds.units import collect_units
    from vqva_crawl.storage import frontier
    from vqva_crawl.storage import ledger as l
    from vqva_crawl.storage.cache import Entries
    from vqva_crawl.storage.ledger import Ledger
    from vqva_crawl.storage.units import Manifest, Unit, UrlOutcome
    from vqva_crawl.urls import join, origin, url_key

    room = {"concurrency": AT_ONCE}
    fetch = Fetch(
        allow_origins=(origin(start),), per_host={**room, "delay": 0}, per_domain=room, **room
    )
    fetcher = http_fetcher(fetch, local_limiter(fetch), StoredResponses(Entries(folder / "pages")))
    ledger = Ledger(f"sqlite:///{folder}/ledger.sqlite")

    async def one(target: Target) -> UrlOutcome:
        response = await fetcher.get(target.url, "page")
        anchors = LexborHTMLParser(response.body).css("a[href]")
        links = dict.fromkeys(join(response.url, a.attributes["href"] or "") for a in anchors)
        return UrlOutcome(key=target.key, depth=target.depth, links=tuple(filter(None, links)))

    def follow(outcome: UrlOutcome) -> list[Target]:
        depth = outcome.depth + 1
        return [Target(key=url_key(url), url=url, depth=depth) for url in outcome.links]

    async def collect(unit: Unit) -> None:
        outcomes = tuple(await asyncio.gather(*map(one, unit.targets)))
        told = {"files": {}, "survival": {}, "urls": outcomes}
        with ledger.begin() as c:
            l.commit(c, Manifest(unit=unit.id, kind="collect", **told))
            frontier.add_targets(c, [target for o in outcomes for target in follow(o)])

    def wave(number: int) -> list[Unit]:
        with ledger.begin() as c:
            units = collect_units(frontier.waiting(c, WAVE), 1, number, 200)
            l.plan_units(c, units)
        return units

    async def run() -> None:
        with ledger.begin() as c:
            frontier.add_targets(c, [Target(key=url_key(start), url=start)])
        number = 0
        while units := wave(number):
            for unit in units:
                await collect(unit)
            number += 1
        await fetcher.aclose()

    asyncio.run(run())


def stored(folder: Path) -> int:
    """How many pages lie there; beside ours, what the origin says of opt-outs and robots."""
    pages = folder / "pages"
    files = (pages if pages.exists() else folder).rglob("*")
    return sum(file.is_file() for file in files) - (len(NAMES) if pages.exists() else 0)


def timed(command: list[str], start: str, count: int) -> Cost:
    """Raises RuntimeError when a page is missing."""
    with tempfile.TemporaryDirectory() as folder:
        spent = cost([*command, start, folder])
        there = stored(Path(folder))
    if there != count:
        raise RuntimeError(f"{there} of {count} pages were stored")
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scrapy", type=Path, help="the python that has it installed")
    parser.add_argument("--pages", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    parser.add_argument("--ours", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ours:
        ours(options.ours[0], Path(options.ours[1]))
        return
    if not options.scrapy:
        print("no --scrapy: that peer is left out", file=sys.stderr)
    mine: list[Cost] = []
    peer: list[Cost] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_site(folder, options.pages)
        spider = folder / "spider.py"  # a file: Scrapy reads the source of its callbacks
        spider.write_text(SPIDER)
        with nginx(folder) as origin:
            start = f"{origin}/0.html"
            for _ in range(options.rounds):
                mine.append(timed([sys.executable, __file__, "--ours"], start, options.pages))
                if options.scrapy:
                    peer.append(timed([str(options.scrapy), str(spider)], start, options.pages))
    say(Cost.middle(mine), Cost.middle(peer) if peer else None, options.pages)


def say(mine: Cost, peer: Cost | None, count: int) -> None:
    note = f"CPU {mine.cpu:.1f} s for {count} pages"
    if peer is None:
        report("pages", "rate", count / mine.wall, "1/s", note=note)
        return
    note += f", the peer's {peer.cpu:.1f} s"
    ratio = peer.wall / mine.wall
    report("pages", "rate", count / mine.wall, "1/s", "scrapy", count / peer.wall, ratio, 2.0, note)


if __name__ == "__main__":
    main()
