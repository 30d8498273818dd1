"""What a server counts: taken as it is, the most where it is no count, and learnt from."""

from __future__ import annotations

import json

import pytest
from model_clients import call, client

from vqva_crawl.clients.base import Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, Wire, faults
from vqva_crawl.clients.model.tokens import most_tokens
from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import BudgetReached
from webpages import photo, png

PICTURE = Call((Message("user", ("Look.", png(photo(1)))),), max_tokens=64)


def counting(usage: object, text: str = "fine", ended: str = "stop") -> faults.Fault:
    choice = {"index": 0, "message": {"content": text}, "finish_reason": ended}
    wire = Wire(body=json.dumps({"choices": [choice], "usage": usage}).encode())
    return faults.Fault("counting", lambda request, ask: Reply(wire=wire))


def used(prompt: object, completion: object) -> dict[str, object]:
    return {"prompt_tokens": prompt, "completion_tokens": completion}


MOST = most_tokens(call().messages, 0)
NONE = [None, "many", {}, used(None, None), used("3", "4"), used(-5, -5), used(1e400, True)]


@pytest.mark.parametrize("usage", NONE)
async def test_counts_that_are_none_are_charged_as_the_most(tmp_path, usage):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(counting(usage))
        assert (await model.chat(call())).text == "fine"
        total = model.journal.total()
    assert (total.prompt, total.completion) == (MOST, call().max_tokens)


@pytest.mark.parametrize(
    ("usage", "prompt", "completion"),
    [
        ({"prompt_tokens": 9}, 9, 64),
        (used(9, -1000), 9, 64),
        (used(-9, 3), MOST, 3),
        (used(9.0, 3.0), 9, 3),
    ],
)
async def test_a_count_that_is_none_is_replaced_alone_and_never_pays_back(
    tmp_path, usage, prompt, completion
):
    prices = Prices(prompt=1_000_000, completion=1_000_000)
    async with FakeModelServer() as server, client(server, tmp_path, prices=prices) as model:
        server.fail(counting(usage))
        await model.chat(call(max_tokens=64))
        total = model.journal.total()
    assert (total.prompt, total.completion) == (prompt, completion)
    assert total.money == prompt + completion


async def test_an_answer_that_a_filter_took_counts_no_word(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(counting(used(9, 0), "", "content_filter"))
        await model.chat(call())
        assert model.journal.total().tokens == 9


async def test_pictures_that_are_counted_as_more_are_reserved_as_more_and_told_once(
    tmp_path, capsys
):
    caps = Caps(run_tokens=80_000)
    async with FakeModelServer() as server, client(server, tmp_path, caps) as model:
        server.fail(counting(used(25_000, 3)))
        for n in range(3):  # the first one alone is a surprise
            await model.chat(Call((*call(f"{n}").messages, *PICTURE.messages), max_tokens=64))
        assert model.journal.total().tokens == 3 * 25_003 <= 80_000
        server.fail(counting(used(9, 3)))
        await model.chat(call("words alone are no dearer"))
        with pytest.raises(BudgetReached):
            await model.chat(PICTURE)
    (line,) = capsys.readouterr().out.splitlines()
    assert "more_counted_than_reserved" in line


async def test_answers_that_are_counted_past_their_limit_are_reserved_as_such(tmp_path):
    caps = Caps(run_tokens=2500)
    async with FakeModelServer() as server, client(server, tmp_path, caps) as model:
        server.fail(counting(used(20, 1000)))
        for n in range(2):
            await model.chat(call(f"number {n}", max_tokens=64))
        with pytest.raises(BudgetReached):
            await model.chat(call("one more", max_tokens=64))
        assert model.journal.total().tokens <= 2500
