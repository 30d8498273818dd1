"""SearXNG: what is asked of it, and what is said where it cannot answer."""

from __future__ import annotations

import pytest
from search_backends import QUERY, hits, replies

from vqva_crawl.errors import ConfigError, Refused, Transient
from vqva_crawl.registry import check_options

# As an instance answers, every field of it.
ANSWER = {
    "query": "frog life cycle",
    "number_of_results": 2400000,
    "results": [
        {
            "url": "https://en.wikipedia.org/wiki/Frog",
            "title": "Frog - Wikipedia",
            "content": "A frog is any member of a diverse group of short-bodied amphibians.",
            "thumbnail": "",
            "engine": "duckduckgo",
            "template": "default.html",
            "parsed_url": ["https", "en.wikipedia.org", "/wiki/Frog", "", "", ""],
            "img_src": "",
            "priority": "",
            "engines": ["duckduckgo", "brave"],
            "positions": [1, 2],
            "score": 3.0,
            "category": "general",
            "publishedDate": None,
        }
    ],
    "answers": [],
    "corrections": [],
    "infoboxes": [],
    "suggestions": ["frog life cycle stages"],
    "unresponsive_engines": [["qwant", "Suspended: access denied"]],
}


async def test_an_answer_with_every_field_is_read(site, fetcher_for):
    asked = replies(site, "/search", ANSWER)
    (hit,) = await hits("searxng", site, fetcher_for(site))
    assert hit.url == "https://en.wikipedia.org/wiki/Frog"
    assert hit.title == "Frog - Wikipedia"
    assert hit.snippet.startswith("A frog is any member")
    assert asked[0]["params"] == {
        "q": QUERY.text,
        "format": "json",
        "pageno": "1",
        "categories": "general",
        "safesearch": "2",
    }


async def test_options_are_handed_on(site, fetcher_for):
    asked = replies(site, "/search", ANSWER)
    options = {
        "categories": "science",
        "engines": "wikipedia,arxiv",
        "language": "de-AT",
        "safe_search": "none",
    }
    await hits("searxng", site, fetcher_for(site), limit=1, **options)
    given = asked[0]["params"]
    assert given["categories"] == "science"
    assert given["engines"] == "wikipedia,arxiv"
    assert given["language"] == "de-AT"
    assert given["safesearch"] == "0"


async def test_an_instance_without_json_says_what_to_switch_on(site, fetcher_for):
    site.page("/search", b"<!doctype html><title>403 Forbidden</title><h1>Forbidden</h1>", 403)
    with pytest.raises(Refused, match=r"has to list json in search\.formats") as caught:
        await hits("searxng", site, fetcher_for(site))
    assert caught.value.kind == "key_refused"


async def test_engines_that_do_not_answer_the_instance_are_named(site, fetcher_for):
    silent = [["google", "Suspended: CAPTCHA"], ["bing", "timeout"], "odd", ["brave", None]]
    replies(site, "/search", {**ANSWER, "results": [], "unresponsive_engines": silent})
    with pytest.raises(Transient, match=r"google: Suspended: CAPTCHA, bing: timeout, odd"):
        await hits("searxng", site, fetcher_for(site))


async def test_nothing_found_is_no_failure(site, fetcher_for):
    replies(site, "/search", {**ANSWER, "results": [], "unresponsive_engines": []})
    assert await hits("searxng", site, fetcher_for(site)) == []


def test_an_instance_has_to_be_named():
    with pytest.raises(ConfigError, match=r"options\.base_url"):
        check_options("search", "searxng", {}, "options")
