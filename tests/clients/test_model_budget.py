"""Caps hold for calls at once, for programs at once, over kills, and for open batches."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from model_clients import call, client

from vqva_crawl.clients.base import Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer
from vqva_crawl.clients.model.batch import Queue
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.config import Caps, Prices
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import BudgetReached, Pending, Unusable
from vqva_crawl.storage.spend import SpendJournal
from vqva_crawl.storage.spending import spent, whole

ASKED = Call((), max_tokens=50, role="filter", document="page", key="first")
FREE = Prices()
PROGRAM = """
import asyncio, os, signal, sys
from contextlib import suppress
from pathlib import Path
from vqva_crawl.clients.base import Call
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import BudgetReached
from vqva_crawl.storage.spend import SpendJournal

async def main():
    budget = Budget(Caps(run_tokens=int(sys.argv[2])), SpendJournal(Path(sys.argv[1])))
    asked = Call((), max_tokens=50, role="filter")
    with suppress(TimeoutError, BudgetReached):  # the other program may have filled it
        while True:
            async with asyncio.timeout(0.5):
                await budget.reserve(asked, "fake", 50, Prices())
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def program(path, cap: int) -> subprocess.Popen[bytes]:
    """Reserves until there is no room, and is killed with all of it under way."""
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(path), str(cap)])


def test_programs_at_once_fill_a_cap_and_never_pass_it_and_their_kills_count(tmp_path):
    path, cap = tmp_path / "spend.jsonl", 40_000
    both = [program(path, cap), program(path, cap)]
    assert [one.wait(60) for one in both] == [-signal.SIGKILL] * 2
    total = spent(path)["filter"]
    assert (total.tokens, total.calls, total.failed) == (cap, 400, 400)
    with closing(SpendJournal(path)) as journal, pytest.raises(BudgetReached, match="run_tokens"):
        asyncio.run(Budget(Caps(run_tokens=cap), journal).reserve(ASKED, "m", 1, FREE))


async def test_with_64_calls_in_flight_of_two_clients_the_cap_is_never_passed(tmp_path):
    caps = Caps(run_tokens=4000)
    async with (
        FakeModelServer(latency=0.02) as server,
        client(server, tmp_path, caps, concurrency=32) as one,
        client(server, tmp_path, caps, concurrency=32) as other,
    ):
        many = (
            model.chat(call(f"Judge number {n} {which}. " + "x" * 200, max_tokens=64))
            for n in range(100)
            for which, model in enumerate((one, other))
        )
        outcomes = await asyncio.gather(*many, return_exceptions=True)
        assert {type(o) for o in outcomes if isinstance(o, Exception)} == {BudgetReached}
        assert 2000 < server.usage.total <= 4000
        assert one.journal.total().tokens == other.journal.total().tokens <= 4000


async def test_after_a_refusal_no_smaller_call_begins_that_would_be_thrown_away(
    tmp_path,
):
    async with (
        FakeModelServer(latency=0.2) as server,
        client(server, tmp_path, Caps(run_tokens=150)) as model,
    ):
        asked = [call(f"call {n}", max_tokens=most) for n, most in enumerate((80, 200, 80))]
        tasks = [asyncio.create_task(model.chat(one)) for one in asked]
        try:  # as a run asks: what ends one record's way ends all of them
            with pytest.raises(BudgetReached, match="run_tokens"):
                await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        total = model.journal.total()
    assert (total.calls, total.failed, total.tokens) == (1, 0, server.usage.total)


async def test_a_day_is_charged_for_what_began_on_it(tmp_path):
    day = iter(["2026-01-01T23:59:59", "2026-01-02T00:00:01", "2026-01-02T00:00:02"])
    with closing(SpendJournal(tmp_path / "spend.jsonl")) as journal:
        budget = Budget(Caps(day_tokens=100), journal, lambda: next(day))
        late = await budget.reserve(ASKED, "m", 50, FREE)
        early = await budget.reserve(ASKED, "m", 50, FREE)
        budget.settle(late, 50, 50, "")
        budget.settle(early, 50, 50, "")
        with pytest.raises(BudgetReached, match="day_tokens"):
            await budget.reserve(ASKED, "m", 1, FREE)


async def test_a_call_waits_for_those_of_its_document_before_it_is_refused(tmp_path):
    with closing(SpendJournal(tmp_path / "spend.jsonl")) as journal:
        budget = Budget(Caps(document_tokens=150), journal)
        first = await budget.reserve(ASKED, "m", 50, FREE)
        second = asyncio.create_task(budget.reserve(replace(ASKED, key="second"), "m", 50, FREE))
        await asyncio.sleep(0.01)
        assert not second.done()
        budget.settle(first, 30, 20, "")
        await second
        third = asyncio.create_task(budget.reserve(replace(ASKED, key="third"), "m", 50, FREE))
        await asyncio.sleep(0.01)
        budget.settle(second.result(), 30, 21, "")
        with pytest.raises(Unusable, match="150 tokens"):
            await third


QUESTION = Message("user", ("x" * 68,))  # 51 tokens at the most, and 50 of the answer


def queues(folder, cap: int) -> tuple[SpendJournal, list[Queue]]:
    """Of two endpoints, as a command opens them."""
    journal = SpendJournal(folder / "spend.jsonl")
    budget, made = Budget(Caps(run_tokens=cap), journal), []
    for name in ("one", "other"):
        settings = Settings(base_url="http://127.0.0.1:9/v1", name=name)
        made.append(Queue(Endpoint(settings, ""), settings, budget, folder / name))
    return journal, made


async def test_open_questions_of_all_endpoints_and_cycles_fill_one_cap(tmp_path):
    def ask(queue: Queue, key: str):
        return queue.chat(Call((QUESTION,), max_tokens=49, role="filter", key=key))

    for _ in range(2):  # cycles: what is open has its room, and there is none for more
        journal, (one, other) = queues(tmp_path, 300)
        for queue, key in ((one, "a"), (other, "b"), (one, "c")):
            with pytest.raises(Pending):
                await ask(queue, key)
        with pytest.raises(BudgetReached, match="run_tokens"):
            await ask(other, "d")
        for queue in (one, other):
            queue.write()
            await queue.endpoint.aclose()
        assert journal.total().tokens == 300
        journal.close()
    assert len(list(tmp_path.rglob("*/*.jsonl"))) == 2
    assert not whole(spent(tmp_path / "spend.jsonl")).calls


async def test_hidden_reasoning_has_its_room_in_request_and_reservation(tmp_path):
    caps = Caps(run_tokens=1500)
    async with (
        FakeModelServer() as server,
        client(server, tmp_path, caps, thinking_tokens=1000) as model,
    ):
        await model.chat(call(max_tokens=64))
        assert server.requests[0].raw["max_tokens"] == 1064
        with pytest.raises(BudgetReached, match="run_tokens"):
            await model.chat(call("another", max_tokens=499))


async def test_an_open_question_has_room_for_hidden_reasoning(tmp_path):
    journal = SpendJournal(tmp_path / "spend.jsonl")
    settings = Settings(base_url="http://127.0.0.1:9/v1", name="one", thinking_tokens=1000)
    queue = Queue(Endpoint(settings, ""), settings, Budget(Caps(), journal), tmp_path / "batch")
    with pytest.raises(Pending):
        await queue.chat(Call((QUESTION,), max_tokens=49, role="filter", key="a"))
    queue.write()
    await queue.endpoint.aclose()
    assert journal.total().tokens == 1100
    journal.close()
    (file,) = (tmp_path / "batch").glob("*.jsonl")
    assert '"max_tokens": 1049' in file.read_text()
