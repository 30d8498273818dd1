"""A second endpoint where the first cannot answer: what it answered stays, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from model_clients import call, client

from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.clients.model.fallen import Fallen
from vqva_crawl.errors import ModelError, Unusable


@contextlib.asynccontextmanager
async def pair(large: FakeModelServer, small: FakeModelServer, folder):
    """A model of two endpoints, as a process of its own opens it."""
    async with (
        client(large, folder, name="large", retries=0) as first,
        client(small, folder, name="small", retries=0) as second,
    ):
        yield Fallen(first, second)


@contextlib.asynccontextmanager
async def servers():
    async with FakeModelServer(["of large"]) as large, FakeModelServer(["of small"]) as small:
        yield large, small


async def test_a_replay_asks_neither_again_though_the_first_is_up_now(tmp_path):
    async with servers() as (large, small):
        with large.fail(faults.unavailable()):
            async with pair(large, small, tmp_path) as model:
                answer = await model.chat(call())
        assert (answer.text, answer.model) == ("of small", "small")
        asked = large.calls, small.calls
        async with pair(large, small, tmp_path) as model:
            again = await model.chat(call())
        assert (large.calls, small.calls) == asked
    assert (again.text, again.model, again.key) == (answer.text, answer.model, answer.key)
    assert again.cached


async def test_equal_calls_have_one_answer_though_the_first_comes_up_in_between(tmp_path):
    async with servers() as (large, small), pair(large, small, tmp_path) as model:
        small.fail(faults.slow(0.5))
        large.fail(faults.unavailable(), calls=range(1))
        early = asyncio.ensure_future(model.chat(call()))
        await asyncio.sleep(0.2)
        late = await model.chat(call())
        assert ((await early).model, late.model) == ("small", "small")


async def test_what_the_second_was_asked_for_itself_does_not_stand_for_the_first(tmp_path):
    async with servers() as (large, small):
        async with client(small, tmp_path, name="small") as alone:
            assert (await alone.chat(call())).text == "of small"
        async with pair(large, small, tmp_path) as model:
            assert (await model.chat(call())).text == "of large"


async def test_what_the_second_says_of_itself_is_what_is_told(tmp_path):
    async with (
        FakeModelServer() as large,
        FakeModelServer() as small,
        pair(large, small, tmp_path) as model,
    ):
        large.fail(faults.unavailable())
        await model.chat(call("before"))
        small.fail(faults.on("Judge this", faults.server_error()))
        with pytest.raises(Unusable) as caught:
            await model.chat(call())
    assert caught.value.reason == "endpoint_failed"
    chain = [error := caught.value]
    while error := error.__cause__ or error.__context__:
        chain.append(error)
    assert not [one for one in chain if isinstance(one, ModelError) or "503" in str(one)]


async def test_an_answer_that_no_agent_takes_is_not_asked_of_the_second(tmp_path):
    async with (
        FakeModelServer() as large,
        FakeModelServer() as small,
        pair(large, small, tmp_path) as model,
    ):
        large.fail(faults.empty(), calls=range(1))
        assert (await model.chat(call())).model == "large"
        assert not small.calls


async def test_where_both_fail_both_are_named(tmp_path):
    async with servers() as (large, small), pair(large, small, tmp_path) as model:
        large.fail(faults.unavailable())
        small.fail(faults.html_page())
        with pytest.raises(ModelError) as caught:
            await model.chat(call())
    assert str(caught.value).startswith(small.base_url)
    assert f"asked as the fallback, since {large.base_url}: " in str(caught.value)
