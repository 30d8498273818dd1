"""Brave: an answer with the documented fields, and what is asked."""

from __future__ import annotations

import pytest
from search_backends import KEY, QUERY, header, hits, opened, replies

from vqva_crawl.clients.search.brave import Brave

PATH = "/res/v1/web/search"
ANSWER = {
    "type": "search",
    "query": {
        "original": "frog life cycle",
        "show_strict_warning": False,
        "is_navigational": False,
        "is_news_breaking": False,
        "spellcheck_off": True,
        "country": "us",
        "bad_results": False,
        "should_fallback": False,
        "more_results_available": True,
    },
    "mixed": {"type": "mixed", "main": [{"type": "web", "index": 0, "all": False}]},
    "web": {
        "type": "search",
        "results": [
            {
                "title": "The life cycle of a frog",
                "url": "https://www.natureschool.test/frog-life-cycle/",
                "is_source_local": False,
                "is_source_both": False,
                "description": "From egg to tadpole to frog, with pictures.",
                "page_age": "2024-03-01T00:00:00",
                "profile": {"name": "Natureschool", "url": "https://www.natureschool.test/"},
                "language": "en",
                "family_friendly": True,
                "type": "search_result",
                "subtype": "generic",
                "meta_url": {"scheme": "https", "netloc": "natureschool.test", "path": "› frog"},
                "thumbnail": {"src": "https://imgs.test/1", "original": "https://a.test/1.jpg"},
                "age": "March 1, 2024",
                "extra_snippets": ["Eggs hatch after a week."],
            }
        ],
        "family_friendly": True,
    },
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAVE_API_KEY", KEY)


async def test_an_answer_with_the_documented_fields_is_read(site, fetcher_for):
    asked = replies(site, PATH, ANSWER)
    (hit,) = await hits("brave", site, fetcher_for(site))
    assert hit.url == "https://www.natureschool.test/frog-life-cycle/"
    assert hit.title == "The life cycle of a frog"
    assert hit.snippet == "From egg to tadpole to frog, with pictures."
    assert header(site, "X-Subscription-Token") == KEY
    assert asked[0]["method"] == "GET"
    assert asked[0]["params"] == {
        "q": QUERY.text,
        "count": "10",
        "offset": "0",
        "safesearch": "strict",
        "result_filter": "web",
        "text_decorations": "false",
    }


async def test_options_are_handed_on(site, fetcher_for):
    asked = replies(site, PATH, ANSWER)
    options = {"country": "de", "language": "de", "safe_search": "none"}
    await hits("brave", site, fetcher_for(site), **options)
    given = asked[0]["params"]
    assert (given["country"], given["search_lang"], given["safesearch"]) == ("DE", "de", "off")


async def test_pages_are_counted_from_0_to_9_and_have_20_results(site, fetcher_for, monkeypatch):
    monkeypatch.setattr(Brave, "pause", 0.0)
    result = ANSWER["web"]["results"][0]
    pages = [
        {"web": {"results": [{**result, "url": f"http://a.test/{n}-{i}"} for i in range(20)]}}
        for n in range(11)
    ]
    asked = replies(site, PATH, *pages)
    found = await hits("brave", site, fetcher_for(site), limit=1000)
    assert len(found) == 200
    assert [request["params"]["offset"] for request in asked] == [str(n) for n in range(10)]
    assert {request["params"]["count"] for request in asked} == {"20"}


async def test_a_query_is_cut_to_what_the_service_takes(site, fetcher_for):
    asked = replies(site, PATH, ANSWER)
    long = QUERY.model_copy(update={"text": "word " * 60})
    async with opened("brave", fetcher_for(site), base_url=site.origin) as backend:
        await backend.search(long, 5)
    assert len(asked[0]["params"]["q"].split()) == 50
