"""What no server should send: half characters, endless bodies, counts that cannot be."""

from __future__ import annotations

import asyncio
import gzip
import json
import time

import pytest
from model_clients import call, client, instead
from pydantic import BaseModel

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, Wire, faults
from vqva_crawl.clients.model import sizes
from vqva_crawl.clients.model.asking import ask, read
from vqva_crawl.clients.model.charge import believed
from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.config import Caps
from vqva_crawl.errors import BudgetReached, ModelError, Unusable

HALF = "\ud83d"


class Form(BaseModel):
    analysis: str = ""
    many: list[str] = []
    named: dict[str, str] = {}


def whole_answer(content: object, usage: object = None, **message: object) -> bytes:
    said = {"role": "assistant", "content": content, **message}
    choices = [{"index": 0, "message": said, "finish_reason": "stop"}]
    return json.dumps({"choices": choices, "usage": usage}).encode()


def raw(body: bytes, content_type: str = "application/json", **headers: str) -> faults.Fault:
    wire = Wire(body=body, content_type=content_type, headers=headers)
    return faults.Fault("raw", lambda request, ask: Reply(wire=wire))


# half characters -----------------------------------------------------------------------------


async def test_half_a_character_in_an_answer_is_replaced_and_kept_as_such(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(raw(whole_answer(f"so{HALF}und")))
        assert [(await model.chat(call())).text for _ in range(2)] == ["so\ufffdund"] * 2


async def test_half_a_character_that_the_models_own_json_escapes_is_replaced(tmp_path):
    said = r'{"analysis": "so\ud83dund \ud83d\ude00", "many": ["\udc00"], "named": {"\ud800": "x"}}'
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        found = await ask(model, call(), Form)
    assert found == Form(analysis="so\ufffdund \U0001f600", many=["\ufffd"], named={"\ufffd": "x"})


def test_a_number_without_end_in_an_answer_is_no_json():
    assert read('{"analysis": ' + "1" * 5000 + '} {"analysis": "here"}', Form)[0] == Form(
        analysis="here"
    )


def test_a_text_of_nothing_but_beginnings_is_given_up_in_good_time():
    began = time.process_time()
    found, wrong = read('{"a' * 10_000_000, Form)
    assert found is None
    assert wrong
    assert time.process_time() - began < 60


# sizes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["plain", "gzip", "as an error"])
async def test_an_answer_without_end_is_broken_and_is_not_read(tmp_path, kind):
    body = whole_answer("A" * 40_000_000)
    if kind == "gzip":
        fault = raw(gzip.compress(body, 1), **{"Content-Encoding": "gzip"})
    elif kind == "plain":
        fault = raw(body)
    else:
        wire = Wire(500, {"Content-Encoding": "gzip"}, gzip.compress(body, 1))
        fault = faults.Fault("huge error", lambda request, ask: Reply(wire=wire))
    async with FakeModelServer() as server, client(server, tmp_path, retries=0) as model:
        await model.chat(call("before"))
        server.fail(faults.on("Judge this", fault))
        began = time.monotonic()
        with pytest.raises(Unusable, match="cannot be read"):
            await model.chat(call())
        assert time.monotonic() - began < 60


async def test_a_long_answer_that_was_allowed_and_a_compressed_one_are_read(tmp_path):
    long = "".join(chr(0x4E00 + n % 20_000) for n in range(900_000))
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        body = whole_answer(long)
        assert len(body) > sizes.LEAST
        with server.fail(raw(body)):
            assert (await model.chat(call(max_tokens=100_000))).text == long
        with server.fail(raw(gzip.compress(whole_answer("fine")), **{"Content-Encoding": "gzip"})):
            assert (await model.chat(call("packed"))).text == "fine"


# counts --------------------------------------------------------------------------------------


async def test_a_count_that_cannot_be_is_booked_as_the_most_and_told(tmp_path, capsys):
    usage = {"prompt_tokens": 10**9, "completion_tokens": 10**9}
    async with FakeModelServer() as server:
        server.fail(raw(whole_answer("fine", usage)))
        async with client(server, tmp_path, Caps(run_tokens=20_000)) as model:
            for n in range(5):
                answer = await model.chat(call(f"number {n}", max_tokens=64))
            assert model.journal.total().tokens < 20_000
    assert (answer.prompt_tokens, answer.completion_tokens) == (0, 0)
    assert "1000000000" in capsys.readouterr().out


def test_a_count_of_costly_pictures_and_one_without_a_bound_are_believed():
    answer = Answer("fine", prompt_tokens=25_000, completion_tokens=500)
    assert believed(answer, 1600, 64) == believed(answer, 0, 0) == answer


async def test_a_cap_that_is_reached_says_what_is_booked(tmp_path):
    async with FakeModelServer() as server:
        server.fail(raw(whole_answer("fine", {"prompt_tokens": 1000, "completion_tokens": 234})))
        async with client(server, tmp_path, Caps(run_tokens=2000)) as model:
            await model.chat(call("one"))
            with pytest.raises(BudgetReached, match=r"1,234 of 2,000 booked"):
                await model.chat(call("two"))


# an endpoint that never answered -------------------------------------------------------------

DEAD = {
    "500": instead(500, "Internal"),
    "broken JSON": raw(b"{"),
    "no choices": raw(b'{"choices": []}'),
    "an error inside": raw(b'{"error": {"message": "bad thing"}}'),
    "tool calls": raw(whole_answer(None, tool_calls=[{"id": "1"}])),
}


@pytest.mark.parametrize("name", DEAD)
async def test_an_endpoint_that_never_answered_loses_no_record(tmp_path, name):
    async with FakeModelServer() as server, client(server, tmp_path, retries=1) as model:
        server.fail(DEAD[name])
        for n in range(3):
            with pytest.raises(ModelError, match="answered no call"):
                await model.chat(call(f"number {n}"))


async def test_a_record_that_fails_alone_after_a_restart_ends_no_run(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path, retries=1) as model:
        server.fail(faults.on("bad", faults.server_error()))
        with pytest.raises(Unusable, match="endpoint_failed"):
            await model.chat(call("a bad one"))


# words ---------------------------------------------------------------------------------------


async def test_nothing_that_a_terminal_obeys_stands_in_a_message(tmp_path):
    said = "\x1b[31mred\x1b]0;title\x07 \u202etxet [bold]\x9b1m"
    async with FakeModelServer() as server, client(server, tmp_path, key="sk-1") as model:
        server.fail(instead(404, said))
        with pytest.raises(ModelError) as caught:
            await model.chat(call())
    assert "[31mred]0;title txet [bold]1m" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "is base_url right"),
        ("/v1/chat/completions", "without /chat/completions"),
        ("/v1", "model.name 'fake'"),
    ],
)
async def test_a_404_names_what_is_likely_wrong(tmp_path, path, said):
    async with FakeModelServer() as server:
        base = server.base_url.removesuffix("/v1") + path
        server.fail(instead(404, "Not Found"))
        async with client(server, tmp_path, base_url=base) as model:
            with pytest.raises(ModelError, match=said):
                await model.chat(call())


async def test_a_stream_that_nobody_asked_for_is_called_one(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(raw(b'data: {"choices": []}\n\ndata: [DONE]\n\n', "text/event-stream"))
        with pytest.raises(ModelError, match="streams its answer"):
            await model.chat(call())


async def test_parts_as_the_newer_interface_has_them_are_read(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(raw(whole_answer([{"type": "output_text", "text": "fine"}])))
        assert (await model.chat(call())).text == "fine"


# limits a minute -----------------------------------------------------------------------------


async def test_a_long_wait_for_a_limit_a_minute_is_told():
    told = list[float]()
    pace = Pace(4, requests_per_minute=6, waits=told.append)

    async def one() -> None:
        async with pace.slot(0):
            pass

    all_of_them = asyncio.gather(one(), one(), one())
    await asyncio.sleep(0.05)
    assert [round(seconds) for seconds in told] == [10]
    all_of_them.cancel()


async def test_a_limit_of_tokens_that_no_call_can_keep_is_named(tmp_path):
    async with (
        FakeModelServer() as server,
        client(server, tmp_path, tokens_per_minute=1) as model,
    ):
        with pytest.raises(ModelError, match="tokens_per_minute is 1"):
            await model.chat(call("a long one " * 100))
        assert not server.calls
