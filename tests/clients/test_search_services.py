"""What every web search service is asked for and spared, and what is said when it refuses."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from search_backends import KEY, QUERY, hits, opened, replies

from vqva_crawl.clients.limiter import LocalLimiter, Pace
from vqva_crawl.errors import ConfigError, RateLimited, Refused
from vqva_crawl.registry import check_options


class Known(NamedTuple):
    """Where a service answers, the list of its results, and what each calls its URL."""

    path: str
    place: tuple[str, ...]
    url: str
    env: str | None
    options: dict[str, Any] = {}

    def answer(self, results: Any) -> Any:
        for name in reversed(self.place):
            results = {name: results}
        return results

    def page(self, *numbers: int) -> Any:
        return self.answer(
            [{self.url: f"http://a.test/{n}", "title": f"Page {n}"} for n in numbers]
        )


SERVICES = {
    "searxng": Known("/search", ("results",), "url", None),
    "brave": Known("/res/v1/web/search", ("web", "results"), "url", "BRAVE_API_KEY"),
    "google_cse": Known("/customsearch/v1", ("items",), "link", "GOOGLE_API_KEY", {"cx": "id"}),
    "serper": Known("/search", ("organic",), "link", "SERPER_API_KEY"),
    "tavily": Known("/search", ("results",), "url", "TAVILY_API_KEY"),
}
KEYED = [kind for kind, known in SERVICES.items() if known.env]


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for known in SERVICES.values():
        if known.env:
            monkeypatch.setenv(known.env, f"{KEY}\n")


@pytest.fixture(params=SERVICES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


async def test_hits_say_what_was_found_for_which_query(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, known.page(1, 2))
    found = await hits(kind, site, fetcher_for(site), **known.options)
    assert [(h.url, h.rank, h.title) for h in found] == [
        ("http://a.test/1", 1, "Page 1"),
        ("http://a.test/2", 2, "Page 2"),
    ]
    assert {(h.query, h.topic, h.backend) for h in found} == {(QUERY.text, QUERY.topic, kind)}


async def test_no_more_hits_than_wanted_are_given(kind, site, fetcher_for):
    known = SERVICES[kind]
    asked = replies(site, known.path, known.page(*range(9)))
    found = await hits(kind, site, fetcher_for(site), limit=4, **known.options)
    assert len(found) == 4
    assert len(asked) == 1


async def test_results_without_a_web_address_and_repeated_ones_are_left_out(
    kind, site, fetcher_for
):
    known = SERVICES[kind]
    odd: list[Any] = [
        {known.url: "http://a.test/1?utm_source=x", "title": None},
        {known.url: "http://a.test/1", "title": "the same page"},
        {known.url: None, "title": "none"},
        {"title": "missing"},
        {known.url: 7},
        {known.url: "ftp://a.test/file"},
        {known.url: "javascript:alert(1)"},
        {known.url: "http://\ud800/"},
        "no object",
        None,
        {known.url: " http://a.test/2 ", "title": "two\nlines\u0000\ud800"},
    ]
    replies(site, known.path, known.answer(odd))
    found = await hits(kind, site, fetcher_for(site), limit=12, **known.options)
    assert [(h.url, h.title) for h in found] == [
        ("http://a.test/1?utm_source=x", ""),
        ("http://a.test/2", "two lines\ufffd"),
    ]


@pytest.mark.parametrize("empty", [None, {}, "text", 3, {"results": None}])
async def test_an_answer_without_a_list_has_no_hits(empty, kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, known.answer(empty))
    assert await hits(kind, site, fetcher_for(site), **known.options) == []


async def test_an_answer_that_is_no_object_is_an_error(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, ["what", "is", "this"])
    with pytest.raises(Refused, match="a list, no object"):
        await hits(kind, site, fetcher_for(site), **known.options)


@pytest.mark.parametrize("kind", [kind for kind in SERVICES if kind != "tavily"])
async def test_further_pages_are_asked_for_as_far_as_wanted(kind, site, fetcher_for):
    known = SERVICES[kind]
    size = 20 if kind == "brave" else 10
    pages = [known.page(*range(first, first + size)) for first in (0, size, 2 * size)]
    asked = replies(site, known.path, *pages)
    limit = 2 * size + 1
    found = await hits(kind, site, fetcher_for(site), limit=limit, **known.options)
    assert len(found) == limit
    assert len(asked) == 3
    assert len({str(request) for request in asked}) == 3


async def test_a_page_with_nothing_new_is_the_last_one(kind, site, fetcher_for):
    known = SERVICES[kind]
    asked = replies(site, known.path, known.page(*range(20)))
    found = await hits(kind, site, fetcher_for(site), limit=100, **known.options)
    assert len(found) == 20
    assert len(asked) == (1 if kind == "tavily" else 2)


@pytest.mark.parametrize("kind", ["searxng", "serper"])
async def test_a_later_page_that_cannot_be_had_leaves_those_before(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, known.page(*range(10)), (500, {}))
    assert len(await hits(kind, site, fetcher_for(site), limit=30)) == 10


@pytest.mark.parametrize("kind", KEYED)
async def test_the_key_goes_into_a_header_alone(kind, site, fetcher_for):
    known = SERVICES[kind]
    asked = replies(site, known.path, known.page(1))
    await hits(kind, site, fetcher_for(site), **known.options)
    assert KEY in " ".join(site.headers[0].values())
    assert "\n" not in " ".join(site.headers[0].values())
    assert KEY not in str(site.visits) + str(asked)


@pytest.mark.parametrize("kind", KEYED)
async def test_a_missing_key_is_named_before_anything_is_asked(
    kind, site, fetcher_for, monkeypatch
):
    known = SERVICES[kind]
    monkeypatch.setenv(known.env, "  ")
    with pytest.raises(ConfigError, match=rf"\${known.env} is not set"):
        await hits(kind, site, fetcher_for(site), **known.options)
    monkeypatch.setenv("MINE", "with\tcontrol")
    with pytest.raises(ConfigError, match=r"\$MINE holds control"):
        await hits(kind, site, fetcher_for(site), key_env="MINE", **known.options)
    assert site.visits == []


@pytest.mark.parametrize("kind", KEYED)
@pytest.mark.parametrize("key", ["tvly-dev-0123", "b0853795d4b9c4a282d639c3", "AIzaSyB-0123", ""])
def test_a_key_in_place_of_its_variable_is_refused_and_not_repeated(key: str, kind: str):
    options = {**SERVICES[kind].options, "key_env": key}
    with pytest.raises(ConfigError, match=r"key_env: the name of an environment var") as caught:
        check_options("search", kind, options, "options")
    assert not key or key not in str(caught.value)


# As each service documents it, or as its users report it.
WRONG_KEY = {
    "brave": (
        422,
        {
            "type": "ErrorResponse",
            "error": {
                "id": "ade84851-a6f3-4cf9-8c76-1dc897718b0b",
                "status": 422,
                "code": "SUBSCRIPTION_TOKEN_INVALID",
                "detail": f"The provided subscription token is invalid: {KEY}",
                "meta": {"component": "authentication"},
            },
            "time": 1754364294,
        },
    ),
    "google_cse": (
        400,
        {
            "error": {
                "code": 400,
                "message": "API key not valid. Please pass a valid API key.",
                "errors": [{"message": "API key not valid.", "reason": "badRequest"}],
                "status": "INVALID_ARGUMENT",
            }
        },
    ),
    "serper": (403, {"message": "Unauthorized.", "statusCode": 403}),
    "tavily": (401, {"detail": {"error": f"Unauthorized: invalid API key {KEY}."}}),
}
USED_UP = {
    "brave": (402, {"error": {"status": 402, "code": "USAGE_LIMIT_EXCEEDED"}}),
    "google_cse": (
        429,
        {
            "error": {
                "code": 429,
                "message": "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' "
                "of service 'customsearch.googleapis.com' for consumer 'project_number:1'.",
                "status": "RESOURCE_EXHAUSTED",
            }
        },
    ),
    "serper": (400, {"message": "Not enough credits", "statusCode": 400}),
    "tavily": (432, {"detail": {"error": "This request exceeds your plan's set usage limit."}}),
}


@pytest.mark.parametrize("kind", KEYED)
async def test_a_refused_key_is_told_with_its_variable_and_never_itself(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, WRONG_KEY[kind])
    with pytest.raises(Refused) as caught:
        await hits(kind, site, fetcher_for(site), **known.options)
    said = str(caught.value)
    assert caught.value.kind == "key_refused"
    assert f"refuses the key in ${known.env}; set the right one" in said
    assert str(WRONG_KEY[kind][0]) in said
    assert "nvalid" in said or "Unauthorized" in said or "not valid" in said  # gzipped, too
    assert KEY not in said


@pytest.mark.parametrize("kind", KEYED)
async def test_a_quota_that_is_used_up_is_told_as_such(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, USED_UP[kind])
    with pytest.raises(Refused, match="its quota is used up") as caught:
        await hits(kind, site, fetcher_for(site), **known.options)
    assert caught.value.kind == "quota_used_up"


async def test_a_long_rest_is_told_with_its_length(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, (429, {}, {"Retry-After": "86400"}))
    with pytest.raises(RateLimited) as caught:
        await hits(kind, site, fetcher_for(site), **known.options)
    assert caught.value.retry_after == 86400


async def test_a_bad_request_is_no_matter_of_keys(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, known.path, (400, {"message": "q is too long"}))
    with pytest.raises(Refused, match="q is too long") as caught:
        await hits(kind, site, fetcher_for(site), **known.options)
    assert caught.value.kind == "http_400"


async def test_a_service_at_a_private_address_has_to_be_allowed(kind, site, fetcher_for):
    with pytest.raises(Refused, match=r"named in fetch\.allow_origins"):
        await hits(kind, site, fetcher_for(), **SERVICES[kind].options)
    assert site.visits == []


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("search.test", "is no http"),
        ("file:///etc/passwd", "is no http"),
        ("http://me:secret@a.test/", "without user name, password and query"),
        ("http://a.test/?key=1", "without user name, password and query"),
    ],
)
def test_a_base_url_that_is_none_is_refused_with_its_key(base: str, said: str, kind: str):
    options = {**SERVICES[kind].options, "base_url": base}
    with pytest.raises(ConfigError, match=rf"options\.base_url: .*{said}") as caught:
        check_options("search", kind, options, "options")
    assert "me:secret" not in str(caught.value)


async def test_a_base_url_may_have_a_folder(kind, site, fetcher_for):
    known = SERVICES[kind]
    replies(site, f"/proxy{known.path}", known.page(1))
    place = f"{site.origin}/proxy/"
    async with opened(kind, fetcher_for(site), base_url=place, **known.options) as backend:
        assert len(await backend.search(QUERY, 5)) == 1


async def test_brave_is_asked_once_a_second_whatever_the_config_says(site, fetcher_for):
    known = SERVICES["brave"]
    replies(site, known.path, known.page(*range(20)), known.page(*range(20, 40)))
    waits: list[float] = []

    class Noting(LocalLimiter):
        def delay(self, key: str, seconds: float) -> None:
            waits.append(seconds)

    fetcher = fetcher_for(site, limiter=Noting({"host": Pace(4, 0)}))
    await hits("brave", site, fetcher, limit=40)
    assert waits == [1.0, 1.0]
