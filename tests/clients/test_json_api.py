"""Asking a JSON interface: the same rules as for pages, keys in headers alone, never told."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.errors import RateLimited, Refused
from vqva_crawl.storage.cache import Entries


def answers(site, said: object, status: int = 200, **headers: str) -> None:
    site.page("/api", json.dumps(said).encode(), status, content_type="application/json", **headers)


async def test_parameters_and_keys_arrive_and_robots_is_not_asked(site, fetcher_for):
    answers(site, {"hits": [1]})
    site.page("/robots.txt", b"User-agent: *\nDisallow: /", content_type="text/plain")
    api = fetcher_for(site).api
    key = {"x-key": SecretStr("s3cret")}
    assert await api.json(f"{site.origin}/api", {"q": "a b&c", "n": 2}, key) == {"hits": [1]}
    assert site.visits == ["/api?q=a+b%26c&n=2"]
    assert site.headers[0]["x-key"] == "s3cret"
    assert site.robots_visits == 0


async def test_a_body_is_posted_as_json(site, fetcher_for):
    async def echo(request: web.Request) -> web.Response:
        said = {"method": request.method, "type": request.content_type, **await request.json()}
        return web.json_response(said)

    site.on("/api", echo)
    found = await fetcher_for(site).api.json(f"{site.origin}/api", body={"q": "frog"})
    assert found == {"method": "POST", "type": "application/json", "q": "frog"}


async def test_what_a_service_says_of_an_error_is_told_without_the_key(site, fetcher_for):
    answers(site, {"error": "s3cret\nis no key"}, 403)
    with pytest.raises(Refused) as caught:
        await fetcher_for(site).api.json(
            f"{site.origin}/api", headers={"x-key": SecretStr("s3cret")}
        )
    assert caught.value.kind == "http_403"
    assert "is no key" in caught.value.detail
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_page_in_place_of_json_is_told_in_words(site, fetcher_for):
    site.page("/api", b"<html><script>x()</script><p>Please log in</p></html>")
    with pytest.raises(Refused, match="no JSON: Please log in"):
        await fetcher_for(site).api.json(f"{site.origin}/api")


async def test_too_many_requests_say_for_how_long(site, fetcher_for):
    answers(site, {}, 429, retry_after="7200")
    with pytest.raises(RateLimited) as caught:
        await fetcher_for(site, patience=60).api.json(f"{site.origin}/api")
    assert caught.value.retry_after == 7200


async def test_a_service_that_moved_is_named_and_not_followed(site, other, fetcher_for):
    answers(site, {}, 302, location=f"{other.origin}/new")
    with pytest.raises(Refused, match=f"moved to {other.origin}/new"):
        await fetcher_for(site, other).api.json(f"{site.origin}/api")
    assert other.visits == []


async def test_an_address_that_is_not_allowed_is_not_asked(site, other, fetcher_for):
    with pytest.raises(Refused, match="denied_address"):
        await fetcher_for(site).api.json(f"{other.origin}/api", headers={"k": SecretStr("s3cret")})
    assert other.visits == []


async def test_an_answer_is_asked_for_once_while_it_is_fresh(site, fetcher_for, tmp_path: Path):
    answers(site, {"n": 1})
    cache = StoredResponses(Entries(tmp_path))
    url, key = f"{site.origin}/api", {"k": SecretStr("s3cret")}
    for _ in range(2):
        await fetcher_for(site, cache=cache).api.json(url, {"q": 1}, key)
    await fetcher_for(site, cache=cache).api.json(url, {"q": 2}, key)
    await fetcher_for(site, cache=cache, refresh=0).api.json(url, {"q": 2}, key)
    assert site.visits == ["/api?q=1", "/api?q=2", "/api?q=2"]
    assert not any(b"s3cret" in zlib.decompress(file.read_bytes()) for file in kept(tmp_path))


def kept(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return files


async def test_halves_of_characters_in_answers_are_replaced(site, fetcher_for):
    answers(site, {"a\ud83d": [{"title": "x\udc00y \U0001f438"}]})
    api = fetcher_for(site).api
    whole = {"a\ufffd": [{"title": "x\ufffdy \U0001f438"}]}
    assert await api.json(f"{site.origin}/api") == whole
    assert await api.lines(f"{site.origin}/api") == [whole]


async def test_an_answer_that_nests_without_end_is_refused(site, fetcher_for):
    site.page("/api", b"[" * 100_000, content_type="application/json")
    with pytest.raises(Refused, match="no JSON"):
        await fetcher_for(site).api.json(f"{site.origin}/api")
