"""What the site backend finds of a site, and which collected pages answer a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vqva_crawl.agents.rules.planner import PHRASES
from vqva_crawl.clients.fakes import FakeFetcher
from vqva_crawl.clients.search.index import PageIndex
from vqva_crawl.clients.search.site import Site, SiteOptions
from vqva_crawl.clients.wording import stem, telling
from vqva_crawl.errors import ConfigError, FetchError, Refused, Transient
from vqva_crawl.records import Query
from vqva_crawl.registry import check_options

START = "http://a.test/docs/"


def backend(
    folder: Path,
    pages: Mapping[str, bytes | FetchError] = {},
    tell: Callable[[str], object] = print,
    **options: object,
) -> Site:
    asked = SiteOptions.model_validate({"start": [START], **options})
    return Site("site", asked, FakeFetcher(dict(pages)), PageIndex(folder / "index.sqlite"), tell)


async def seeds(
    folder: Path, pages: Mapping[str, bytes | FetchError], **options: object
) -> list[str]:
    return [target.url for target in await backend(folder, pages, **options).seeds()]


def locs(*urls: str, root: str = "urlset") -> bytes:
    return f"<{root}>{''.join(f'<url><loc>{u}</loc></url>' for u in urls)}</{root}>".encode()


# Discovery


async def test_the_sitemaps_that_robots_txt_names_are_read(tmp_path: Path):
    pages = {
        "http://a.test/robots.txt": b"\xef\xbb\xbfsitemap: /maps.xml\nUser-agent: *\nDisallow:",
        "http://a.test/maps.xml": locs("http://b.test/one.xml", root="sitemapindex"),
        "http://b.test/one.xml": locs(f"{START}one.html", "http://a.test/else.html"),
        "http://a.test/sitemap.xml": locs(f"{START}forgotten.html"),
    }
    assert await seeds(tmp_path, pages) == [START, f"{START}one.html"]
    assert await seeds(tmp_path, pages, sitemap=False) == [START]


async def test_without_a_word_in_robots_txt_the_usual_place_is_tried(tmp_path: Path):
    pages = {"http://a.test/sitemap.xml": locs(f"{START}one.html")}
    assert await seeds(tmp_path, pages) == [START, f"{START}one.html"]
    assert await seeds(tmp_path, {}) == [START]


async def test_locations_may_be_escaped_or_marked_as_character_data(tmp_path: Path):
    escaped = [f"/docs/b.html?x=1{sign}y=2" for sign in ("&amp;", "&#038;", "&#x26;")]
    listed = locs("\n <![CDATA[/docs/a.html?x=1&copy=2]]> \n", *escaped)
    assert await seeds(tmp_path, {"http://a.test/sitemap.xml": listed}) == [
        START,
        f"{START}a.html?x=1&copy=2",
        f"{START}b.html?x=1&y=2",
    ]


async def test_a_large_sitemap_is_read_to_its_end_and_the_first_keys_are_taken(tmp_path: Path):
    listed = locs(*(f"{START}{n:06}.html" for n in reversed(range(9_000))))
    found = await seeds(tmp_path, {"http://a.test/sitemap.xml": listed}, max_pages=2)
    assert found == [START, f"{START}000000.html", f"{START}000001.html"]


async def test_a_sitemap_may_be_plain_text(tmp_path: Path):
    listed = f"\ufeff{START}a.html\r\n\n  {START}b.html \nno URL\n/docs/c.html\n{START}d.html"
    found = await seeds(tmp_path, {"http://a.test/sitemap.xml": listed.encode()})
    assert found == [START, f"{START}a.html", f"{START}b.html", f"{START}d.html"]


PREFIXED = (
    "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9' "
    "xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><s:url>"
    "<s:loc>/docs/a.html</s:loc><image:image><image:loc>/docs/no.html</image:loc></image:image>"
    "</s:url><s:url><s:loc>/docs/b.html</s:loc></s:url></s:urlset>"
)
RSS = (
    "<rss version='2.0'><channel><title>News</title><link>http://a.test/</link>"
    "<atom:link href='/docs/no.html' rel='self'/>"
    "<item><title>A</title><link>/docs/a.html</link><guid>/docs/no.html</guid></item>"
    "<item><link><![CDATA[http://a.test/docs/b.html]]></link></item></channel></rss>"
)
RSS_1 = (
    "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><item rdf:about='x'><link>/docs/a.html</link></item>"
    "<item rdf:about='y'><link>/docs/b.html</link></item></rdf:RDF>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self' href='/docs/no.html'/><entry>"
    '<link href="/docs/a.html"/><link rel="enclosure" href="/docs/no.html"/></entry>'
    "<entry><link href='/docs/b.html' rel='alternate' type='text/html' ></link></entry></feed>"
)


@pytest.mark.parametrize("listed", [PREFIXED, RSS, RSS_1, ATOM])
async def test_a_sitemap_may_be_a_feed_and_its_names_may_have_prefixes(tmp_path: Path, listed: str):
    pages = {
        "http://a.test/robots.txt": b"Sitemap: /list",
        "http://a.test/list": f"<?xml version='1.0'?>\n{listed}".encode(),
    }
    assert await seeds(tmp_path, pages) == [START, f"{START}a.html", f"{START}b.html"]


def failed(kind: str, error: type[FetchError] = Refused) -> FetchError:
    return error(kind, "http://a.test/m.xml", "it did")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (failed("http_404"), "http://a.test/m.xml: it did (http_404)"),
        (failed("http_500", Transient), "http://a.test/m.xml: it did (http_500)"),
        (failed("wrong_type"), "http://a.test/m.xml: it did (wrong_type)"),
        (b"<html>gone", "http://a.test/m.xml: neither XML of sitemaps.org nor a URL a line"),
        (locs(), ""),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", ""),
    ],
)
@pytest.mark.parametrize("more", [0, 2])
async def test_a_named_sitemap_that_cannot_be_had_costs_a_line(
    tmp_path: Path, answer: bytes | FetchError, line: str, more: int
):
    named = ["/m.xml", "/one.xml", *(f"/{n}.xml" for n in range(more))]
    pages: dict[str, bytes | FetchError] = {
        "http://a.test/robots.txt": "".join(f"Sitemap: {name}\n" for name in named).encode(),
        "http://a.test/one.xml": locs(f"{START}one.html"),
        "http://a.test/m.xml": answer,
    }
    pages |= {f"http://a.test/{n}.xml": answer for n in range(more)}
    told: list[str] = []
    twice = [START, f"{START}two/"]
    found = await seeds(tmp_path, pages, tell=told.append, start=twice)
    assert found == [*twice, f"{START}one.html"]
    if more and line and isinstance(answer, bytes):
        line += "; and 2 more cannot be read"
    assert told == ([f"site: sitemap {line}"] if line else [])


@pytest.mark.parametrize(("kind", "lines"), [("http_404", 0), ("wrong_type", 0), ("timeout", 1)])
async def test_the_usual_place_is_only_missed_where_it_may_be_there(
    tmp_path: Path, kind: str, lines: int
):
    told: list[str] = []
    guess = {"http://a.test/sitemap.xml": failed(kind)}
    assert await seeds(tmp_path, guess, tell=told.append) == [START]
    assert len(told) == lines


async def test_sitemaps_that_name_each_other_come_to_an_end(tmp_path: Path):
    maps = [f"http://a.test/{n}.xml" for n in range(90)]
    site = {url: locs(*maps, root="sitemapindex") for url in maps}
    site["http://a.test/sitemap.xml"] = locs(*maps, root="sitemapindex")
    fetcher = FakeFetcher(site)
    found = Site("site", SiteOptions(start=[START]), fetcher, PageIndex(tmp_path / "i.sqlite"))
    assert [t.url for t in await found.seeds()] == [START]
    assert len(fetcher.asked) <= 51


@pytest.mark.parametrize("start", ["foo", "ftp://a.test/", "", "/docs/", "http://"])
def test_a_start_that_is_no_web_address_is_refused_by_the_name_of_its_key(start: str):
    where = "search.backends.0.options"
    with pytest.raises(ConfigError, match=rf"{where}\.start\.1: .*'{start}' is no http"):
        check_options("search", "site", {"start": [START, start]}, where)


def test_a_start_without_a_path_means_the_whole_site_and_no_other(tmp_path: Path):
    found = backend(tmp_path, start=["http://a.test"])
    targets = found.follow("http://a.test/", 0, ["http://a.test/x.html", "http://b.test/y.html"])
    assert [target.url for target in targets] == ["http://a.test/x.html"]


# Search

PAGES = [
    ("http://a.test/frog", "From spawn to frog", "Before and after each step the tadpoles change."),
    ("http://a.test/moon", "Phases of the moon", "The design of the diagram shows each stage."),
    ("http://a.test/room", "A living room", "Painted walls, before and after the work."),
]


async def found(site: Site, query: str) -> list[str]:
    asked = Query(text=query, topic="", domain="reasoning", family="causal")
    return [hit.url.rsplit("/", 1)[1] for hit in await site.search(asked, 10)]


@pytest.mark.parametrize(
    ("query", "pages"),
    [
        ("frog before and after", ["frog"]),
        ("stages of a tadpole", ["frog"]),  # another form of the word
        ("kitchen renovation design variations", []),
        ("kitchen room redesign before and after", []),  # one of two
        ("painted living room redesign before and after", ["room"]),
        ("kitchen cupboard paint door room", []),  # two of five
        ("the moon, or a frog?", []),
        ("frogs frog FROG tadpole pond", ["frog"]),  # two of three
        ("before and after", ["room", "frog"]),  # nothing but a phrase: that then
        ('"moon', ["moon"]),
        ("of the", []),
        ("...", []),
    ],
)
async def test_a_hit_holds_more_than_half_of_the_telling_words(
    tmp_path: Path, query: str, pages: list[str]
):
    site = backend(tmp_path)
    site.index("unit", PAGES)
    assert sorted(await found(site, query)) == sorted(pages)


async def test_the_better_page_comes_first(tmp_path: Path):
    site = backend(tmp_path)
    site.index("unit", [*PAGES, ("http://a.test/pond", "The pond", "In it lives a frog, a toad.")])
    assert await found(site, "frog") == ["frog", "pond"]


@pytest.mark.parametrize("phrase", [text for texts in PHRASES.values() for text in texts])
def test_the_planner_s_phrases_tell_nothing(phrase: str):
    assert telling(phrase.format("candle flames")) == ["candle", "flames"]


@pytest.mark.parametrize(
    "forms",
    ["rotate rotates rotated rotating rotation", "lens lens", "berry berries", "cut cutting"],
)
def test_forms_of_a_word_have_one_stem(forms: str):
    assert len({stem(word) for word in forms.split()}) == 1
    assert all(stem(word) for word in ("es", "ing", "s", "e", "ion", "ee", "glass"))
