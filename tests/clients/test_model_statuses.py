"""What a server says in an answer's place: as a status, or inside an answer with status 200."""

from __future__ import annotations

import asyncio
import json

import pytest
from model_clients import call, client, instead, outcomes

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, Wire, faults
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.errors import ModelError, Unusable

FLAGGED = 'requires moderation. Your input was flagged for "violence"'


def told(code: object, said: str = "Upstream provider overloaded") -> faults.Fault:
    """An error with status 200."""
    node = {"message": said} | ({} if code is None else {"code": code})
    wire = Wire(body=json.dumps({"error": node}).encode())
    return faults.Fault("told", lambda request, ask: Reply(wire=wire))


def in_choice() -> faults.Fault:
    node = {"code": 502, "message": "Upstream provider overloaded"}
    found = {"error": node, "finish_reason": "error", "message": {"content": "half an ans"}}
    wire = Wire(body=json.dumps({"choices": [found]}).encode())
    return faults.Fault("in_choice", lambda request, ask: Reply(wire=wire))


@pytest.mark.parametrize("fault", [told(502), told("429"), told(None), told("busy"), in_choice()])
async def test_an_error_with_status_200_is_outlasted(tmp_path, fault):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(fault, calls=range(2))
        assert (await model.chat(call())).text == "A short answer."
        assert model.journal.total().failed == 2


async def test_an_error_with_status_200_that_stays_is_told_in_the_servers_words(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path, retries=1) as model:
        await model.chat(call("before"))
        fault = faults.on("Judge", told(502))
        with server.fail(fault), pytest.raises(Unusable, match="provider overloaded") as lost:
            await model.chat(call())
    assert lost.value.reason == "endpoint_failed"


@pytest.mark.parametrize(
    ("code", "said"),
    [(401, r"is \$OPENAI_API_KEY right"), (402, "overloaded"), ("insufficient_quota", "overl")],
)
async def test_an_error_with_status_200_that_no_try_mends_ends_the_run(tmp_path, code, said):
    async with FakeModelServer() as server, client(server, tmp_path, retries=0) as model:
        server.fail(told(code))
        with pytest.raises(ModelError, match=said):
            await model.chat(call())


@pytest.mark.parametrize("fault", [instead(403, FLAGGED), told(403, FLAGGED)])
async def test_what_one_input_is_forbidden_for_costs_its_record_with_the_servers_words(
    tmp_path, fault
):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(fault, calls=range(1))
        with pytest.raises(Unusable, match="flagged for") as lost:
            await model.chat(call("violent"))
        assert lost.value.reason == "endpoint_refused"
        assert await outcomes(model, range(3)) == {Answer: 3}


@pytest.mark.parametrize(
    ("settings", "said"),
    [({}, r"is \$OPENAI_API_KEY right\?"), ({"api_key_env": None}, "does it want a key")],
)
@pytest.mark.parametrize("status", [401, 403])
async def test_who_is_not_let_in_is_told_where_the_key_belongs(tmp_path, status, settings, said):
    async with FakeModelServer() as server, client(server, tmp_path, **settings) as model:
        server.fail(instead(status, "forbidden"))
        with pytest.raises(ModelError, match=said) as caught:
            await model.chat(call())
        assert model.journal.total().tokens == 0
    assert "None" not in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_named_and_not_followed(tmp_path, status):
    async with FakeModelServer() as other, FakeModelServer() as server:
        to = f"{other.base_url}/chat/completions"
        moved = Reply(wire=Wire(status, {"Location": to}, b""))
        server.fail(faults.Fault("moved", lambda request, ask: moved))
        async with client(server, tmp_path) as model:
            with pytest.raises(ModelError, match=f"redirects to {to}") as caught:
                await model.chat(call())
        assert not other.calls
    assert "base_url" in str(caught.value)


@pytest.mark.parametrize(
    "refused",
    [
        error(400, "Structured Outputs are not supported by this model"),
        error(400, "This model does not support JSON mode"),
        error(422, "Extra inputs are not permitted"),
        error(500, "Failed to parse grammar"),
    ],
)
async def test_an_endpoint_that_takes_no_schema_is_asked_in_words(tmp_path, refused, capsys):
    schema = {"title": "Score", "type": "object", "properties": {"score": {"type": "integer"}}}
    fault = faults.Fault("no_schema", lambda r, ask: refused if r.schema else ask(r))
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(fault)
        assert (await model.chat(call(schema=schema))).text == "A short answer."
        assert server.calls == 4  # refused, probed with and without a schema, and answered
        assert (await model.chat(call("another", schema=schema))).text == "A short answer."
        assert server.calls == 5
    (line,) = capsys.readouterr().out.splitlines()
    assert "asks_without_response_format" in line


async def test_many_calls_at_once_find_out_together_that_schemas_are_not_taken(tmp_path):
    schemas = [{"title": f"S{n}", "type": "object"} for n in range(4)]
    asked = [call(f"number {n}", schema=schema) for n in range(4) for schema in schemas]
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(faults.refused_format())
        answers = await asyncio.gather(*map(model.chat, asked))
        assert {answer.text for answer in answers} == {"A short answer."}
        assert (server.statuses[200], server.statuses[400]) <= (20, 20)


async def test_an_endpoint_that_refuses_with_a_schema_and_without_says_why(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(instead(400, "max_tokens is too large"))
        with pytest.raises(ModelError, match="max_tokens is too large") as caught:
            await model.chat(call(schema={"title": "S", "type": "object"}))
    assert "json_mode" not in str(caught.value)
