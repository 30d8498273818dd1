import asyncio

import pytest
from aiohttp import web
from fetched import verdict

from vqva_crawl.clients.notices import KEEP, KEEP_UNREACHABLE, Notices
from vqva_crawl.clients.robots import Robots
from vqva_crawl.errors import FetchError, Refused, Transient

NO = b"User-agent: *\nDisallow: /private\n"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "robots"),
        *((status, "ok") for status in (204, 400, 401, 403, 404, 410)),
        *((status, "robots_unreachable") for status in (304, 429, 500, 502, 503)),
    ],
)
async def test_status_matrix(site, fetcher_for, status, expected) -> None:
    site.page("/private")
    site.page("/robots.txt", NO if status == 200 else b"", status)
    fetcher = fetcher_for(site)
    assert await verdict(fetcher, f"{site.origin}/private") == expected
    assert await verdict(fetcher, f"{site.origin}/private") == expected
    assert site.robots_visits == 1
    assert site.visits == (["/private", "/private"] if expected == "ok" else [])


async def test_a_dead_host_is_unreachable_and_not_asked_again(site, fetcher_for) -> None:
    await site.stop()
    fetcher = fetcher_for(site, retries=1)
    for _ in range(3):
        assert await verdict(fetcher, f"{site.origin}/a") == "robots_unreachable"
    assert fetcher.counters.requests == 2


async def test_ignore_asks_nobody(site, fetcher_for) -> None:
    site.page("/private")
    site.page("/robots.txt", NO)
    assert await verdict(fetcher_for(site, robots="ignore"), f"{site.origin}/private") == "ok"
    assert site.robots_visits == 0


async def test_redirects_of_robots_txt(site, other, fetcher_for) -> None:
    site.page("/private")
    site.page("/robots.txt", b"", 301, Location=f"{other.origin}/rules")
    other.page("/rules", NO)
    fetcher = fetcher_for(site, other)
    assert await verdict(fetcher, f"{site.origin}/private") == "robots"
    site.page("/robots.txt", b"", 302, Location="/robots.txt")  # for ever: as if there were none
    assert await verdict(fetcher_for(site), f"{site.origin}/private") == "ok"


async def test_a_huge_file_is_read_to_the_limit_only(site, fetcher_for) -> None:
    sent = 0

    async def huge(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"content-type": "text/plain"})
        await response.prepare(request)
        await response.write(NO)
        while sent < 20_000_000:
            await response.write(b"# filler\n" * 2000)
            sent += 18_000
        return response

    site.on("/robots.txt", huge)
    site.page("/private")
    fetcher = fetcher_for(site)
    assert await verdict(fetcher, f"{site.origin}/private") == "robots"
    assert fetcher.counters.bytes < 600_000


async def test_byte_order_mark_and_html(site, fetcher_for) -> None:
    site.page("/private")
    site.page("/robots.txt", b"\xef\xbb\xbf" + NO)
    assert await verdict(fetcher_for(site), f"{site.origin}/private") == "robots"
    site.page("/robots.txt", b"<!doctype html><title>Oops</title>")
    assert await verdict(fetcher_for(site), f"{site.origin}/private") == "ok"


async def test_who_asks_for_minutes_between_requests_is_not_crawled(site, fetcher_for) -> None:
    site.page("/robots.txt", b"User-agent: *\nCrawl-delay: 86400\n")
    assert await verdict(fetcher_for(site), f"{site.origin}/") == "robots"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_kept_for_a_day_and_an_outage_for_minutes() -> None:
    answers: list[bytes | FetchError] = [NO, Transient("connect", "u", "down"), b"", NO]
    asked: list[str] = []

    async def read(url: str) -> bytes:
        asked.append(url)
        answer = answers[len(asked) - 1]
        if isinstance(answer, FetchError):
            raise answer
        return answer

    clock = Clock()
    robots = Robots(Notices(read).get, "bot", clock)
    url = "https://h.example/private"
    for expected, wait in [
        (Refused, KEEP - 1),
        (Refused, 2),  # still the first answer
        (Transient, KEEP_UNREACHABLE - 1),
        (Transient, 2),
        (None, KEEP + 1),
        (Refused, 0),
    ]:
        if expected:
            with pytest.raises(expected):
                await robots.check(url)
        else:
            await robots.check(url)
        clock.now += wait
    assert asked == ["https://h.example:443/robots.txt"] * 4


async def test_each_origin_is_asked_once_however_many_wait() -> None:
    asked: list[str] = []

    async def read(url: str) -> bytes:
        asked.append(url)
        await asyncio.sleep(0.01)
        return b""

    robots = Robots(Notices(read).get, "bot")
    pages = [f"http://{host}/{n}" for host in ("a.example", "b.example:81") for n in range(10)]
    await asyncio.gather(*(robots.check(page) for page in pages))
    assert sorted(asked) == ["http://a.example:80/robots.txt", "http://b.example:81/robots.txt"]
