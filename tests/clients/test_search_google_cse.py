"""Google's Custom Search JSON API: an answer with the documented fields, and what is asked."""

from __future__ import annotations

import pytest
from search_backends import KEY, QUERY, header, hits, replies

from vqva_crawl.errors import ConfigError, Refused
from vqva_crawl.registry import check_options

PATH = "/customsearch/v1"
ITEM = {
    "kind": "customsearch#result",
    "title": "Frog - Wikipedia",
    "htmlTitle": "<b>Frog</b> - Wikipedia",
    "link": "https://en.wikipedia.org/wiki/Frog",
    "displayLink": "en.wikipedia.org",
    "snippet": "A frog is any member of a diverse group of\namphibians.",
    "htmlSnippet": "A <b>frog</b> is any member of a diverse group of amphibians.",
    "formattedUrl": "https://en.wikipedia.org/wiki/Frog",
    "htmlFormattedUrl": "https://en.wikipedia.org/wiki/<b>Frog</b>",
    "pagemap": {"cse_image": [{"src": "https://upload.wikimedia.org/frog.jpg"}]},
}
ANSWER = {
    "kind": "customsearch#search",
    "url": {"type": "application/json", "template": "https://www.googleapis.com/customsearch/v1"},
    "queries": {
        "request": [{"title": "frog", "totalResults": "120", "count": 10, "startIndex": 1}],
        "nextPage": [{"title": "frog", "totalResults": "120", "count": 10, "startIndex": 11}],
    },
    "context": {"title": "the web"},
    "searchInformation": {"searchTime": 0.3, "totalResults": "120"},
    "items": [ITEM],
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)


async def test_an_answer_with_the_documented_fields_is_read(site, fetcher_for):
    asked = replies(site, PATH, ANSWER)
    (hit,) = await hits("google_cse", site, fetcher_for(site), cx="8ac1ab64606d234f1")
    assert hit.url == "https://en.wikipedia.org/wiki/Frog"
    assert hit.title == "Frog - Wikipedia"
    assert hit.snippet == "A frog is any member of a diverse group of amphibians."
    assert header(site, "X-Goog-Api-Key") == KEY
    assert asked[0]["params"] == {
        "q": QUERY.text,
        "cx": "8ac1ab64606d234f1",
        "num": "10",
        "start": "1",
        "safe": "active",
    }


async def test_options_are_handed_on(site, fetcher_for):
    asked = replies(site, PATH, ANSWER)
    options = {"cx": "id", "country": "AT", "language": "de", "safe_search": False}
    await hits("google_cse", site, fetcher_for(site), **options)
    given = asked[0]["params"]
    assert (given["gl"], given["lr"], given["safe"]) == ("at", "lang_de", "off")


async def test_no_more_than_100_results_are_asked_for(site, fetcher_for):
    pages = [
        {"items": [{**ITEM, "link": f"http://a.test/{n}-{i}"} for i in range(10)]}
        for n in range(11)
    ]
    asked = replies(site, PATH, *pages)
    found = await hits("google_cse", site, fetcher_for(site), limit=1000, cx="id")
    assert len(found) == 100
    assert [int(request["params"]["start"]) for request in asked] == list(range(1, 92, 10))


async def test_what_has_no_items_found_nothing(site, fetcher_for):
    replies(site, PATH, {key: value for key, value in ANSWER.items() if key != "items"})
    assert await hits("google_cse", site, fetcher_for(site), cx="id") == []


async def test_the_daily_limit_in_its_older_form(site, fetcher_for):
    reason = {"domain": "usageLimits", "reason": "dailyLimitExceeded", "message": "Limit Exceeded"}
    replies(site, PATH, (403, {"error": {"errors": [reason], "code": 403}}))
    with pytest.raises(Refused, match="quota is used up") as caught:
        await hits("google_cse", site, fetcher_for(site), cx="id")
    assert caught.value.kind == "quota_used_up"


def test_an_engine_has_to_be_named():
    with pytest.raises(ConfigError, match=r"options\.cx"):
        check_options("search", "google_cse", {}, "options")
