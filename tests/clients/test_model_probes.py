"""Refusals: whether one call is refused, or all are, is found out before a record is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from io import BytesIO

import pytest
from model_clients import call, client, instead, outcomes
from PIL import Image

from vqva_crawl.clients.base import Answer, Call, Message
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, faults
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.clients.model.pictures import encoded
from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import BudgetReached, ModelError, Unusable
from vqva_crawl.storage.spending import spent

SCHEMA = {"title": "Score", "type": "object", "properties": {"score": {"type": "integer"}}}
PHOTO = encoded(Image.new("RGB", (300, 200), "red"), 1024, 90)
SAID = "Unsupported parameter: max_tokens"


def refusing(why, said: str = "no") -> faults.Fault:
    """400 to the requests of which `why` is true; others are answered."""
    refused = error(400, said)
    return faults.Fault("refusing", lambda request, ask: refused if why(request) else ask(request))


def with_pictures(count: int, text: str = "Look.", **more: object) -> Call:
    return Call((Message("user", (text, *[PHOTO] * count)),), **more)


def harmful(request: ChatRequest) -> bool:
    return request.mentions("harmful")


async def test_an_endpoint_that_refuses_every_call_costs_no_record_and_one_probe(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path, concurrency=16) as model:
        server.fail(instead(400, SAID))
        assert await outcomes(model, range(16)) == {ModelError: 16}
        assert server.calls == 17
        with pytest.raises(ModelError) as caught:
            await model.chat(call())
    said = str(caught.value)
    assert said.startswith(f"{server.base_url}: refuses even a call with nothing of a page: ")
    assert SAID in said
    assert "\n" not in said


async def test_the_probe_is_the_refused_call_without_anything_of_its_page(tmp_path):
    asked = with_pictures(2, "the harmful page", schema=SCHEMA, max_tokens=77)
    async with FakeModelServer() as server, client(server, tmp_path, seed=7) as model:
        server.fail(refusing(harmful))
        with pytest.raises(Unusable, match="endpoint_refused"):
            await model.chat(asked)
        refused, probe = server.requests
    assert {k: v for k, v in refused.raw.items() if k != "messages"} == {
        k: v for k, v in probe.raw.items() if k != "messages"
    }
    assert (probe.raw["max_tokens"], probe.raw["seed"]) == (77, 7)
    assert [Image.open(BytesIO(picture)).size for picture in probe.images] == [(64, 64)] * 2
    assert "page" not in probe.text


async def test_calls_that_are_refused_for_what_they_say_cost_their_records_and_one_probe(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(refusing(lambda request: request.mentions("number 1")))
        seen = await outcomes(model, range(20))
        assert seen == {Unusable: 11, Answer: 9}  # 1, and 10 to 19
        assert await outcomes(model, range(100, 120)) == {Unusable: 20}
        assert server.calls <= 41


async def test_an_answered_call_is_as_good_as_a_probe(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(refusing(harmful))
        await model.chat(call("a good one"))
        with pytest.raises(Unusable):
            await model.chat(call("a harmful one"))
        assert server.calls == 2


@pytest.mark.parametrize(
    ("why", "first", "then"),
    [
        (lambda r: r.images, call(), with_pictures(1)),
        (lambda r: len(r.images) > 1, with_pictures(1), with_pictures(2)),
        (lambda r: r.raw["max_tokens"] > 1000, call(max_tokens=512), call(max_tokens=2048)),
    ],
    ids=["pictures", "two pictures", "long answers"],
)
async def test_what_a_server_refuses_of_all_is_found_after_other_answers(
    tmp_path, why, first, then
):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(refusing(why, "this server does not take it"))
        await model.chat(first)
        with pytest.raises(ModelError, match=r"refuses even a call with .*does not take it"):
            await model.chat(then)


async def test_more_pictures_than_a_server_takes_are_the_documents_own(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(refusing(lambda request: len(request.images) > 4, "at most 4 pictures"))
        with pytest.raises(Unusable, match="at most 4 pictures"):
            await model.chat(with_pictures(6))


async def test_the_probe_is_paid_for_by_who_asks_and_never_stored(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(refusing(harmful))
        for _ in range(2):
            with pytest.raises(Unusable):
                await model.chat(call("a harmful one", role="filter", document="d"))
        total = spent(tmp_path / "spend.jsonl")["filter"]
        assert (total.calls, total.failed) == (3, 2)
        assert total.tokens == server.usage.total  # of the probe, the only one that was answered
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


async def test_a_probe_passes_no_cap(tmp_path):
    prices = Prices(prompt=1_000_000)  # one for each token
    caps = Caps(run_money=60)  # room for few words
    async with FakeModelServer() as server:
        server.fail(refusing(harmful))
        async with client(server, tmp_path, caps, prices=prices) as model:
            with pytest.raises(BudgetReached):
                await model.chat(call("harmful"))
        assert server.calls == 1


async def test_a_probe_meets_a_moment_of_trouble_like_any_call(tmp_path):
    async with FakeModelServer() as server, client(server, tmp_path) as model:
        server.fail(refusing(harmful))
        server.fail(faults.server_error(), calls=[1, 2])
        with pytest.raises(Unusable, match="endpoint_refused"):
            await model.chat(call("a harmful one"))


@pytest.mark.parametrize(
    "fault",
    [faults.dropped(), faults.unavailable(), faults.server_error()],
    ids=lambda fault: fault.name,
)
async def test_an_endpoint_that_refuses_and_then_goes_down_ends_the_run(tmp_path, fault):
    async with FakeModelServer() as server, client(server, tmp_path, retries=1) as model:
        server.fail(refusing(harmful))
        server.fail(fault, calls=[1, 2, 3])
        with pytest.raises(ModelError, match="answered no call, and fails on a call with nothing"):
            await model.chat(call("a harmful one"))


async def test_who_gives_up_waiting_for_a_probe_leaves_it_to_the_others(tmp_path):
    probing = asyncio.Event()

    def reply(request: ChatRequest) -> str:
        probing.set()
        return "fine"

    async with FakeModelServer(reply, latency=1) as server, client(server, tmp_path) as model:
        server.fail(refusing(harmful))
        first, second = (asyncio.ensure_future(model.chat(call(f"harmful {n}"))) for n in (1, 2))
        await probing.wait()
        await asyncio.sleep(0.3)  # the second one waits for it, too
        first.cancel()
        with pytest.raises(Unusable, match="endpoint_refused"):
            await second
        assert server.statuses == Counter({400: 2, 200: 1})
