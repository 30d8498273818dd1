"""Tavily: an answer with the documented fields, and what is asked."""

from __future__ import annotations

import pytest
from search_backends import KEY, QUERY, header, hits, replies

from vqva_crawl.errors import Refused

ITEM = {
    "title": "Frog life cycle",
    "url": "https://www.natureschool.test/frog",
    "content": "From egg to tadpole to frog.",
    "score": 0.81,
    "raw_content": None,
    "favicon": "https://www.natureschool.test/favicon.png",
}
ANSWER = {
    "query": "frog life cycle",
    "follow_up_questions": None,
    "answer": None,
    "images": [],
    "results": [ITEM],
    "auto_parameters": {"topic": "general", "search_depth": "basic"},
    "response_time": 1.67,
    "usage": {"credits": 1},
    "request_id": "123e4567-e89b-12d3-a456-426614174111",
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAVILY_API_KEY", KEY)


async def test_an_answer_with_the_documented_fields_is_read(site, fetcher_for):
    asked = replies(site, "/search", ANSWER)
    (hit,) = await hits("tavily", site, fetcher_for(site))
    assert hit.url == "https://www.natureschool.test/frog"
    assert hit.title == "Frog life cycle"
    assert hit.snippet == "From egg to tadpole to frog."
    assert header(site, "Authorization") == f"Bearer {KEY}"
    body = {
        "query": QUERY.text,
        "max_results": 10,
        "search_depth": "basic",
        "topic": "general",
    }
    assert asked == [{"method": "POST", "params": {}, "body": body}]


async def test_options_are_handed_on(site, fetcher_for):
    asked = replies(site, "/search", ANSWER)
    options = {"depth": "advanced", "country": "Austria", "safe_search": True}
    await hits("tavily", site, fetcher_for(site), **options)
    body = asked[0]["body"]
    assert body["search_depth"] == "advanced"
    assert body["country"] == "austria"
    assert body["safe_search"] is True


async def test_there_is_one_page_of_at_most_20_results(site, fetcher_for):
    results = [{**ITEM, "url": f"http://a.test/{n}"} for n in range(20)]
    asked = replies(site, "/search", {**ANSWER, "results": results})
    assert len(await hits("tavily", site, fetcher_for(site), limit=50)) == 20
    assert [request["body"]["max_results"] for request in asked] == [20]


async def test_the_limit_of_pay_as_you_go_is_a_used_up_quota(site, fetcher_for):
    replies(site, "/search", (433, {"detail": {"error": "exceeds the pay-as-you-go limit"}}))
    with pytest.raises(Refused, match=r"quota is used up; .*pay-as-you-go"):
        await hits("tavily", site, fetcher_for(site))
