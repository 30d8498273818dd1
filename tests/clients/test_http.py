import asyncio
import gzip
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli
import pytest
from aiohttp import web
from fetched import Memory

from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.fakes import FakeLimiter
from vqva_crawl.clients.guard import Guard
from vqva_crawl.clients.http import http_fetcher
from vqva_crawl.clients.limiter import LocalLimiter, Pace
from vqva_crawl.clients.rest import FAILURES, REFUSALS
from vqva_crawl.config import Fetch
from vqva_crawl.errors import FetchError, LeftAlone, RateLimited, Refused, Transient
from vqva_crawl.storage.cache import Entries

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


def brotli_fast(data: bytes) -> bytes:
    return brotli.compress(data, quality=5)


async def failure(fetcher, url: str, kind: str = "page") -> FetchError:
    with pytest.raises(FetchError) as error:
        await fetcher.get(url, kind)
    return error.value


# Plain answers -------------------------------------------------------------------------------


async def test_a_page_arrives_with_its_headers(site, fetcher_for) -> None:
    site.page("/a", b"<html>hi</html>", Link='<http://l/>; rel="license"')
    fetcher = fetcher_for(site, user_agent="vqva-crawl/0.1 (contact: me@b.example)")
    response = await fetcher.get(f"{site.origin}/a#part", "page")
    assert (response.status, response.body, response.cached) == (200, b"<html>hi</html>", False)
    assert response.url == f"{site.origin}/a"
    assert response.headers["link"] == '<http://l/>; rel="license"'
    assert datetime.fromisoformat(response.fetched_at).tzinfo is not None
    assert site.headers[0]["User-Agent"] == "vqva-crawl/0.1 (contact: me@b.example)"
    assert "br" in site.headers[0]["Accept-Encoding"]
    assert fetcher.counters.requests == 2  # robots.txt too
    assert fetcher.counters.bytes == len(response.body)


async def test_a_url_is_sent_as_it_is_written(site, fetcher_for) -> None:
    """Signatures hold for one spelling, and robots.txt was asked about this one."""
    path = "/a%7Eb|c?at=%2C%3A%40&sign=%2Fx%2B%20y+z%27"
    site.page("/a~b|c")
    got = await fetcher_for(site).get(site.origin + path, "page")
    assert (site.visits[-1], got.url) == (path, site.origin + path)


@pytest.mark.parametrize(
    ("status", "error", "visits"),
    [
        *((status, Refused, 1) for status in (204, 304, 400, 401, 403, 404, 410, 501)),
        *((status, Transient, 3) for status in (408, 500, 502, 504, 520)),
        *((status, RateLimited, 3) for status in (429, 503)),
    ],
)
async def test_status_decides_and_retries_are_bounded(site, fetcher_for, status, error, visits):
    site.page("/a", b"", status)
    fetcher = fetcher_for(site, retries=2)
    got = await failure(fetcher, f"{site.origin}/a")
    assert (type(got), got.kind) == (error, f"http_{status}")
    assert len(site.visits) == visits
    assert fetcher.counters.errors == {got.kind: 1}


async def test_a_second_try_may_succeed(site, fetcher_for) -> None:
    async def flaky(request: web.Request) -> web.Response:
        return web.Response(status=500 if len(site.visits) < 2 else 200, content_type="text/html")

    site.on("/a", flaky)
    assert (await fetcher_for(site, retries=2).get(f"{site.origin}/a", "page")).status == 200


async def test_cookies_are_not_kept(site, fetcher_for) -> None:
    site.page("/a", Set_Cookie="id=1; Path=/")
    site.page("/b")
    fetcher = fetcher_for(routes={("demo.test", 80): ("127.0.0.1", site.port)})
    await fetcher.get("http://demo.test/a", "page")
    await fetcher.get("http://demo.test/b", "page")
    assert "Cookie" not in site.headers[1]


async def test_the_environments_proxy_is_not_read(site, other, fetcher_for, monkeypatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, other.origin)
    site.page("/a")
    await fetcher_for(site).get(f"{site.origin}/a", "page")
    assert not other.visits


# Address guard -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/", "http://[::ffff:a9fe:a9fe]/", "http://0x7f.1:{port}/", ""],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_a_denied_address_is_not_followed(
    site, other, fetcher_for, target, status
) -> None:
    target = other.origin + "/secret" if not target else target.format(port=other.port)
    site.page("/a", b"", status, Location=target)
    guard = CountingGuard([site.origin])
    got = await failure(fetcher_for(site, guard=guard), f"{site.origin}/a")
    assert (type(got), got.kind) == (Refused, "denied_address")
    assert not other.visits
    assert not other.robots_visits
    assert {address for address, _ in guard.opened} == {"127.0.0.1"}
    assert {port for _, port in guard.opened} == {site.port}


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://h/", "gopher://h", "http://"])
async def test_a_redirect_to_another_scheme_is_not_followed(site, fetcher_for, target) -> None:
    site.page("/a", b"", 302, Location=target)
    got = await failure(fetcher_for(site), f"{site.origin}/a")
    assert (type(got), got.kind) == (Refused, "protocol")


class CountingGuard(Guard):
    """Keeps where sockets were opened to; with `dead`, none is, as if nobody listened."""

    def __init__(self, *args, dead: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.opened: list[tuple[str, int]] = []
        self._dead = dead

    def open_socket(self, info):
        opened = super().open_socket(info)
        self.opened.append(info[4][:2])
        if self._dead:
            opened.close()
            raise ConnectionRefusedError("nobody there")
        return opened


async def test_a_name_that_changes_its_answer_gains_nothing(other, fetcher_for) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    asked: list[str] = []

    async def flipping(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    guard = CountingGuard(lookup=flipping, dead=True)
    fetcher = fetcher_for(guard=guard, robots="ignore", retries=1)
    got = await failure(fetcher, f"http://flip.test:{other.port}/")
    assert (type(got), got.kind) == (Refused, "denied_address")
    assert got.url == f"http://flip.test:{other.port}/"
    assert asked == ["flip.test", "flip.test"]  # once for each connection
    assert guard.opened == [("93.184.216.34", other.port)]
    assert not other.visits


@pytest.mark.parametrize("kind", ["page", "image", "text"])
async def test_no_side_path_skips_the_guard(site, other, fetcher_for, kind) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    fetcher = fetcher_for(site, lookup=lookup)
    for url in (f"{other.origin}/a", f"http://inside.test:{other.port}/a"):
        assert (await failure(fetcher, url, kind)).kind == "denied_address"
        with pytest.raises(Refused):
            await fetcher.robots.rules(f"http://inside.test:{other.port}/a")
    site.page("/robots.txt", b"", 302, Location=f"{other.origin}/robots.txt")
    assert (await failure(fetcher, f"{site.origin}/a", kind)).kind == "denied_address"
    assert not other.visits
    assert not other.robots_visits


async def test_a_route_leads_a_fixed_name_to_loopback(site) -> None:
    site.page("/a")
    routes = {("meadow.demo.test", 80): ("127.0.0.1", site.port)}
    fetcher = http_fetcher(Fetch(retries=0), FakeLimiter(), routes=routes)
    assert (await fetcher.get("http://meadow.demo.test/a", "page")).status == 200
    assert site.headers[0]["Host"] == "meadow.demo.test"
    assert (await failure(fetcher, f"{site.origin}/a")).kind == "denied_address"
    await fetcher.aclose()


async def test_hosts_are_vetted_before_a_proxy_is_asked(site, fetcher_for) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return ["93.184.216.34" if host == "public.test" else "10.0.0.1"]

    site.page("/a")
    fetcher = fetcher_for(lookup=lookup, proxy=site.origin, robots="ignore")
    for url in ("http://private.test/a", "http://10.0.0.1/a", f"{site.origin}/a"):
        assert (await failure(fetcher, url)).kind == "denied_address"
    assert not site.visits
    assert (await fetcher.get("http://public.test/a", "page")).status == 200
    assert site.headers[0]["Host"] == "public.test"


async def test_routes_go_past_the_proxy(site, other, fetcher_for) -> None:
    site.page("/a")
    routes = {("demo.test", 80): ("127.0.0.1", site.port)}
    fetcher = fetcher_for(routes=routes, proxy=other.origin)
    assert (await fetcher.get("http://demo.test/a", "page")).status == 200
    assert not other.visits


# Redirects -----------------------------------------------------------------------------------


async def test_redirects_take_slots_and_rules_of_their_own_host(site, other, fetcher_for) -> None:
    site.page("/a", b"", 302, Location=f"{other.origin}/b")
    other.page("/b")
    other.page("/robots.txt", b"User-agent: *\nCrawl-delay: 3\nDisallow: /c\n")
    limiter = FakeLimiter()
    fetcher = fetcher_for(site, other, limiter=limiter)
    response = await fetcher.get(f"{site.origin}/a", "page")
    assert response.url == f"{other.origin}/b"
    here, there = f"host:127.0.0.1:{site.port}", f"host:127.0.0.1:{other.port}"
    assert limiter.slots == [here, here, there, there]
    assert limiter.delays == {there: 3.0}
    site.page("/a2", b"", 302, Location=f"{other.origin}/c")
    assert (await failure(fetcher, f"{site.origin}/a2")).kind == "robots"


async def test_a_redirect_cannot_make_us_send_credentials(site, fetcher_for) -> None:
    site.page("/a", b"", 302, Location=site.origin.replace("//", "//me:secret@") + "/b")
    site.page("/b")
    response = await fetcher_for(site).get(f"{site.origin}/a", "page")
    assert response.url == f"{site.origin}/b"
    assert "Authorization" not in site.headers[1]


async def test_at_most_five_redirects(site, fetcher_for) -> None:
    for n in range(9):
        site.page(f"/{n}", b"", 302, Location=f"/{n + 1}")
    site.page("/9")
    fetcher = fetcher_for(site)
    assert (await fetcher.get(f"{site.origin}/4", "page")).url == f"{site.origin}/9"
    assert (await failure(fetcher, f"{site.origin}/3")).kind == "redirects"


# Bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("br", brotli_fast)])
async def test_bodies_are_decoded_and_bombs_refused(site, fetcher_for, coding, pack) -> None:
    site.page("/a", pack(b"<html>packed</html>"), Content_Encoding=coding)
    site.page("/bomb", pack(b"\0" * (30 << 20)), Content_Encoding=coding)
    fetcher = fetcher_for(site, retries=2)
    assert (await fetcher.get(f"{site.origin}/a", "page")).body == b"<html>packed</html>"
    got = await failure(fetcher, f"{site.origin}/bomb")
    assert (type(got), got.kind) == (Refused, "bomb")
    assert site.visits == ["/a", "/bomb"]


async def test_a_drip_ends_by_the_deadline(site, fetcher_for) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    async def silence(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(90)
        return web.Response()

    site.on("/drip", drip)
    site.on("/silence", silence)
    fetcher = fetcher_for(site, timeout=0.3)
    began = time.monotonic()
    assert (await failure(fetcher, f"{site.origin}/drip")).kind == "slow"
    assert (await failure(fetcher, f"{site.origin}/silence")).kind == "timeout"
    assert time.monotonic() - began < 60


async def test_endless_chunks_are_cut_off_at_the_cap(site, fetcher_for) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"content-type": "image/png"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)
            sent += 10_000

    site.on("/a", endless)
    fetcher = fetcher_for(site, max_image_bytes=200_000)
    error = await failure(fetcher, f"{site.origin}/a", "image")
    assert error.kind == "too_large"
    assert "fetch.max_image_bytes is 200000" in error.detail
    assert sent < 20_000_000


async def test_a_declared_length_over_the_cap_is_refused_unread(site, fetcher_for) -> None:
    site.page("/a", b"x" * 100_000)
    fetcher = fetcher_for(site, max_page_bytes=50_000)
    error = await failure(fetcher, f"{site.origin}/a")
    assert error.kind == "too_large"
    assert error.detail == "100000 bytes; fetch.max_page_bytes is 50000"
    assert fetcher.counters.bytes == 0


@pytest.mark.parametrize("pack", [bytes, lambda body: gzip.compress(body, 1)])
async def test_a_sitemap_may_be_larger_than_a_page_and_is_cut(
    site, fetcher_for, monkeypatch, pack
) -> None:
    monkeypatch.setattr("vqva_crawl.clients.http.MAX_LIST", 300_000)
    whole = random.Random(1).randbytes(150_000).hex().encode()
    site.page("/legal.xml", pack(whole), content_type="text/xml")
    site.page("/long.xml", pack(whole * 3), content_type="text/xml")
    fetcher = fetcher_for(site, max_page_bytes=50_000)
    assert (await fetcher.get(f"{site.origin}/legal.xml", "text")).body == whole
    cut = (await fetcher.get(f"{site.origin}/long.xml", "text")).body
    assert 200_000 < len(cut) <= 300_000
    assert whole.startswith(cut)


@pytest.mark.parametrize("headers", [{"Content-Length": "1000"}, {"Transfer-Encoding": "chunked"}])
async def test_a_body_that_ends_too_early_is_tried_again(site, fetcher_for, headers) -> None:
    async def short(request: web.Request) -> web.StreamResponse:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        head += b"".join(f"{k}: {v}\r\n".encode() for k, v in headers.items())
        request.transport.write(head + b"\r\n5\r\n<html")
        request.transport.close()
        return web.Response()

    site.on("/a", short)
    got = await failure(fetcher_for(site, retries=1), f"{site.origin}/a")
    assert (type(got), got.kind) == (Transient, "truncated")
    assert len(site.visits) == 2


async def test_garbage_and_dropped_connections(site, fetcher_for) -> None:
    async def garbage(request: web.Request) -> web.StreamResponse:
        request.transport.write(b"\x00\x01 not http at all\r\n\r\n")
        request.transport.close()
        return web.Response()

    async def drop(request: web.Request) -> web.StreamResponse:
        request.transport.abort()
        return web.Response()

    site.on("/garbage", garbage)
    site.on("/drop", drop)
    fetcher = fetcher_for(site)
    got = await failure(fetcher, f"{site.origin}/garbage")
    assert (type(got), got.kind) == (Refused, "protocol")
    got = await failure(fetcher, f"{site.origin}/drop")
    assert (type(got), got.kind) == (Transient, "connect")


async def test_foreign_errors_get_our_names(site, fetcher_for) -> None:
    async def no_name(host: str, port: int) -> list[str]:
        import socket

        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    fetcher = fetcher_for(lookup=no_name, robots="ignore")
    got = await failure(fetcher, "http://nowhere.test/")
    assert (type(got), got.kind) == (Refused, "dns")
    secure = site.origin.replace("http:", "https:")
    fetcher = fetcher_for(allow_origins=(secure,), robots="ignore")
    got = await failure(fetcher, secure)
    assert (type(got), got.kind) == (Transient, "tls")
    await site.stop()
    fetcher = fetcher_for(site, robots="ignore")
    got = await failure(fetcher, site.origin)
    assert (type(got), got.kind) == (Transient, "connect")


async def test_a_dead_host_is_left_alone_after_some_failures(site, fetcher_for) -> None:
    await site.stop()
    fetcher = fetcher_for(site, robots="ignore", retries=1)
    for n in range(50):
        got = await failure(fetcher, f"{site.origin}/{n}")
        assert (isinstance(got, Transient), got.kind) == (True, "connect")
    assert fetcher.counters.requests == FAILURES
    assert isinstance(got, LeftAlone)
    assert "in a row" in got.detail


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_refuses_for_good_is_left_alone(site, fetcher_for, status) -> None:
    for n in range(20):
        site.page(f"/{n}", b"", status)
    limiter = FakeLimiter()
    fetcher = fetcher_for(site, robots="ignore", retries=3, limiter=limiter)
    for n in range(20):
        got = await failure(fetcher, f"{site.origin}/{n}")
        assert (type(got), got.kind) == (RateLimited, f"http_{status}")
    assert len(site.visits) == REFUSALS
    assert "left alone" in got.detail


async def test_a_success_between_refusals_keeps_a_host_in_use(site, fetcher_for) -> None:
    site.page("/busy", b"", 429)
    site.page("/broken", b"", 500)
    site.page("/good")
    fetcher = fetcher_for(site, robots="ignore", limiter=FakeLimiter())
    for _ in range(3):
        for _ in range(REFUSALS - 1):
            assert (await failure(fetcher, f"{site.origin}/busy")).kind == "http_429"
        await fetcher.get(f"{site.origin}/good", "page")
    for _ in range(REFUSALS):
        await failure(fetcher, f"{site.origin}/broken")  # no success
        await failure(fetcher, f"{site.origin}/busy")
    assert "left alone" in (await failure(fetcher, f"{site.origin}/good")).detail


async def test_refusals_of_requests_under_way_together_count_once(site, fetcher_for) -> None:
    """A burst that is answered with 429 slows us down, and loses no page."""
    paths = [f"/{n}" for n in range(2 * REFUSALS)]
    together = asyncio.Event()

    async def busy(request: web.Request) -> web.Response:
        if len(site.visits) == len(paths):
            together.set()
        if not together.is_set():
            await together.wait()
            return web.Response(status=429)
        return web.Response(text="<html>ok</html>", content_type="text/html")

    for path in paths:
        site.on(path, busy)
    fetcher = fetcher_for(site, robots="ignore", retries=1, limiter=FakeLimiter())
    given = (fetcher.get(f"{site.origin}{path}", "page") for path in paths)
    await asyncio.wait_for(asyncio.gather(*given, return_exceptions=True), 60)
    assert len(site.visits) > len(paths)
    assert "left alone" not in str(await fetcher.get(f"{site.origin}/0", "page"))


async def test_who_waits_for_a_host_that_is_left_alone_is_told_at_once(site, fetcher_for) -> None:
    site.page("/a", b"", 429, Retry_After="7200")
    limiter = LocalLimiter({"host": Pace(1, 60)})
    fetcher = fetcher_for(site, robots="ignore", limiter=limiter)
    asked = (failure(fetcher, f"{site.origin}/{path}") for path in "abcdef")
    found = await asyncio.wait_for(asyncio.gather(*asked), 45)
    assert {error.kind for error in found} == {"http_429"}
    assert site.visits == ["/a"]


async def test_answers_of_any_status_keep_a_host_alive(site, fetcher_for) -> None:
    site.page("/a", b"", 500)
    fetcher = fetcher_for(site, robots="ignore")
    for _ in range(FAILURES + 5):
        assert (await failure(fetcher, f"{site.origin}/a")).kind == "http_500"
    assert len(site.visits) == FAILURES + 5


# Types and opt-outs --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said", "body", "accepted"),
    [
        ("page", "text/html; charset=x", b"", True),
        ("page", "application/xhtml+xml", b"", True),
        ("page", "text/html, text/html; charset=x", b"", True),
        ("page", "", b"  \n<!DOCTYPE HTML>", True),
        ("page", "", b"\xef\xbb\xbf<html>", True),
        ("page", "", b"\x89PNG", False),
        ("page", "application/pdf", b"<html>", False),
        ("page", "image/png", b"<html>", False),
        ("image", "image/png", PNG, True),
        ("image", "image/webp", b"?", True),
        ("image", "", PNG, True),
        ("image", "application/octet-stream", PNG, True),
        ("image", "application/octet-stream", b"RIFF\0\0\0\0WEBPVP8 ", True),
        ("image", "application/octet-stream", b"MZ\0\0", False),
        ("image", "text/html", PNG, False),
        ("text", "application/xml", b"<a/>", True),
        ("text", "application/rss+xml", b"<a/>", True),
        ("text", "text/plain", b"", True),
        ("text", "", b"plain", True),
        ("text", "", b"\0\1", False),
        ("text", "image/png", PNG, False),
    ],
)
async def test_types(site, fetcher_for, kind, said, body, accepted) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": said} if said else {})
        await response.prepare(request)
        if not said:
            assert response.headers.pop("content-type", None)
        await response.write(body)
        return response

    async def bare(request: web.Request) -> web.StreamResponse:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        request.transport.write(head.encode() + body)
        request.transport.close()
        return web.Response()

    site.on("/a", answer if said else bare)
    fetcher = fetcher_for(site)
    if accepted:
        assert (await fetcher.get(f"{site.origin}/a", kind)).body == body
    else:
        got = await failure(fetcher, f"{site.origin}/a", kind)
        assert (type(got), got.kind) == (Refused, "wrong_type")


@pytest.mark.parametrize("said", ["application/x-gzip", "application/octet-stream", "text/xml"])
async def test_a_gzipped_sitemap_is_unpacked(site, fetcher_for, said: str) -> None:
    site.page("/s.xml.gz", gzip.compress(b"<urlset/>"), content_type=said)
    got = await fetcher_for(site).get(f"{site.origin}/s.xml.gz", "text")
    assert got.body == b"<urlset/>"


@pytest.mark.parametrize(
    ("kind", "tag", "refused"),
    [
        ("page", "noai", True),
        ("page", "noimageai", True),
        ("page", "otherbot: noai", False),
        ("page", "vqva-crawl: noindex", True),
        ("image", "noimageai", True),
        ("image", "nofollow, noimageindex", True),
        ("text", "noindex", False),
    ],
)
async def test_opt_outs(site, fetcher_for, kind, tag, refused) -> None:
    types = {"page": "text/html", "image": "image/png", "text": "text/xml"}
    site.page("/a", content_type=types[kind], X_Robots_Tag=tag)
    if refused:
        got = await failure(fetcher_for(site, opt_outs="obey"), f"{site.origin}/a", kind)
        assert (type(got), got.kind) == (Refused, "opt_out")
    else:
        await fetcher_for(site, opt_outs="obey").get(f"{site.origin}/a", kind)
    await fetcher_for(site, opt_outs="ignore").get(f"{site.origin}/a", kind)


@pytest.mark.parametrize(
    ("kind", "tag", "refused"),
    [
        ("page", "noai", True),
        ("image", "index noimageai", True),
        ("image", "otherbot: noai", False),
        ("page", "noimageai", True),
    ],
)
async def test_an_opt_out_on_the_way_holds(site, fetcher_for, kind, tag, refused) -> None:
    types = {"page": "text/html", "image": "image/png"}
    site.page("/a", status=302, location="/b", X_Robots_Tag=tag)
    site.page("/b", content_type=types[kind])
    obeying = fetcher_for(site, opt_outs="obey")
    if refused:
        assert (await failure(obeying, f"{site.origin}/a", kind)).kind == "opt_out"
        assert site.visits == ["/a"]
    else:
        await obeying.get(f"{site.origin}/a", kind)
    await fetcher_for(site, opt_outs="ignore").get(f"{site.origin}/a", kind)


# Retry-After ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_is_handed_to_the_limiter(site, fetcher_for, form) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)

    async def busy(request: web.Request) -> web.Response:
        if len(site.visits) > 1:
            return web.Response(content_type="text/html")
        named = "300" if form == "seconds" else later
        return web.Response(status=429, headers={"Retry-After": named})

    site.on("/a", busy)
    limiter = FakeLimiter()
    fetcher = fetcher_for(site, retries=1, limiter=limiter, robots="ignore")
    assert (await fetcher.get(f"{site.origin}/a", "page")).status == 200
    assert limiter.pauses[f"host:127.0.0.1:{site.port}"] == pytest.approx(300, abs=2)


async def test_a_pause_is_kept_by_every_request_to_the_host(site, fetcher_for) -> None:
    async def busy(request: web.Request) -> web.Response:
        first = request.path == "/a" and site.visits.count("/a") == 1
        return web.Response(
            status=503 if first else 200, headers={"Retry-After": "1"}, content_type="text/html"
        )

    site.on("/a", busy)
    site.on("/b", busy)
    fetcher = fetcher_for(site, retries=1, robots="ignore")
    began = time.monotonic()
    first = asyncio.create_task(fetcher.get(f"{site.origin}/a", "page"))
    await site.visited.wait()
    await asyncio.sleep(0.05)
    await asyncio.gather(first, fetcher.get(f"{site.origin}/b", "page"))
    assert site.visits[0] == "/a"
    assert time.monotonic() - began >= 1


async def test_who_asks_for_more_than_our_patience_is_left_alone(site, fetcher_for) -> None:
    site.page("/a", b"", 429, Retry_After="7200")
    site.page("/b")
    fetcher = fetcher_for(site, retries=3, robots="ignore")
    got = await failure(fetcher, f"{site.origin}/a")
    assert isinstance(got, RateLimited)
    assert got.retry_after == 7200
    got = await failure(fetcher, f"{site.origin}/b")
    assert isinstance(got, RateLimited)
    assert site.visits == ["/a"]


# Cache and single flight ---------------------------------------------------------------------


async def test_a_hit_costs_no_request_and_no_slot(site, fetcher_for) -> None:
    site.page("/a", content_type="image/png")
    cache = Memory()
    await fetcher_for(site, cache=cache).get(f"{site.origin}/a", "image")
    limiter = FakeLimiter()
    again = fetcher_for(site, cache=cache, limiter=limiter)
    response = await again.get(f"{site.origin}/a", "image")
    assert response.cached
    assert (again.counters.requests, again.counters.cached, limiter.slots) == (0, 1, [])
    assert site.visits == ["/a"]
    assert (await failure(again, f"{site.origin}/a", "page")).kind == "wrong_type"


async def test_failures_are_never_cached(site, fetcher_for) -> None:
    cache = Memory()
    fetcher = fetcher_for(site, cache=cache)
    assert (await failure(fetcher, f"{site.origin}/a")).kind == "http_404"
    site.page("/a")
    assert (await fetcher.get(f"{site.origin}/a", "page")).status == 200
    assert [url for url in cache.kept if "robots.txt" not in url] == [f"{site.origin}/a"]


async def test_an_opt_out_holds_for_cached_answers_too(site, fetcher_for) -> None:
    site.page("/a", X_Robots_Tag="noai")
    cache = Memory()
    await fetcher_for(site, cache=cache, opt_outs="ignore").get(f"{site.origin}/a", "page")
    got = await failure(fetcher_for(site, cache=cache, opt_outs="obey"), f"{site.origin}/a")
    assert got.kind == "opt_out"


async def test_callers_of_one_url_share_a_request(site, fetcher_for) -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.1)
        return web.Response(body=PNG, content_type="image/png")

    site.on("/a", slow)
    fetcher = fetcher_for(site)
    tasks = [asyncio.create_task(fetcher.get(f"{site.origin}/a", "image")) for _ in range(5)]
    await asyncio.sleep(0.05)
    tasks[0].cancel()  # the others do not notice
    found = await asyncio.gather(*tasks[1:])
    assert {response.body for response in found} == {PNG}
    assert site.visits == ["/a"]
    assert site.robots_visits == 1


async def test_when_all_callers_leave_the_request_ends(site, fetcher_for) -> None:
    limiter = FakeLimiter()

    async def hang(request: web.Request) -> web.Response:
        await asyncio.sleep(90)
        return web.Response()

    site.on("/a", hang)
    fetcher = fetcher_for(site, limiter=limiter, timeout=60)
    task = asyncio.create_task(fetcher.get(f"{site.origin}/a", "page"))
    await site.visited.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.05)
    assert limiter.active == 0


async def test_the_limiter_bounds_what_a_server_sees(site, fetcher_for) -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.01)
        return web.Response(content_type="text/html")

    for n in range(20):
        site.on(f"/{n}", slow)
    fetcher = fetcher_for(site)
    await asyncio.gather(*(fetcher.get(f"{site.origin}/{n}", "page") for n in range(20)))
    assert site.most_at_once == 4


def dated(site, path: str, **validators: str) -> list[dict[str, str]]:
    """Serves a page with validators, and 304 to who has it; gives the headers of the requests."""
    asked = []

    async def page(request: web.Request) -> web.Response:
        asked.append({name.lower(): value for name, value in request.headers.items()})
        known = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        headers = {**validators, "X-Seen": str(len(asked))}
        if known in validators.values():
            return web.Response(status=304, headers=headers)
        return web.Response(body=b"<html>ok</html>", content_type="text/html", headers=headers)

    site.on(path, page)
    return asked


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"ETag": '"v1"'}, {"if-none-match": '"v1"'}),
        (
            {"Last-Modified": "Sat, 01 Aug 2026 00:00:00 GMT"},
            {"if-modified-since": "Sat, 01 Aug 2026 00:00:00 GMT"},
        ),
    ],
)
async def test_an_expired_page_is_asked_whether_it_has_changed(
    site, fetcher_for, tmp_path, given, sent
) -> None:
    asked = dated(site, "/a", **given)
    cache, url = StoredResponses(Entries(tmp_path)), f"{site.origin}/a"
    first = await fetcher_for(site, cache=cache).get(url, "page")
    cache.expire(url)
    again = await fetcher_for(site, cache=cache).get(url, "page")
    assert sent.items() <= asked[1].items()
    assert (again.body, again.headers["x-seen"], again.cached) == (first.body, "2", False)
    third = await fetcher_for(site, cache=cache).get(url, "page")
    assert (third.cached, len(asked)) == (True, 2)


async def test_a_page_that_changed_takes_the_place_of_the_expired_one(
    site, fetcher_for, tmp_path
) -> None:
    cache, url = StoredResponses(Entries(tmp_path)), f"{site.origin}/a"
    site.page("/a", b"<html>old</html>", ETag='"v1"')
    await fetcher_for(site, cache=cache).get(url, "page")
    cache.expire(url)
    site.page("/a", b"<html>new</html>", ETag='"v2"')
    assert (await fetcher_for(site, cache=cache).get(url, "page")).body == b"<html>new</html>"


async def test_a_page_is_dropped_by_its_url_as_a_page_gives_it(site, fetcher_for, tmp_path) -> None:
    cache = StoredResponses(Entries(tmp_path))
    site.page("/my face.png", PNG, content_type="image/png")
    given = f"{site.origin}/my face.png#large"
    for visits in (1, 2):
        await fetcher_for(site, cache=cache).get(given, "image")
        assert len(site.visits) == visits
        cache.drop(given)
    cache.drop("data:image/png;base64,AAAA")


async def test_validators_go_to_where_they_came_from_alone(
    site, other, fetcher_for, tmp_path
) -> None:
    asked = dated(other, "/b", ETag='"v1"')
    site.page("/a", b"", 302, location=f"{other.origin}/b")
    cache, url = StoredResponses(Entries(tmp_path)), f"{site.origin}/a"
    await fetcher_for(site, other, cache=cache).get(url, "page")
    cache.expire(url)
    again = await fetcher_for(site, other, cache=cache).get(url, "page")
    assert again.url == f"{other.origin}/b"
    assert [request.get("if-none-match") for request in asked] == [None, '"v1"']
    assert not [headers for headers in site.headers if "if-none-match" in map(str.lower, headers)]


async def test_an_opt_out_that_comes_with_a_304_holds(site, fetcher_for, tmp_path) -> None:
    given = {"ETag": '"v1"'}
    dated(site, "/a", **given)
    cache, url = StoredResponses(Entries(tmp_path)), f"{site.origin}/a"
    await fetcher_for(site, cache=cache).get(url, "page")
    cache.expire(url)
    dated(site, "/a", **given, **{"X-Robots-Tag": "noai"})
    assert (await failure(fetcher_for(site, cache=cache, opt_outs="obey"), url)).kind == "opt_out"
