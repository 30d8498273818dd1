"""What reaches a server, to the letter."""

from __future__ import annotations

import json

import pytest
from model_clients import call, client, outcomes

from vqva_crawl.clients.base import Answer, Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, Wire, faults
from vqva_crawl.clients.fake_model.batch import Batches
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.roles import key_of
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError, Unusable
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


def body(said: object) -> faults.Fault:
    """200, and this as JSON, or these bytes."""
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return faults.Fault("body", lambda request, ask: Reply(wire=Wire(body=raw)))


def choice(**more: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "finish_reason": "stop", **more}]}


NO_ANSWERS = {
    "cut": b'{"id": "chatcmpl-1", "choices": [{"mess',
    "no text at all": b"\xff\xfe\xfd",
    "too deep": b"[" * 100_000,
    "no choices": {"choices": []},
    "no message": choice(),
    "null message": choice(message=None),
    "a text as a message": choice(message="hello"),
    "content of another type": choice(message={"content": 5}),
    "an end by an error": choice(message={"content": ""}, finish_reason="error"),
    "a choice that is null": {"choices": [None]},
}


@pytest.mark.parametrize("said", NO_ANSWERS.values(), ids=NO_ANSWERS)
async def test_an_answer_that_is_none_is_asked_for_again(tmp_path, said):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(body(said), calls=range(1))
        assert (await model.chat(call())).text == "A short answer."
        total = model.journal.total()
        assert (total.calls, total.failed) == (2, 1)
        assert total.completion >= call().max_tokens  # a model worked on the first one, too


@pytest.mark.parametrize("said", ["cut", "no message"])
async def test_answers_that_stay_none_cost_their_record_and_at_last_end_the_run(tmp_path, said):
    async with FakeModelServer() as server, client(server, tmp_path, retries=1) as model:
        assert await outcomes(model, range(1)) == {Answer: 1}
        fault = body(NO_ANSWERS[said])
        with (
            server.fail(faults.on("Judge", fault)),
            pytest.raises(Unusable, match="endpoint_failed"),
        ):
            await model.chat(call())
        server.fail(fault)
        assert await outcomes(model, range(4, 8)) == {ModelError: 4}


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_answer_without_words_that_says_why_is_one(tmp_path, reason):
    said = choice(message={"role": "assistant", "content": None}, finish_reason=reason)
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(body(said))
        answer = await model.chat(call())
    assert (answer.text, answer.finish_reason) == ("", reason)


async def test_a_text_in_parts_is_joined(tmp_path):
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    parts = [thought, *({"type": "text", "text": text} for text in ('{"a": ', "1}"))]
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(body(choice(message={"content": parts})))
        assert (await model.chat(call())).text == '{"a": 1}'


@pytest.mark.parametrize("said", [{"hello": "world"}, [1], "text", {"choices": "abc"}])
async def test_json_that_is_no_completion_ends_the_run(tmp_path, said):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(body(said))
        with pytest.raises(ModelError, match="is the URL right"):
            await model.chat(call())


async def test_a_web_page_between_good_answers_is_asked_again(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        await model.chat(call("first"))
        server.fail(faults.html_page(), calls=range(1))
        assert (await model.chat(call("second"))).text == "A short answer."
        assert model.journal.total().failed == 1


async def ended_batch(server: FakeModelServer, lines: list[dict], key: str = "") -> tuple:
    endpoint = Endpoint(Settings(base_url=server.base_url, name="fake"), key)
    asked = [
        {"custom_id": f"x-{n}", "method": "POST", "url": "/v1/chat/completions", "body": line}
        for n, line in enumerate(lines)
    ]
    try:
        raw = "".join(f"{json.dumps(line)}\n" for line in asked).encode()
        return await endpoint.batch(await endpoint.submit("x.jsonl", raw))
    finally:
        await endpoint.aclose()


async def test_why_a_batch_was_refused_is_told_on_one_line_without_the_key():
    async with FakeModelServer(key="sk-canary") as server:
        server.refuse_batches("the quota of sk-canary\nis used up")
        state, _, why = await ended_batch(server, [], "sk-canary")
    assert (state, why) == ("failed", "the quota of *** is used up")


async def test_answers_and_failures_stay_lines_of_their_own(monkeypatch):
    question = {"model": "fake", "messages": [{"role": "user", "content": "?"}]}
    async with FakeModelServer() as server:
        monkeypatch.setattr(Batches, "_output", unended(Batches._output))
        server.fail(faults.server_error(), calls=[1])
        _, body, _ = await ended_batch(server, [question, question])
    assert {json.loads(line)["custom_id"] for line in body.splitlines()} == {"x-0", "x-1"}


def unended(output):
    """Files whose last line has no end, as some servers write them."""

    def written(batches: Batches, results: list[dict]) -> str | None:
        key = output(batches, results)
        if key:
            batches.files[key] = batches.files[key].rstrip(b"\n")
        return key

    return written
