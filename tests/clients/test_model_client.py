"""The chat model's layers against a real server that fails in every way."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter

import pytest
from model_clients import call, client, instead, outcomes
from pydantic import BaseModel

from vqva_crawl.clients.base import Answer, Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, faults
from vqva_crawl.clients.model.asking import ask
from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import BudgetReached, ModelError, Unusable
from vqva_crawl.storage.cache import Entries


class Verdict(BaseModel):
    analysis: str
    score: int


GOOD = json.dumps({"analysis": "fine", "score": 2})


async def test_an_answer_is_asked_for_once_and_failures_are_not_kept(tmp_path):
    async with FakeModelServer([GOOD, "other"]) as server:
        with server.fail(faults.server_error(), calls=range(1)):
            async with client(server, tmp_path) as model:
                answers = await asyncio.gather(*(model.chat(call()) for _ in range(5)))
        assert {answer.text for answer in answers} == {GOOD}
        assert server.statuses == Counter({500: 1, 200: 1})
        async with client(server, tmp_path) as model:
            again = await model.chat(call())
            assert (again.text, again.cached) == (GOOD, True)
            assert model.journal.total().calls == 2
            assert model.journal.total().failed == 1
        assert server.calls == 2


async def test_an_answer_says_who_gave_it_fresh_and_stored_however_old(tmp_path):
    async with FakeModelServer([GOOD]) as server, client(server, tmp_path) as model:
        fresh = await model.chat(call())
        again = await model.chat(call())
        for answer in (fresh, again):
            assert (answer.model, answer.endpoint) == ("fake", server.base_url)
        entries = Entries(tmp_path / "cache")
        head, body = entries.get(fresh.key)
        del head["endpoint"]  # as they were written before it was kept
        entries.put(fresh.key, head, body)
        old = await model.chat(call())
    assert (old.text, old.model, old.endpoint, old.cached) == (GOOD, "fake", "", True)


@pytest.mark.parametrize(
    "fault",
    [faults.in_prose(), faults.in_fence(), faults.refused_format()],
    ids=lambda fault: fault.name,
)
async def test_a_record_is_found_however_it_is_wrapped(tmp_path, fault):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(fault)
        async with client(server, tmp_path) as model:
            assert await ask(model, call(), Verdict) == Verdict(analysis="fine", score=2)


async def test_a_wrong_answer_is_asked_again_with_the_last_error_alone(tmp_path):
    answers = ["no idea", '{"analysis": "x", "score": "many"}', GOOD]
    async with FakeModelServer(answers) as server, client(server, tmp_path) as model:
        assert (await ask(model, call(), Verdict)).score == 2
        last = server.requests[-1].text
        assert "score: Input should be a valid integer" in last
        assert "no JSON object" not in last
        assert len(server.requests) == 3


async def test_the_same_error_twice_is_asked_again_twice(tmp_path):
    async with FakeModelServer(["no idea", "no idea", GOOD]) as server:
        async with client(server, tmp_path) as model:
            assert (await ask(model, call(), Verdict)).score == 2
        assert server.calls == 3
        assert "try 2 of 3" in server.requests[1].text
        assert "try 3 of 3" in server.requests[2].text


@pytest.mark.parametrize(
    "fault",
    [faults.truncated(), faults.content_filter(), faults.refusal()],
    ids=lambda fault: fault.name,
)
async def test_an_answer_that_no_agent_takes_is_not_stored(tmp_path, fault):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(fault, calls=range(1))
        async with client(server, tmp_path) as model:
            with pytest.raises(Unusable):
                await ask(model, call(), Verdict)
            assert (await ask(model, call(), Verdict)).score == 2
            assert (await ask(model, call(), Verdict)).score == 2
        assert server.calls == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.truncated(), "truncated"),
        (faults.content_filter(), "refusal"),
        (faults.refusal(), "refusal"),
        (faults.refusal(in_field=True), "refusal"),
        (faults.invalid_json(), "unreadable"),
        (faults.ignored_format(), "unreadable"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
async def test_bad_answers_are_typed_rejections_after_at_most_two_re_asks(tmp_path, fault, reason):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(fault)
        async with client(server, tmp_path) as model:
            with pytest.raises(Unusable) as caught:
                await ask(model, call(), Verdict)
        assert caught.value.reason == reason
        assert server.calls <= 3


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (faults.html_page(), "is the URL right"),
        (faults.out_of_quota(), "quota"),
        (faults.dropped(), "connect"),
        (faults.unavailable(), "http_503"),
    ],
    ids=lambda value: getattr(value, "name", value),
)
async def test_an_endpoint_that_cannot_answer_ends_the_run(tmp_path, fault, said):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(fault)
        async with client(server, tmp_path, retries=1) as model:
            with pytest.raises(ModelError, match=said):
                await model.chat(call())
        assert server.calls + sum(server.met.values()) <= 4


async def test_the_key_never_stands_in_a_message(tmp_path):
    async with (
        FakeModelServer(key="sk-right") as server,
        client(server, tmp_path, key="sk-canary-123", retries=0) as model,
    ):
        with pytest.raises(ModelError) as caught:
            await model.chat(call())
    assert "sk-canary" not in str(caught.value)
    assert "OPENAI_API_KEY" in str(caught.value)


async def test_no_part_of_a_long_key_is_left_where_a_message_is_cut(tmp_path):
    async with (
        FakeModelServer(key="sk-right") as server,
        client(server, tmp_path, key="canary" * 50) as model,
    ):
        with pytest.raises(ModelError) as caught:
            await model.chat(call())
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "tokens"),
    [
        *((instead(status), False) for status in (401, 402, 404, 429)),
        (faults.out_of_quota(), False),
        (instead(500), True),
        (instead(503), True),
        (faults.dropped(), True),
        (faults.slow(5), True),
    ],
)
async def test_an_attempt_costs_only_where_a_model_may_have_worked(tmp_path, fault, tokens):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(fault)
        async with client(server, tmp_path, retries=0, timeout=0.3) as model:
            with pytest.raises((ModelError, Unusable)):
                await model.chat(call())
            total = model.journal.total()
    assert total.calls == total.failed > 0
    assert (total.tokens > 0) == tokens


async def test_what_was_never_sent_costs_nothing(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path, retries=0) as refused:
        await server.stop()
        with pytest.raises(ModelError):
            await refused.chat(call())
        async with client(server, tmp_path, key="clé", retries=0) as unsendable:
            with pytest.raises(UnicodeEncodeError):
                await unsendable.chat(call("other"))
            assert unsendable.journal.total().failed == 2
            assert unsendable.journal.total().tokens == 0


async def test_a_call_that_is_cancelled_after_it_was_sent_is_paid_in_full(tmp_path):
    async with FakeModelServer(latency=5) as server, client(server, tmp_path) as model:
        asked = asyncio.create_task(model.chat(call(max_tokens=64)))
        while not server.calls:
            await asyncio.wait([asked], timeout=0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (server.calls, model.journal.total().completion) == (1, 64)


async def test_out_of_credits_ends_the_run(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(instead(402, "Insufficient credits"))
        with pytest.raises(ModelError, match="Insufficient credits"):
            await model.chat(call())


async def test_a_moment_of_trouble_that_meets_many_calls_is_outlasted(tmp_path):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(faults.server_error(), calls=range(64))
        async with client(server, tmp_path, concurrency=64) as model:
            assert (await outcomes(model, range(64))).keys() == {Answer}


async def test_an_endpoint_that_only_fails_ends_the_run(tmp_path):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(faults.server_error())
        async with client(server, tmp_path, concurrency=4, retries=1) as model:
            seen = [await outcomes(model, range(n, n + 4)) for n in range(0, 40, 4)]
    assert seen[-1] == {ModelError: 4}
    assert sum(one[Unusable] for one in seen) < 20


async def test_a_call_that_the_server_cannot_bear_costs_one_record(tmp_path):
    async with (
        FakeModelServer(lambda request: GOOD) as server,
        client(server, tmp_path, retries=1) as model,
    ):
        await model.chat(call("before"))
        server.fail(faults.on("Judge this", faults.server_error()))
        with pytest.raises(Unusable, match="endpoint_failed"):
            await model.chat(call())


@pytest.mark.parametrize("fault", [faults.server_error(), faults.html_page(), faults.cut()])
async def test_an_endpoint_that_goes_away_costs_no_record(tmp_path, fault):
    async with FakeModelServer() as server, client(server, tmp_path, retries=1) as model:
        await model.chat(call("before"))
        server.fail(fault)
        with pytest.raises(ModelError):
            await model.chat(call("the last one of the run"))


async def test_retry_after_is_obeyed_by_every_call(tmp_path):
    async with FakeModelServer(lambda request: GOOD) as server:
        server.fail(faults.too_many(retry_after=1), calls=range(1))
        async with client(server, tmp_path) as model:
            began = asyncio.get_running_loop().time()
            await asyncio.gather(model.chat(call("a")), model.chat(call("b")))
            await model.chat(call("c"))
        assert asyncio.get_running_loop().time() - began >= 1
        assert server.statuses[429] == 1


async def test_with_64_calls_in_flight_the_cap_is_never_passed(tmp_path):
    async with FakeModelServer(lambda request: GOOD, latency=0.02) as server:
        cap = 4000
        async with client(server, tmp_path, Caps(run_tokens=cap), concurrency=64) as model:
            many = (
                model.chat(call(f"Judge number {n}. " + "x" * 200, max_tokens=64))
                for n in range(400)
            )
            outcomes = await asyncio.gather(*many, return_exceptions=True)
            assert any(isinstance(o, BudgetReached) for o in outcomes)
            assert all(isinstance(o, BudgetReached) or o.text == GOOD for o in outcomes)
            assert server.usage.total <= cap
            assert model.journal.total().tokens <= cap
            assert server.usage.total > cap / 2
        assert server.max_in_flight > 8


async def test_money_is_capped_over_restarts_and_failed_attempts_count(tmp_path):
    prices = Prices(prompt=1_000_000)  # one for each token
    async with FakeModelServer(lambda request: GOOD) as server:
        caps = Caps(run_money=200)
        outcomes = []
        for n in range(50):
            async with client(server, tmp_path, caps, prices=prices) as model:
                question = model.chat(call(f"number {n}"))
                outcomes += await asyncio.gather(question, return_exceptions=True)
        assert "run_money" in str(outcomes[-1])
        assert isinstance(outcomes[-1], BudgetReached)
        assert server.usage.prompt <= 200


async def test_pictures_are_sent_as_bytes_and_nothing_as_a_url(tmp_path):
    png = b"\x89PNG\r\n\x1a\n"
    message = Message("user", ("Look:", png, "and judge."))
    async with FakeModelServer(lambda request: Reply(GOOD)) as server:
        async with client(server, tmp_path) as model:
            with contextlib.suppress(Unusable):  # the server cannot read such a picture
                await model.chat(Call((message,)))
        assert list(server.requests[0].images) == [png]
        assert not server.mentioning("http://")
