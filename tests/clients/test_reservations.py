"""What the files of an origin reserve: robots.txt's lines on use, TDMRep's file, ai.txt."""

from __future__ import annotations

import json

import pytest

from vqva_crawl.clients.optout import forbidden_by_headers
from vqva_crawl.clients.reservations import reserved_by_tdm, tdm_rules
from vqva_crawl.clients.robotstxt import parse
from vqva_crawl.errors import FetchError, Refused

ME = "vqva-crawl/0.1 (+https://example.org/crawl)"
TDMREP, AI_TXT = "/.well-known/tdmrep.json", "/ai.txt"
IMAGE = {"content_type": "image/png"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


@pytest.mark.parametrize(
    ("lines", "path", "trains"),
    [
        ("Content-Usage: train-ai=n", "/a", False),
        ("content-usage: search=y, train-ai=n", "/a", False),
        ("Content-Usage: train-ai = n", "/a", False),
        ("Content-Usage: search=n", "/a", True),
        ("Content-Usage: train-ai=y", "/a", True),
        ("Content-Usage: train-genai=n", "/a", False),
        ("Content-Usage: /art/ train-ai=n", "/art/a.png", False),
        ("Content-Usage: /art/ train-ai=n", "/docs/a.png", True),
        ("Content-Usage: train-ai=n\nContent-Usage: /open/ train-ai=y", "/open/a", True),
        ("Content-Usage: train-ai=n\nContent-Usage: /open/ train-ai=y", "/a", False),
        ("Content-Usage: train-ai=y\nContent-Usage: train-ai=n", "/a", False),
        ("Content-Usage: *.png train-ai=n", "/x/a.png", False),
        ("Content-Signal: search=yes,ai-train=no", "/a", False),
        ("Content-Signal: search=yes, ai-train=yes", "/a", True),
        ("Content-Usage:", "/a", True),
        ("Content-Usage: train-ai", "/a", True),
    ],
)
def test_lines_on_training_in_robots_txt(lines: str, path: str, trains: bool):
    rules = parse(f"User-agent: *\nAllow: /\n{lines}\n".encode(), ME)
    assert rules.trains(f"http://a.test{path}") is trains
    assert rules.allows(f"http://a.test{path}")


def test_lines_on_training_are_those_of_a_group():
    for other, trains in (("otherbot", True), ("vqva-crawl", False)):
        said = f"User-agent: {other}\nContent-Usage: train-ai=n\n\nUser-agent: *\nDisallow: /x\n"
        assert parse(said.encode(), ME).trains("http://a.test/") is trains


def test_a_line_on_training_ends_no_list_of_agents():
    said = "User-agent: vqva-crawl\nContent-Usage: train-ai=y\nUser-agent: b\nDisallow: /x\n"
    assert not parse(said.encode(), ME).allows("http://a.test/x")


def test_a_header_with_a_signal_counts_as_well():
    assert forbidden_by_headers([("Content-Signal", "ai-train=no")], "page", ME)
    assert not forbidden_by_headers([("Content-Signal", "search=no")], "page", ME)


def rule(location: object, reserved: object = 1) -> dict[str, object]:
    return {"location": location, "tdm-reservation": reserved}


@pytest.mark.parametrize(
    ("rules", "path", "reserved"),
    [
        ([rule("/")], "/a", True),
        ([rule("/", "1")], "/a", True),
        ([rule("/", 0)], "/a", False),
        ([rule("/art/")], "/art/a.png", True),
        ([rule("/art/")], "/docs/a.png", False),
        ([rule("art/*.png")], "/art/x/a.png", True),
        ([rule("/*.png$")], "/a.png?x", False),
        ([rule("/open/", 0), rule("/")], "/open/a", False),
        ([rule("/open/", 0), rule("/")], "/a", True),
        ([rule("/"), rule("/open/", 0)], "/open/a", True),  # the first or the most special
        ([rule("/", 0), rule("/art/")], "/art/a", True),
        ([rule(7), {"location": "/"}, None, "x"], "/a", False),
        ([], "/a", False),
    ],
)
def test_the_rules_of_a_tdmrep_file(rules: list[object], path: str, reserved: bool):
    found = tdm_rules(json.dumps(rules).encode())
    assert reserved_by_tdm(found, f"http://a.test{path}") is reserved


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b"\xff\xfe", b"7", b'"x"'])
def test_a_tdmrep_file_that_is_none_reserves_nothing(body: bytes):
    assert tdm_rules(body) == ()


def test_one_object_in_place_of_a_list_is_read_and_a_mark_of_byte_order_skipped():
    assert reserved_by_tdm(tdm_rules(b"\xef\xbb\xbf" + json.dumps(rule("/")).encode()), "http://a/")


# Through the fetcher


async def refusal(fetcher, url: str, kind: str) -> FetchError | None:
    try:
        await fetcher.get(url, kind)
    except Refused as error:
        return error
    return None


@pytest.mark.parametrize(
    ("file", "body", "name"),
    [
        ("/robots.txt", b"User-agent: *\nContent-Usage: train-ai=n", "robots.txt"),
        (TDMREP, json.dumps([rule("/")]).encode(), TDMREP),
        (AI_TXT, b"User-Agent: *\nDisallow: *.png\nDisallow: /page", AI_TXT),
    ],
)
@pytest.mark.parametrize("kind", ["page", "image"])
async def test_what_is_reserved_is_never_asked_for(site, fetcher_for, file, body, name, kind):
    path = "/page" if kind == "page" else "/a.png"
    site.page(file, body, content_type="text/plain")
    site.page(path, PNG if kind == "image" else b"<html>x", **(IMAGE if kind == "image" else {}))
    error = await refusal(fetcher_for(site, opt_outs="obey"), site.origin + path, kind)
    assert (error.kind, name in error.detail) == ("opt_out", True)
    assert site.visits == []
    assert await refusal(fetcher_for(site, opt_outs="ignore"), site.origin + path, kind) is None


async def test_a_reservation_holds_where_a_redirect_leads(site, other, fetcher_for):
    other.page(TDMREP, json.dumps([rule("/")]).encode(), content_type="application/json")
    other.page("/b", b"<html>x")
    site.page("/a", b"", 302, location=f"{other.origin}/b")
    fetcher = fetcher_for(site, other, opt_outs="obey")
    error = await refusal(fetcher, f"{site.origin}/a", "page")
    assert error.kind == "opt_out"
    assert other.visits == []


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_files_that_cannot_be_had_reserve_nothing(site, fetcher_for, status):
    for file in (TDMREP, AI_TXT):
        site.page(file, json.dumps([rule("/")]).encode(), status)
    site.page("/a", b"<html>x")
    assert await refusal(fetcher_for(site, opt_outs="obey"), f"{site.origin}/a", "page") is None


async def test_the_files_are_asked_for_once(site, fetcher_for):
    for path in ("/a", "/b", "/c"):
        site.page(path, b"<html>x")
    fetcher = fetcher_for(site, opt_outs="obey")
    for path in ("/a", "/b", "/c"):
        await fetcher.get(site.origin + path, "page")
    assert fetcher.counters.requests == 3 + len(["robots.txt", TDMREP, AI_TXT])


async def test_a_sitemap_is_no_content_to_reserve(site, fetcher_for):
    site.page(TDMREP, json.dumps([rule("/")]).encode(), content_type="application/json")
    site.page("/sitemap.xml", b"<urlset/>", content_type="application/xml")
    assert (
        await refusal(fetcher_for(site, opt_outs="obey"), f"{site.origin}/sitemap.xml", "text")
        is None
    )
