import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqva_crawl.clients.robotstxt import MAX_BYTES, parse, product_token

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "robots-vectors.json").read_text())


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["case"])
def test_conformance(vector: dict) -> None:
    rules = parse(vector["robots"].encode("latin-1"), vector["agent"])
    assert rules.allows(vector["url"]) is vector["allowed"]


def test_the_name_is_the_first_word_up_to_the_slash() -> None:
    assert product_token("Vqva-Crawl/0.1 (contact: a@b.example)") == "vqva-crawl"
    assert product_token("") == ""


@pytest.mark.parametrize("agent", ["vqva", "crawl", "other-vqva-crawl", "vqva-crawl-news"])
def test_groups_of_similar_names_are_not_ours(agent: str) -> None:
    text = f"User-agent: {agent}\nDisallow: /\n\nUser-agent: *\nDisallow: /x\n"
    rules = parse(text.encode(), "vqva-crawl/0.1")
    assert rules.allows("http://h/a")
    assert not rules.allows("http://h/x")


def test_our_own_group_wins_over_the_star() -> None:
    text = b"User-agent: *\nDisallow: /\nUser-agent: VQVA-CRAWL/9\nDisallow:\n"
    rules = parse(text, "vqva-crawl/1")
    assert rules.allows("http://h/a")


def test_rules_behind_a_byte_order_mark_count() -> None:
    text = "\ufeffUser-agent: *\nDisallow: /\n"
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        assert not parse(text.encode(encoding), "bot").allows("http://h/a")


def test_an_escaped_url_does_not_slip_past_a_rule() -> None:
    rules = parse(b"User-agent: *\nDisallow: /private/\nDisallow: /caf\xc3\xa9\n", "bot")
    for path in ("/private/a", "/%70rivate/a", "/caf%C3%A9", "/caf%c3%a9"):
        assert not rules.allows(f"http://h{path}")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_oversize_files_are_read_up_to_the_limit_and_never_mid_line(
    encoding: str, end: str
) -> None:
    head = f"\ufeffUser-agent: *{end}Disallow: /early{end}"
    room = (MAX_BYTES - len(head.encode(encoding))) // len("x".encode(encoding))
    filler = "#" * (room - len(end) - 11) + end
    text = head + filler + f"Disallow: /late-and-cut{end}" * 40_000
    rules = parse(text.encode(encoding), "bot")
    assert not rules.allows("http://h/early")
    assert rules.allows("http://h/late-and-cut")
    assert rules.allows("http://h/la")


def test_a_file_of_just_the_limit_is_read_to_its_end() -> None:
    head, last = b"User-agent: *\n", b"\nDisallow: /last"
    body = head + b"#" * (MAX_BYTES - len(head + last)) + last
    assert not parse(body, "bot").allows("http://h/last")


def test_an_html_page_holds_no_rules() -> None:
    page = b"<!doctype html><html><body><p>Not found: disallow nothing</p></body></html>"
    assert parse(page, "bot").allows("http://h/a")


def test_delay_and_sitemaps() -> None:
    text = b"Sitemap: http://h/a.xml\nUser-agent: *\nCrawl-delay: 2.5\nSitemap: /b\nDisallow: /x\n"
    rules = parse(text, "bot")
    assert rules.crawl_delay == 2.5
    assert rules.sitemaps == ("http://h/a.xml", "/b")
    assert not rules.allows("http://h/x")


@settings(max_examples=40)
@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_are_read(body: bytes, path: str) -> None:
    assert parse(body, "bot").allows("http://h/" + path) in (True, False)


def shouted(line: str) -> str:
    key, colon, value = line.partition(":")
    return key.upper() + colon + value


LINES = ["User-agent: *", "User-agent: bot", "Disallow: /a", "Allow: /a/b", "Disallow: /*x$", ""]


@given(st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_line_ends_and_case_of_keys_do_not_matter(lines: list[str], end: str) -> None:
    plain = parse("\n".join(lines).encode(), "bot")
    other = parse(end.join(map(shouted, lines)).encode(), "BOT/2")
    for path in ("/", "/a", "/a/b", "/a/bx"):
        assert plain.allows(f"http://h{path}") is other.allows(f"http://h{path}")
