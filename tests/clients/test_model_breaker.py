"""An endpoint that is down is left alone for a while; what has a fallback goes there at once."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
from model_clients import call, client, instead

from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.clients.model.fallen import Fallen
from vqva_crawl.errors import ModelError, Unusable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextlib.asynccontextmanager
async def pair(folder, **more: object):
    """(first endpoint, its model, model with a fallback, clock); one attempt a call."""
    clock = Clock()
    async with (
        FakeModelServer(lambda request: "of large") as large,
        FakeModelServer(lambda request: "of small") as small,
        client(large, folder, name="large", clock=clock, **{"retries": 0, **more}) as first,
        client(small, folder, name="small") as second,
    ):
        yield large, first, Fallen(first, second), clock


async def who(model: Fallen, *names: str) -> set[str]:
    answers = await asyncio.gather(*(model.chat(call(name)) for name in names))
    return {answer.model for answer in answers}


@pytest.mark.parametrize(
    "fault",
    [faults.dropped(), faults.slow(9), faults.unavailable(), instead(401), faults.out_of_quota()],
    ids=lambda fault: fault.name,
)
async def test_a_dead_endpoint_is_tried_once_in_a_while_and_the_fallback_answers(tmp_path, fault):
    async with pair(tmp_path, timeout=0.6) as (large, first, model, clock):
        with large.fail(fault):
            for n in range(20):
                assert await who(model, f"number {n}") == {"small"}
            attempts = first.journal.total().failed
            assert attempts == 1
            for seconds in (30, 60, 120, 240, 480, 600, 600):
                clock.now += seconds - 1
                assert await who(model, f"before {seconds} {clock.now}") == {"small"}
                assert first.journal.total().failed == attempts
                clock.now += 1
                assert await who(model, *(f"{k} at {clock.now}" for k in range(3))) == {"small"}
                attempts += 1
                assert first.journal.total().failed == attempts
        clock.now += 600
        assert await who(model, "up again") == {"large"}
        assert await who(model, *(f"and {n}" for n in range(5))) == {"large"}


async def test_calls_under_way_do_not_go_on_trying_an_endpoint_that_is_down(tmp_path):
    async with pair(tmp_path, retries=3, timeout=0.3) as (large, first, model, _):
        large.fail(faults.slow(9))
        began = time.monotonic()
        assert await who(model, *(f"number {n}" for n in range(100))) == {"small"}
        assert time.monotonic() - began < 60
        assert first.journal.total().failed <= 16 * 5


async def test_one_slow_call_does_not_shut_out_the_others(tmp_path):
    async with pair(tmp_path, retries=1, timeout=1.5) as (large, _, model, _):
        slow = faults.slow(9)
        large.fail(
            faults.Fault(
                "slow_one",
                lambda request, ask: (
                    slow.worsen(request, ask) if request.mentions("endless") else ask(request)
                ),
            )
        )
        endless = asyncio.ensure_future(who(model, "endless"))
        for n in range(20):
            assert await who(model, f"number {n}") == {"large"}
            await asyncio.sleep(0.1)
        assert await endless == {"small"}
        assert await who(model, "after it") == {"large"}


async def test_what_the_first_answered_before_is_still_its_answer(tmp_path):
    async with pair(tmp_path) as (large, _, model, _):
        assert await who(model, "early") == {"large"}
        large.fail(faults.dropped())
        assert await who(model, "late") == {"small"}
        assert await who(model, "early") == {"large"}


async def test_a_call_of_its_own_trouble_shuts_nothing(tmp_path):
    async with pair(tmp_path) as (large, _, model, _):
        assert await who(model, "before") == {"large"}
        with large.fail(faults.on("broken", faults.server_error())):
            assert await who(model, "broken") == {"small"}
        assert await who(model, "whole") == {"large"}


async def test_a_refusal_shows_that_the_endpoint_is_up_again(tmp_path):
    async with pair(tmp_path) as (large, first, _, clock):
        with large.fail(faults.dropped()), pytest.raises(ModelError):
            await first.chat(call("down"))
        clock.now += 30
        with large.fail(instead(400), calls=range(1)), pytest.raises(Unusable):
            await first.chat(call("refused"))
        assert (await first.chat(call("answered"))).text == "of large"


async def test_without_a_fallback_calls_fail_at_once_with_the_same_error(tmp_path):
    async with pair(tmp_path) as (large, first, _, _):
        large.fail(faults.unavailable())
        said = set()
        for n in range(3):
            with pytest.raises(ModelError) as caught:
                await first.chat(call(f"number {n}"))
            said.add(str(caught.value))
        assert len(said) == 1
        assert large.statuses[503] == 1


async def test_it_is_logged_once_for_how_long_an_endpoint_is_left_alone(tmp_path, capsys):
    async with pair(tmp_path) as (large, _, model, _):
        large.fail(faults.dropped())
        await who(model, *(f"number {n}" for n in range(10)))
    said = [line for line in capsys.readouterr().out.splitlines() if "model_left_alone" in line]
    assert len(said) == 1
    assert "30" in said[0]
