"""What reaches a server, to the letter."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.base import Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.roles import key_of
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError
from webpages import photo, png


async def test_a_server_gets_the_request_as_a_batch_file_would_hold_it():
    schema = {"title": "Score", "type": "object", "properties": {"score": {"type": "integer"}}}
    parts = ("The picture:", png(photo(1)), "How good is it?")
    call = Call((Message("system", ("Be brief.",)), Message("user", parts)), schema, 64)
    async with FakeModelServer(['{"score": 2}'], key="sk-1") as server:
        own = {"top_k": 5, "temperature": 0.5}
        settings = Settings(base_url=server.base_url, name="fake", seed=7, extra_body=own)
        endpoint = Endpoint(settings, "sk-1")
        answer = await endpoint.chat(call)
        await endpoint.aclose()
    (got,) = server.requests
    assert answer.text == '{"score": 2}'
    assert got.images == (parts[1],)
    assert dict(got.raw) == endpoint.line(call)
    assert (got.raw["top_k"], got.raw["temperature"], got.raw["seed"]) == (5, 0.5, 7)


def test_space_around_a_key_is_none_of_it(monkeypatch):
    monkeypatch.setenv("SOME_KEY", " sk-1\n")
    assert key_of(Settings(api_key_env="SOME_KEY")) == "sk-1"


@pytest.mark.parametrize("key", ["canary\nsecond", "canaryé", "“canary”", "\x1b[0mcanary"])
def test_a_key_that_no_header_takes_is_refused_unseen(monkeypatch, key):
    monkeypatch.setenv("SOME_KEY", key)
    with pytest.raises(ModelError, match=r"\$SOME_KEY holds") as caught:
        key_of(Settings(api_key_env="SOME_KEY"))
    assert "canary" not in str(caught.value)
