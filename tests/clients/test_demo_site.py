"""The demo site is what its pages say: served by name, complete, and the same every time."""

from __future__ import annotations

import io
import math
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import aiohttp
import pytest
from PIL import Image
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from vqva_crawl.clients.demo import (
    OPTED_OUT,
    PICTURES,
    DemoPage,
    Served,
    pages,
    picture,
    search,
    serve,
)
from vqva_crawl.clients.demo.draw_tangram import FIGURES

REJECTS = {
    "icons_only",
    "unrelated",
    "opt_out_header",
    "opt_out_meta",
    "duplicate",
    "too_small",
    "robots",
    "language",
}
KEPT = [page for page in pages() if page.expect == "keep"]


class Visitor:
    """Asks a served demo site for URLs as if the hosts' names could be resolved."""

    def __init__(self, served: Served, session: aiohttp.ClientSession) -> None:
        self.served, self.session = served, session

    async def get(self, url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        host, port = self.served.routes[parts.netloc, 80]
        address = f"http://{host}:{port}{parts.path}"
        headers = {"Host": parts.netloc}
        async with self.session.request(method, address, headers=headers) as response:
            return response.status, dict(response.headers), await response.read()


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with serve() as served, aiohttp.ClientSession() as session:
        yield Visitor(served, session)


def images_of(page: DemoPage) -> list[str]:
    """Every picture URL that a page refers to, by whichever attribute."""
    found: list[str] = []
    for node in LexborHTMLParser(page.html).css("img, source"):
        for name in ("src", "data-src"):
            if node.attributes.get(name):
                found.append(node.attributes[name])
        found += [
            part.split()[0] for part in (node.attributes.get("srcset") or "").split(",") if part
        ]
    return [urljoin(page.url, url) for url in found]


def content_images(page: DemoPage) -> list[str]:
    """Without the site's signs and the smaller copies of a picture."""
    found = (url for url in images_of(page) if "/ui/" not in url)
    return [url for url in found if not re.search(r"-\d+w\.\w+$", url)]


def by_expect(expect: str) -> list[DemoPage]:
    return [page for page in pages() if page.expect == expect]


# Pages


def test_there_are_enough_good_pages_and_every_kind_of_reject():
    assert len(KEPT) >= 20
    assert {page.expect for page in pages()} == REJECTS | {"keep"}
    assert len({page.url for page in pages()}) == len(pages())


@pytest.mark.parametrize("page", KEPT, ids=lambda page: page.url)
def test_a_good_page_has_a_language_a_heading_enough_text_and_two_to_seven_pictures(
    page: DemoPage,
):
    tree = LexborHTMLParser(page.html)
    assert tree.css_first("html").attributes["lang"].startswith("en")
    assert tree.css_first("link[rel=canonical]").attributes["href"] == page.url
    assert len(tree.css("h1")) == 1
    assert len(tree.css("nav a, [role=navigation] a")) >= 5
    assert 120 <= len(page.text.split()) <= 480
    assert 2 <= len(set(content_images(page))) <= 7


def test_most_good_pages_carry_a_licence_and_some_do_not():
    licensed = [p for p in KEPT if LexborHTMLParser(p.html).css("[rel=license]")]
    assert 0.75 * len(KEPT) < len(licensed) < len(KEPT)


def test_links_within_the_site_lead_to_pages():
    known = {page.url for page in pages()}
    left_out = {"/search", "/feed.xml"}
    for page in pages():
        for node in LexborHTMLParser(page.html).css("a[href]"):
            url = urljoin(page.url, node.attributes["href"])
            parts = urlsplit(url)
            if parts.netloc.endswith(".demo.test") and parts.netloc != "img.demo.test":
                assert url in known or parts.path in left_out, (page.url, url)


def test_rejected_pages_show_the_reason_for_which_they_are_rejected():
    for page in by_expect("icons_only"):
        assert content_images(page) == []
    for page in by_expect("too_small"):
        for url in content_images(page):
            assert max(opened(url).size) < 150
    for page in by_expect("opt_out_meta"):
        assert 'name="robots" content="noai' in page.html
    for page in by_expect("opt_out_header"):
        assert "noai" in page.headers["X-Robots-Tag"]
    for page in by_expect("language"):
        assert LexborHTMLParser(page.html).css_first("html").attributes["lang"] == "de"
    for page in by_expect("duplicate"):
        assert any(page.text == other.text for other in KEPT)


# Pictures


def name_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def opened(url: str) -> Image.Image:
    image = Image.open(io.BytesIO(picture(name_of(url))))
    image.load()
    return image


def test_every_picture_is_on_a_page_and_no_two_are_the_same():
    used = {name_of(url) for page in pages() for url in images_of(page)}
    assert set(PICTURES) <= used
    assert len({picture(name) for name in PICTURES}) == len(PICTURES)


def test_the_pictures_of_good_pages_are_large_enough_to_train_on():
    for page in KEPT:
        for url in content_images(page):
            width, height = opened(url).size
            assert max(width, height) <= 640
            assert min(width, height) >= 300


def test_pictures_come_out_the_same_in_another_process():
    names = ["pond/frog.png", "beans/day-06.jpg", "poster/final.png", "moon/full-240w.png"]
    code = (
        "import hashlib, sys; from vqva_crawl.clients.demo import picture; "
        "print(*(hashlib.sha256(picture(n)).hexdigest() for n in sys.argv[1:]))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, *names],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != ""


def test_unknown_pictures_are_refused():
    with pytest.raises(KeyError):
        picture("pond/newt.png")


@pytest.mark.parametrize("figure", ["boat", "house", "fish"])
def test_every_tangram_figure_is_laid_with_the_pieces_of_the_square(figure: str):
    for name, piece in FIGURES["square"].items():
        assert _sides(FIGURES[figure][name]) == pytest.approx(_sides(piece))
        assert _area(FIGURES[figure][name]) == pytest.approx(_area(piece))


def _sides(points: list[tuple[float, float]]) -> list[float]:
    return sorted(math.dist(a, b) for a, b in zip(points, points[1:] + points[:1], strict=True))


def _area(points: list[tuple[float, float]]) -> float:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


# Search


def test_search_puts_the_page_that_is_meant_first():
    assert search("life cycle of a frog", 3)[0].url.endswith("/pond/common-frog.html")
    assert search("how an oxbow lake forms", 1)[0].url.endswith("/rivers/oxbow-lake.html")
    assert search("cross-section of an orange", 5)[0].url.endswith("/cuts/three-fruits.html")


def test_search_wants_more_than_half_of_the_telling_words_and_leaves_front_pages_out():
    assert search("quantum chromodynamics", 5) == []
    assert search("kitchen renovation before and after, step by step", 5) == []
    assert len(search("river bend", 4)) == 2  # the page and its copy
    assert len(search("river", 1)) == 1
    assert not any(page.url.endswith("/") for page in search("moon", 100))
    assert search("moon phases", 9) == search("Moon PHASES", 9)


# Server


async def test_every_page_and_every_picture_on_it_is_served(visitor: Visitor):
    for page in pages():
        status, headers, body = await visitor.get(page.url)
        assert (status, body.decode()) == (200, page.html)
        assert headers["Content-Type"] == "text/html; charset=utf-8"
    for url in sorted({url for page in pages() for url in images_of(page)}):
        status, headers, body = await visitor.get(url)
        assert status == 200, url
        image = Image.open(io.BytesIO(body))
        image.load()
        assert headers["Content-Type"] == f"image/{image.format.lower()}"


async def test_hosts_are_told_apart_by_name(visitor: Visitor):
    served = visitor.served
    assert len(served.routes) == 4
    assert len(set(served.routes.values())) == 1
    titles = set()
    for host in ("meadow.demo.test", "atelier.demo.test", "lab.demo.test"):
        titles.add((await visitor.get(f"http://{host}/"))[2])
    assert len(titles) == 3
    assert (await visitor.get("http://img.demo.test/"))[0] == 404
    assert (await visitor.get("http://lab.demo.test/pond/common-frog.html"))[0] == 404
    address, port = served.routes["lab.demo.test", 80]
    async with visitor.session.get(f"http://{address}:{port}/") as response:
        assert response.status == 421


async def test_only_reading_is_allowed(visitor: Visitor):
    assert (await visitor.get("http://lab.demo.test/", "HEAD"))[0] == 200
    assert (await visitor.get("http://lab.demo.test/", "POST"))[0] == 405


async def test_requests_are_listed_in_order(visitor: Visitor):
    await visitor.get("http://lab.demo.test/robots.txt")
    await visitor.get("http://img.demo.test/ui/lab.png")
    assert visitor.served.requests == [
        ("lab.demo.test", "/robots.txt"),
        ("img.demo.test", "/ui/lab.png"),
    ]


async def test_opt_outs_are_said_in_headers(visitor: Visitor):
    for page in pages():
        _, headers, _ = await visitor.get(page.url)
        assert ("X-Robots-Tag" in headers) == (page.expect == "opt_out_header")
    for name in ("village/fog.jpg", "village/noon.jpg"):
        _, headers, _ = await visitor.get(f"http://img.demo.test/{name}")
        assert ("noimageai" in headers.get("X-Robots-Tag", "")) == (name in OPTED_OUT)


async def test_robots_txt_keeps_crawlers_out_of_one_folder(visitor: Visitor):
    for host, _ in visitor.served.routes:
        _, headers, body = await visitor.get(f"http://{host}/robots.txt")
        assert headers["Content-Type"].startswith("text/plain")
        rules = Protego.parse(body.decode())
        for page in pages():
            if urlsplit(page.url).netloc == host:
                assert rules.can_fetch(page.url, "vqva-crawl") == (page.expect != "robots")


async def test_sitemaps_list_the_pages_that_robots_txt_allows(visitor: Visitor):
    listed = set()
    for host in ("meadow.demo.test", "atelier.demo.test", "lab.demo.test"):
        _, headers, body = await visitor.get(f"http://{host}/sitemap.xml")
        assert headers["Content-Type"].startswith("application/xml")
        root = ElementTree.fromstring(body)
        listed |= {node.text for node in root.iter() if node.tag.endswith("}loc")}
    assert listed == {page.url for page in pages() if page.expect != "robots"}
