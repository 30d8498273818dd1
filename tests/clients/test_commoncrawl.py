"""Common Crawl, played by a loopback server: its index, and pieces of an archive."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web

import archives
from archives import Entry, write_warc
from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.http import HttpFetcher
from vqva_crawl.clients.limiter import LocalLimiter, Pace
from vqva_crawl.clients.search import commoncrawl as cc
from vqva_crawl.clients.search.base import SearchContext, SourceContext
from vqva_crawl.errors import ConfigError, FetchError, RateLimited, Refused
from vqva_crawl.records import Target
from vqva_crawl.registry import check_options
from vqva_crawl.storage.cache import Entries

CRAWL, FILE = archives.CRAWL, archives.FILE
PAGE = b"<html><body>page %d</body></html>"


class Crawl:
    """The server: `lines` of the index by page, `warc` the archive; `slow` answers come first."""

    def __init__(self, site, folder: Path) -> None:
        entries = [Entry(f"http://a.test/{n}", PAGE % n) for n in range(5)]
        offsets = write_warc(folder / "a.warc.gz", entries)
        self.warc = (folder / "a.warc.gz").read_bytes()
        spans = pairwise(offsets)
        self.lines = [
            archives.capture(entry.url, offset, end - offset)
            for entry, (offset, end) in zip(entries, spans, strict=True)
        ]
        self.per_page, self.slow = 2, 0
        self.asked: list[dict[str, str]] = []
        self.ranges: list[str] = []
        self.origin = site.origin
        site.on("/collinfo.json", self.crawls)
        site.on(f"/{CRAWL}-index", self.index)
        site.on(f"/{FILE}", self.data)

    async def crawls(self, request: web.Request) -> web.Response:
        return web.json_response([{"id": CRAWL}, {"id": "CC-MAIN-2026-38"}])

    async def index(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.slow:
            self.slow -= 1
            return web.Response(status=503, text="<Code>SlowDown</Code>")
        pattern = request.query["url"]
        if not pattern.startswith("a.test/"):
            said = {"message": f"No Captures found for: {pattern}"}
            return web.json_response(said, status=404)
        if "showNumPages" in request.query:
            pages = -(-len(self.lines) // self.per_page)
            return web.json_response({"pages": pages, "pageSize": 5, "blocks": 9})
        start = int(request.query["page"]) * self.per_page
        lines = self.lines[start : start + self.per_page]
        return web.Response(text="".join(f"{json.dumps(line)}\n" for line in lines))

    async def data(self, request: web.Request) -> web.Response:
        self.ranges.append(request.headers.get("range", ""))
        if self.slow:
            self.slow -= 1
            return web.Response(status=503, text="<Code>SlowDown</Code>")
        first, _, last = self.ranges[-1].removeprefix("bytes=").partition("-")
        piece = self.warc[int(first) : int(last) + 1]
        span = f"bytes {first}-{last}/{len(self.warc)}"
        headers = {"content-range": span, "content-type": "application/gzip"}
        return web.Response(status=206, headers=headers, body=piece)


@pytest.fixture
def crawl(site, tmp_path) -> Crawl:
    return Crawl(site, tmp_path)


def options(crawl: Crawl, **more: object) -> dict[str, object]:
    places = {"index_url": crawl.origin, "data_url": crawl.origin, "pace": 0}
    return {"hosts": ["a.test"], **places, **more}


async def targets(crawl: Crawl, fetcher: HttpFetcher, folder: Path, **more: object) -> list[Target]:
    context = SearchContext("commoncrawl", fetcher, fetcher.api, folder)
    async with cc.commoncrawl(options(crawl, **more), context) as backend:
        return await backend.seeds()


async def test_pages_of_the_index_are_read_out_of_the_archive(site, crawl, fetcher_for, tmp_path):
    fetcher = fetcher_for(site)
    found = await targets(crawl, fetcher, tmp_path)
    assert [t.url for t in found] == [f"http://a.test/{n}" for n in range(5)]
    assert [asked.get("page") for asked in crawl.asked] == [None, "0", "1", "2"]
    assert all(asked["url"] == "a.test/*" for asked in crawl.asked)
    source = SourceContext("commoncrawl", fetcher, fetcher.api)
    async with cc.commoncrawl_source(options(crawl), source) as opened:
        page = await opened.read(found[3])
    assert (page.url, page.body) == ("http://a.test/3", PAGE % 3)
    assert page.fetched_at == "2026-01-02T03:04:05+00:00"
    assert len(crawl.ranges) == 1
    assert site.robots_visits == 0


async def test_only_what_is_needed_is_looked_up(site, crawl, fetcher_for, tmp_path):
    found = await targets(crawl, fetcher_for(site), tmp_path, max_pages=1, index=CRAWL)
    assert [t.url for t in found] == ["http://a.test/0"]
    assert "/collinfo.json" not in site.visits
    assert len(crawl.asked) == 2


async def test_the_newest_capture_of_each_html_page_counts(site, crawl, fetcher_for, tmp_path):
    crawl.lines += [
        archives.capture("http://a.test/0", 7, 70, timestamp="20261020000000"),
        archives.capture("http://a.test/1", 8, 80, timestamp="20260901000000"),
        archives.capture("http://a.test/pdf", 9, 90, **{"mime-detected": "application/pdf"}),
        archives.capture("http://a.test/404", 9, 90, status="404"),
        archives.capture("http://a.test/odd", "x", 90),
        {"url": "http://a.test/less"},
        archives.capture("mailto:a.test", 9, 90),
    ]
    found = await targets(crawl, fetcher_for(site), tmp_path)
    assert len(found) == 5
    assert found[0].place == f"{FILE}#7+70"
    assert not found[1].place.endswith("#8+80")


async def test_nothing_found_is_no_failure(site, crawl, fetcher_for, tmp_path):
    fetcher = fetcher_for(site)
    assert await targets(crawl, fetcher, tmp_path, hosts=["b.test"]) == []
    both = await targets(crawl, fetcher, tmp_path, url_patterns=["b.test/*"])
    assert len(both) == 5
    with pytest.raises(Refused, match="http_404"):  # no such crawl
        await targets(crawl, fetcher, tmp_path, index="CC-MAIN-1999-01")


async def test_slow_down_is_waited_out_and_not_forever(site, crawl, fetcher_for, tmp_path):
    fetcher = fetcher_for(site, retries=1)
    crawl.slow = 1
    found = await targets(crawl, fetcher, tmp_path)
    assert len(found) == 5
    source = SourceContext("commoncrawl", fetcher, fetcher.api)
    async with cc.commoncrawl_source(options(crawl), source) as opened:
        crawl.slow = 1
        assert (await opened.read(found[0])).body == PAGE % 0
        crawl.slow = 99
        with pytest.raises(RateLimited, match="http_503"):
            await opened.read(found[1])


async def test_one_request_at_a_time_and_a_pause_between_two(site, crawl, fetcher_for, tmp_path):
    fetcher = fetcher_for(site, limiter=LocalLimiter({"host": Pace(8, 0)}))
    found = await targets(crawl, fetcher, tmp_path)
    source = SourceContext("commoncrawl", fetcher, fetcher.api)
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with cc.commoncrawl_source(options(crawl, pace=0.1), source) as opened:
        await asyncio.gather(*(opened.read(target) for target in found))
    assert site.most_at_once == 1
    assert loop.time() - start >= 0.4


async def test_a_page_is_asked_for_once(site, crawl, fetcher_for, tmp_path):
    for _ in range(2):
        fetcher = fetcher_for(site, cache=StoredResponses(Entries(tmp_path / "cache")))
        found = await targets(crawl, fetcher, tmp_path)
        source = SourceContext("commoncrawl", fetcher, fetcher.api)
        async with cc.commoncrawl_source(options(crawl), source) as opened:
            assert (await opened.read(found[2])).body == PAGE % 2
    assert (len(crawl.asked), len(crawl.ranges)) == (4, 1)


async def test_pieces_that_are_not_what_the_index_says_are_refused(
    site, crawl, fetcher_for, tmp_path
):
    fetcher = fetcher_for(site)
    found = await targets(crawl, fetcher, tmp_path)
    source = SourceContext("commoncrawl", fetcher, fetcher.api)

    async def refused(target: Target) -> str:
        async with cc.commoncrawl_source(options(crawl), source) as opened:
            with pytest.raises(FetchError) as caught:
                await opened.read(target)
        return caught.value.kind

    place = found[1].place
    assert await refused(found[0].model_copy(update={"place": place})) == "broken"
    assert await refused(found[0].model_copy(update={"place": f"{FILE}#0+20"})) == "broken"
    assert await refused(found[0].model_copy(update={"place": f"{FILE}#0+9000000"})) == "too_large"
    site.page(f"/{FILE}", crawl.warc)  # the whole file, with 200
    assert await refused(found[1]) == "broken"


def test_options_name_what_is_missing():
    with pytest.raises(ConfigError, match="name at least one of hosts and url_patterns"):
        check_options("search", "commoncrawl", {}, "search.backends.0.options")
