"""Answers without a word: one call's own, unless the endpoint answers a probe so, too."""

from __future__ import annotations

import json

import pytest
from model_clients import call, client, outcomes
from pydantic import BaseModel

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, Wire, faults
from vqva_crawl.clients.model.asking import ask
from vqva_crawl.errors import ModelError, Unusable


class Verdict(BaseModel):
    score: int


def thinking(content: object, finish_reason: str = "stop", **more: object) -> faults.Fault:
    """All words are in the reasoning."""
    message = {"role": "assistant", "content": content, "reasoning_content": "hm"} | more
    usage = {"prompt_tokens": 10, "completion_tokens": 7}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    wire = Wire(body=json.dumps({"choices": [choice], "usage": usage}).encode())
    return faults.Fault("thinking", lambda request, ask: Reply(wire=wire))


@pytest.mark.parametrize("content", [None, "", " \n", []])
async def test_a_call_that_is_answered_without_a_word_costs_its_record(tmp_path, content):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        await ask(model, call("first"), Verdict)
        tokens, calls = model.journal.total().tokens, server.calls
        server.fail(thinking(content))
        with pytest.raises(Unusable) as lost:
            await ask(model, call("second"), Verdict)
        assert lost.value.reason == "empty"
        assert model.journal.total().tokens - tokens == 17
        assert model.journal.total().calls == calls + 1  # not asked again to say nothing again


@pytest.mark.parametrize("content", [None, ""])
async def test_an_endpoint_that_says_nothing_ends_the_run_and_costs_no_record(tmp_path, content):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(thinking(content))
        assert await outcomes(model, range(8)) == {ModelError: 8}
        assert server.calls <= 9
        with pytest.raises(ModelError, match="without a word; does its reasoning parser take all"):
            await model.chat(call())


async def test_an_endpoint_that_says_nothing_to_a_schema_alone_is_asked_in_words(tmp_path):
    silent = thinking(None)
    mute = faults.Fault("mute", lambda r, ask: silent.worsen(r, ask) if r.schema else ask(r))
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(mute)
        answer = await model.chat(call(schema={"title": "S", "type": "object"}))
    assert answer.text == "A short answer."


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_answer_without_a_word_that_says_why_is_no_sign_of_it(tmp_path, reason):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(thinking(None, reason))
        assert await outcomes(model, range(4)) == {Answer: 4}
        assert server.calls == 4
