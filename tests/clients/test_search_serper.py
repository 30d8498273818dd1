"""Serper: an answer with the documented fields, and what is asked."""

from __future__ import annotations

import pytest
from search_backends import KEY, QUERY, header, hits, replies

ITEM = {
    "title": "Frog life cycle",
    "link": "https://www.natureschool.test/frog",
    "snippet": "From egg to tadpole to frog.",
    "date": "Mar 1, 2024",
    "sitelinks": [{"title": "Eggs", "link": "https://www.natureschool.test/eggs"}],
    "attributes": {"Missing": "cycle"},
    "rating": 4.5,
    "position": 1,
}
ANSWER = {
    "searchParameters": {"q": "frog", "gl": "us", "hl": "en", "num": 10, "type": "search"},
    "knowledgeGraph": {"title": "Frog", "website": "https://frogs.test/", "attributes": {}},
    "answerBox": {"title": "Frog", "answer": "16 weeks", "link": "https://box.test/"},
    "organic": [ITEM],
    "peopleAlsoAsk": [{"question": "What is a tadpole?", "link": "https://paa.test/"}],
    "relatedSearches": [{"query": "tadpole"}],
    "credits": 1,
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERPER_API_KEY", KEY)


async def test_an_answer_with_the_documented_fields_is_read(site, fetcher_for):
    asked = replies(site, "/search", ANSWER)
    (hit,) = await hits("serper", site, fetcher_for(site))
    assert hit.url == "https://www.natureschool.test/frog"
    assert hit.title == "Frog life cycle"
    assert hit.snippet == "From egg to tadpole to frog."
    assert header(site, "X-API-KEY") == KEY
    assert asked == [
        {"method": "POST", "params": {}, "body": {"q": QUERY.text, "num": 10, "page": 1}}
    ]


async def test_options_are_handed_on(site, fetcher_for):
    asked = replies(site, "/search", ANSWER)
    await hits("serper", site, fetcher_for(site), country="AT", language="de")
    assert asked[0]["body"]["gl"] == "at"
    assert asked[0]["body"]["hl"] == "de"


async def test_pages_are_counted_from_1_and_have_10_results(site, fetcher_for):
    pages = [
        {"organic": [{**ITEM, "link": f"http://a.test/{n}-{i}"} for i in range(10)]}
        for n in range(4)
    ]
    asked = replies(site, "/search", *pages)
    assert len(await hits("serper", site, fetcher_for(site), limit=25)) == 25
    assert [request["body"]["page"] for request in asked] == [1, 2, 3]
    assert {request["body"]["num"] for request in asked} == {10}
