"""Searching a wiki; answers have the form that API:Search, API:Info and API:Images document.

A real MediaWiki is asked in tests/test_wiki_run.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.fakes import FakeApi, FakeFetcher
from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.mediawiki.backend import MediaWiki, mediawiki
from vqva_crawl.clients.search.mediawiki.options import MediaWikiOptions
from vqva_crawl.clients.search.mediawiki.plain import plain
from vqva_crawl.clients.search.mediawiki.wiki import Wiki
from vqva_crawl.errors import ConfigError, RateLimited, Refused, Transient
from vqva_crawl.records import Query
from vqva_crawl.storage.cache import Entries

API = "https://wiki.test/w/api.php"
QUERY = Query(text="frog eggs", topic="frogs", domain="world_knowledge", family="temporal")
Params = Mapping[str, Any]


def page(id: int, ns: int = 0, url: str = "", files: int = 2) -> dict[str, Any]:
    """A page as prop=info|images tells of it."""
    images = [{"ns": 6, "title": f"File:{id} {n}.jpg"} for n in range(files)]
    found = {"pageid": id, "ns": ns, "title": f"Page {id}"}
    return found | {"fullurl": url or f"https://wiki.test/wiki/Page_{id}", "images": images}


def wiki(pages: list[dict[str, Any]]) -> Callable[[Params, Any], Any]:
    """What a wiki with these pages says; all of them answer every search."""

    def answer(params: Params, body: Any) -> Any:
        if params.get("list") != "search":
            wanted = params["pageids"].split("|")
            return {"query": {"pages": [p for p in pages if str(p["pageid"]) in wanted]}}
        start = int(params.get("sroffset", 0))
        end = start + params["srlimit"]
        found = [
            {k: p[k] for k in ("ns", "title", "pageid")}
            | {"snippet": "a <span class='searchmatch'>frog</span> &amp; its\neggs"}
            for p in pages[start:end]
        ]
        more = {"continue": {"sroffset": end, "continue": "-||"}} if end < len(pages) else {}
        return {"query": {"searchinfo": {"totalhits": len(pages)}, "search": found}, **more}

    return answer


def backend(answers: Any, at_once: int = 50, **options: Any) -> tuple[MediaWiki, FakeApi]:
    api = FakeApi({API: answers})
    checked = MediaWikiOptions.model_validate({"api": API, **options})
    return MediaWiki("wiki", checked, Wiki(api, API), at_once), api


async def urls(answers: Any, limit: int = 10, **options: Any) -> list[str]:
    return [hit.url for hit in await backend(answers, **options)[0].search(QUERY, limit)]


async def test_a_hit_has_title_snippet_and_the_address_that_the_wiki_gives():
    asked, api = backend(wiki([page(7, url="https://wiki.test/wiki/Frog_%28animal%29")]))
    (hit,) = await asked.search(QUERY, 10)
    assert (hit.title, hit.snippet, hit.rank) == ("Page 7", "a frog & its eggs", 1)
    assert hit.url == "https://wiki.test/wiki/Frog_%28animal%29"
    assert (hit.query, hit.topic, hit.backend) == ("frog eggs", "frogs", "wiki")
    assert all(params["maxlag"] == 5 for _, params, _ in api.asked)


async def test_more_are_asked_for_until_there_are_enough():
    answers = wiki([page(n) for n in range(1, 9)])
    asked, api = backend(answers, at_once=3)
    hits = await asked.search(QUERY, 7)
    assert [hit.url[-1] for hit in hits] == list("1234567")
    assert [hit.rank for hit in hits] == list(range(1, 8))
    assert [params.get("sroffset") for _, params, _ in api.asked[::2]] == [None, "3", "6"]
    assert len(await asked.search(QUERY, 100)) == 8


async def test_pages_with_too_few_files_are_passed_over_and_others_take_their_place():
    answers = wiki([page(n, files=n % 3) for n in range(1, 12)])
    assert [url[-1] for url in await urls(answers, 3)] == ["2", "5", "8"]
    assert len(await urls(answers, 3, min_files=0)) == 3


async def test_files_are_counted_over_all_answers():
    def answer(params: Params, body: Any) -> Any:
        if "imcontinue" in params:
            rest = {"pageid": 1, "ns": 0, "title": "Page 1", "images": [{"title": "File:b.jpg"}]}
            return {"query": {"pages": [rest]}}
        said = wiki([page(1, files=1)])(params, body)
        more = {"continue": {"imcontinue": "1|b.jpg", "continue": "||info"}}
        return said if "list" in params else said | more

    assert await urls(answer) == ["https://wiki.test/wiki/Page_1"]


@pytest.mark.parametrize("namespace", [6, 14])
async def test_file_pages_and_categories_are_hits_although_their_files_are_not_counted(namespace):
    answers = wiki([page(1, ns=namespace, files=0)])
    asked, api = backend(answers, namespaces=[0, namespace])
    assert len(await asked.search(QUERY, 10)) == 1
    assert api.asked[0][1]["srnamespace"] == f"0|{namespace}"


@pytest.mark.parametrize(
    "found",
    [
        page(1, url="https://wiki.test/w/index.php?title=Frog&action=edit"),
        page(1, url="https://wiki.test/w/index.php?title=Frog&oldid=4"),
        page(1, ns=-1, url="https://wiki.test/wiki/Special:Search"),
        page(1, url="javascript:alert(1)"),
        {"pageid": 1, "ns": 0, "title": "No address", "images": [{}, {}]},
    ],
)
async def test_what_is_no_page_to_read_is_no_hit(found):
    assert await urls(wiki([{"url": "", **found}])) == []


async def test_a_wiki_without_short_addresses_and_one_that_names_no_scheme():
    plainly = page(1, url="https://wiki.test/w/index.php?title=Frog")
    assert await urls(wiki([plainly])) == [plainly["fullurl"]]
    assert await urls(wiki([page(1, url="//wiki.test/wiki/Frog")])) == [
        "https://wiki.test/wiki/Frog"
    ]


async def test_nothing_found_is_no_hit():
    assert await urls(wiki([])) == []


@pytest.mark.parametrize("said", [{}, {"query": []}, {"query": {"search": {"1": 2}}}])
async def test_an_answer_without_hits_has_none(said):
    assert await urls(lambda params, body: said) == []


@pytest.mark.parametrize("said", [[], None, 3, "Frogs"])
async def test_what_is_no_answer_of_a_wiki_is_told(said):
    with pytest.raises(Refused, match=r"not one of a wiki's api\.php"):
        await urls(lambda params, body: said)


async def test_what_a_wiki_warns_of_is_told_once():
    said = 'Unrecognized value for parameter "srnamespace": 999'
    api = FakeApi({API: {"warnings": {"search": {"warnings": said}}, "query": {"search": []}}})
    lines: list[str] = []
    asked = MediaWiki("wiki", MediaWikiOptions(), Wiki(api, API, lines.append))
    for _ in range(2):
        assert await asked.search(QUERY, 10) == []
    assert lines == [f"{API}: {said}"]


def error(code: str, **more: object) -> dict[str, object]:
    return {"error": {"code": code, "info": "What went\nwrong", **more}}


@pytest.mark.parametrize(
    ("said", "kind", "raised", "wait"),
    [
        (error("maxlag", host="db1", lag=17.4), "maxlag", RateLimited, 17.4),
        (error("maxlag", lag=0.2), "maxlag", RateLimited, 5),
        (error("maxlag", lag="?"), "maxlag", RateLimited, 5),
        (error("ratelimited"), "ratelimited", RateLimited, 60),
        (error("readonly"), "readonly", Transient, None),
        (error("internal_api_error_DBQueryError"), "internal_api_error", Transient, None),
        (error("badvalue"), "api_error", Refused, None),
        (error("srsearch-disabled"), "api_error", Refused, None),
        ({"error": "?"}, "api_error", Refused, None),
    ],
)
async def test_errors_that_come_with_status_200_have_kinds(said, kind, raised, wait):
    with pytest.raises(raised) as caught:
        await urls(lambda params, body: said)
    assert caught.value.kind == kind
    assert "\n" not in caught.value.detail
    assert getattr(caught.value, "retry_after", None) == wait
    if isinstance(said["error"], dict):
        assert f"{said['error']['code']}: What went wrong" in caught.value.detail


async def test_a_lagging_wiki_is_asked_again_and_what_it_said_is_not_kept(
    site, fetcher_for, tmp_path: Path
):
    answers = wiki([page(1)])
    lag = [error("readonly"), error("internal_api_error_x")]

    async def answer(request: web.Request) -> web.Response:
        params = {k: int(v) if k == "srlimit" else v for k, v in request.query.items()}
        return web.json_response(lag.pop() if lag else answers(params, None))

    site.on("/api.php", answer)
    options = MediaWikiOptions(api=f"{site.origin}/api.php")
    for _ in range(2):
        cache = StoredResponses(Entries(tmp_path))
        api = fetcher_for(site, cache=cache, retries=2).api
        asked = MediaWiki("wiki", options, Wiki(api, options.api))
        assert len(await asked.search(QUERY, 10)) == 1
    assert len(site.visits) == 4  # two that failed, two that were kept
    assert json.dumps(lag) == "[]"


async def opened(api: str, user_agent: str, folder: Path) -> MediaWiki:
    context = SearchContext("wiki", FakeFetcher({}), FakeApi({}), folder, user_agent=user_agent)
    async with AsyncExitStack() as stack:
        return await stack.enter_async_context(mediawiki({"api": api}, context))


@pytest.mark.parametrize(
    "api",
    [
        "https://en.wikipedia.org/w/api.php",
        "https://commons.wikimedia.org/w/api.php",
        "https://www.mediawiki.org/w/api.php",
    ],
)
async def test_wikimedia_is_asked_only_by_crawlers_that_name_a_contact(api, tmp_path):
    with pytest.raises(ConfigError, match=r"contact.*fetch\.user_agent"):
        await opened(
            api, "vqva-crawl/0.1 (research crawler; contact: set fetch.user_agent)", tmp_path
        )
    for contact in ("me@example.org", "+https://example.org/crawl"):
        assert (await opened(api, f"vqva-crawl/0.1 ({contact})", tmp_path)).name == "wiki"


async def test_other_wikis_ask_for_no_contact(tmp_path):
    assert await opened("https://notwikipedia.org/api.php", "mine/1", tmp_path)
    assert await opened(API, "mine/1", tmp_path)


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ('<a href="//c.test/User:A" title="x">Ann A. Bee</a>', "Ann A. Bee"),
        ("<ul><li>One</li><li>Two</li></ul>", "One Two"),
        ("<bdi>Unknown</bdi><span style='display: none;'>Unknown</span>", "Unknown"),
        ("<style>.a{b:c}</style>A &amp; B<script>x()</script>", "A & B"),
        ("A\nB\t<br/>C\x1b[31m", "A B C [31m"),
        ("2 &lt; 3 <b", "2 < 3"),
        ("", ""),
    ],
)
def test_fragments_of_html_become_one_line_of_text(fragment, text):
    assert plain(fragment) == text
