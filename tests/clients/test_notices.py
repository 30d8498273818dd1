"""What an origin's files say outlives the fetcher that asked for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from fetched import Memory, verdict

from vqva_crawl.clients.notices import KEEP, KEEP_UNREACHABLE, NAMES, keys
from vqva_crawl.clients.robotstxt import MAX_BYTES
from vqva_crawl.errors import Refused, Transient

NO = b"User-agent: *\nDisallow: /private\n"


class Aging(Memory):
    """A cache in memory whose answers can grow older."""

    def age(self, seconds: float) -> None:
        then = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()
        self.kept = {k: replace(r, fetched_at=then) for k, r in self.kept.items()}


@pytest.mark.parametrize(
    ("status", "expected", "keep"),
    [
        (200, "robots", KEEP),
        (404, "ok", KEEP),
        (429, "robots_unreachable", KEEP_UNREACHABLE),
        (500, "robots_unreachable", KEEP_UNREACHABLE),
        (503, "robots_unreachable", KEEP_UNREACHABLE),
    ],
)
async def test_another_fetcher_asks_when_it_is_old(site, fetcher_for, status, expected, keep):
    site.page("/private")
    site.page("/robots.txt", NO if status == 200 else b"", status)
    cache = Aging()
    for age, visits in ((0, 1), (0, 1), (keep - 30, 1), (keep + 30, 2)):
        cache.age(age)
        cache.kept.pop(f"{site.origin}/private", None)
        assert await verdict(fetcher_for(site, cache=cache), f"{site.origin}/private") == expected
        assert site.robots_visits == visits


async def test_old_age_counts_within_the_next_fetcher_too(site, fetcher_for, monkeypatch) -> None:
    site.page("/robots.txt", NO)
    cache, url = Aging(), f"{site.origin}/private"
    await verdict(fetcher_for(site, cache=cache), url)
    cache.age(KEEP - 0.2)
    later = fetcher_for(site, cache=cache)
    assert await verdict(later, url) == "robots"
    cache.age(KEEP + 1)
    now = later.robots._verdicts._clock()
    monkeypatch.setattr(later.robots._verdicts, "_clock", lambda: now + 1)
    assert await verdict(later, url) == "robots"
    assert site.robots_visits == 2


async def test_that_there_was_no_answer_is_not_kept_for_the_next_fetcher(site, fetcher_for) -> None:
    cache = Aging()
    await site.stop()
    assert await verdict(fetcher_for(site, cache=cache), site.origin) == "robots_unreachable"
    await site.start()
    assert cache.kept == {}


async def test_who_gives_no_answer_is_asked_once_for_its_sitemaps_and_its_pages(
    site, fetcher_for
) -> None:
    asked = []

    async def hang_up(request: web.Request) -> web.Response:
        asked.append(request.path)
        request.transport.abort()
        return web.Response()

    site.on("/robots.txt", hang_up)
    fetcher = fetcher_for(site, retries=0)
    with pytest.raises(Transient):
        await fetcher.get(f"{site.origin}/robots.txt", "text")
    assert await verdict(fetcher, f"{site.origin}/") == "robots_unreachable"
    assert asked == ["/robots.txt"]


async def test_a_robots_txt_that_leads_in_circles_is_remembered_too(site, fetcher_for) -> None:
    site.page("/robots.txt", b"", 302, Location="/robots.txt")
    site.page("/a")
    cache = Aging()
    assert await verdict(fetcher_for(site, cache=cache), f"{site.origin}/a") == "ok"
    visits = site.robots_visits
    assert await verdict(fetcher_for(site, cache=cache), f"{site.origin}/b") == "http_404"
    assert site.robots_visits == visits


async def test_files_of_reservations_are_asked_for_once(site, fetcher_for) -> None:
    asked: list[str] = []
    for name in NAMES:
        site.page(name, b"User-agent: *\nDisallow: /art/\n", 200 if name == "/ai.txt" else 404)
    answer = site._answer

    async def noting(request):
        asked.append(request.path)
        return await answer(request)

    site._web.request_handler = noting
    site.page("/")
    cache = Aging()
    for _ in range(3):
        fetcher = fetcher_for(site, cache=cache, opt_outs="obey")
        assert await verdict(fetcher, f"{site.origin}/art/1") == "opt_out"
    assert sorted(asked) == sorted(NAMES)


async def test_they_are_no_pages_of_the_same_url(site, fetcher_for) -> None:
    """A huge file is cut where its rules are read, and refused or whole where a page is wanted."""
    site.page("/robots.txt", NO + b"# filler\n" * (MAX_BYTES // 8))
    cache = Aging()
    fetcher = fetcher_for(site, cache=cache)
    assert await verdict(fetcher, f"{site.origin}/private") == "robots"
    assert await verdict(fetcher, f"{site.origin}/robots.txt") == "ok"
    cut, whole = cache.kept[keys(site.origin)[0]], cache.kept[f"{site.origin}/robots.txt"]
    assert len(cut.body) <= MAX_BYTES + 1 < len(whole.body)


async def test_who_looks_for_sitemaps_does_not_ask_again(site, fetcher_for) -> None:
    site.page("/robots.txt", NO + b"Sitemap: /map.xml\n")
    site.page("/")
    fetcher = fetcher_for(site)
    cached = fetcher_for(site, cache=(cache := Aging()))
    await cached.get(f"{site.origin}/", "page")
    assert b"/map.xml" in (await cached.get(f"{site.origin}/robots.txt", "text")).body
    assert site.robots_visits == 1
    assert keys(site.origin)[0] in cache.kept
    assert b"/map.xml" in (await fetcher.get(f"{site.origin}/robots.txt", "text")).body


# Sitemaps that are not there -----------------------------------------------------------------


async def test_of_a_sitemap_and_its_absence_the_later_one_counts(site, fetcher_for) -> None:
    cache, url = Aging(), f"{site.origin}/map.xml"

    async def got(refresh: float) -> bytes | str:
        try:
            return (await fetcher_for(site, cache=cache, refresh=refresh).get(url, "text")).body
        except Refused as error:
            return error.kind

    for said in ("http_404", b"<urlset/>", "http_404", b"<urlset/>"):
        if isinstance(said, bytes):
            site.page("/map.xml", said, content_type="text/xml")
        else:
            site.page("/map.xml", b"", 404)
        assert await got(refresh=0) == said
        visits = len(site.visits)
        assert await got(refresh=12) == said
        assert len(site.visits) == visits
        cache.age(60)


async def test_a_page_is_asked_for_where_no_sitemap_was(site, fetcher_for) -> None:
    cache, url = Aging(), f"{site.origin}/list"
    with pytest.raises(Refused):
        await fetcher_for(site, cache=cache).get(url, "text")
    site.page("/list")
    assert await verdict(fetcher_for(site, cache=cache), url) == "ok"


async def test_a_sitemap_that_was_forbidden_is_read_once_it_is_allowed(site, fetcher_for) -> None:
    site.page("/robots.txt", NO)
    site.page("/private", b"<urlset/>", content_type="text/xml")
    cache, url = Aging(), f"{site.origin}/private"
    with pytest.raises(Refused, match="robots"):
        await fetcher_for(site, cache=cache).get(url, "text")
    later = fetcher_for(site, cache=cache, robots="ignore")
    assert (await later.get(url, "text")).body == b"<urlset/>"
