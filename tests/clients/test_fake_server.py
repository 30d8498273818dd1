"""The fake model server, asked by the real `openai` package."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from types import SimpleNamespace
from typing import Any, Literal

import openai
import pytest
from PIL import Image
from pydantic import BaseModel, Field, ValidationError

from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, Fault, Reply, faults
from vqva_crawl.clients.fake_model.instance import instance

Client = Callable[..., openai.AsyncOpenAI]


@pytest.fixture
async def client_of() -> AsyncIterator[Client]:
    """Makes clients of a server."""
    made: list[openai.AsyncOpenAI] = []

    def make(server: FakeModelServer, key: str = "none") -> openai.AsyncOpenAI:
        http = openai.DefaultAioHttpClient(trust_env=False, verify=False)  # loading CAs takes long
        client = openai.AsyncOpenAI(
            base_url=server.base_url, api_key=key, max_retries=0, http_client=http
        )
        made.append(client)
        return client

    yield make
    for client in made:
        await client.close()


def png(width: int = 56, height: int = 29, color: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), color).save(buffer, "PNG")
    return buffer.getvalue()


def shown(*pictures: bytes, text: str = "What is it?") -> list[dict[str, Any]]:
    urls = [f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in pictures]
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [{"role": "user", "content": [{"type": "text", "text": text}, *parts]}]


def format_of(model: type[BaseModel]) -> dict[str, Any]:
    named = {"name": model.__name__, "schema": model.model_json_schema(), "strict": True}
    return {"type": "json_schema", "json_schema": named}


async def ask(client: openai.AsyncOpenAI, said: Any = "hello", **options: Any) -> Any:
    messages = [{"role": "user", "content": said}] if isinstance(said, str) else said
    return await client.chat.completions.create(
        **({"model": "any", "messages": messages} | options)
    )


async def text_of(client: openai.AsyncOpenAI, said: Any = "hello", **options: Any) -> str:
    return (await ask(client, said, **options)).choices[0].message.content


class Kind(Enum):
    causal = "causal"
    temporal = "temporal"


class Leaf(BaseModel):
    name: str = Field(min_length=20)
    children: list[Leaf] = []
    parent: Leaf | None = None


class Everything(BaseModel):
    analysis: str
    short: str = Field(max_length=3)
    score: int = Field(ge=0, le=2)
    above: int = Field(gt=4)
    share: float = Field(gt=0, lt=1)
    below: float = Field(le=-3)
    sure: bool
    kind: Kind
    one: Literal["this"]
    maybe: str | None
    pair: tuple[int, str]
    many: list[Leaf] = Field(min_length=2, max_length=3)
    by_name: dict[str, int]
    tree: Leaf


class Verdict(BaseModel):
    analysis: str
    score: Literal[0, 1, 2]


# --- answers


async def test_a_function_is_the_model(client_of: Client) -> None:
    def model(request: ChatRequest) -> str | Reply:
        if request.schema and request.schema["title"] == "Verdict":
            return '{"analysis": "both show it", "score": 2}'
        return Reply(f"{len(request.images)} pictures, {request.text}", "length")

    async with FakeModelServer(model) as server:
        client = client_of(server)
        said = await text_of(client, response_format=format_of(Verdict))
        assert Verdict.model_validate_json(said).score == 2
        answer = await ask(client, shown(png(), png(), text="two?"), temperature=0.25)
    assert answer.choices[0].message.content == "2 pictures, two?"
    assert answer.choices[0].finish_reason == "length"
    request = server.requests[1]
    assert request.images == (png(), png())
    assert (request.model, request.raw["temperature"], request.schema) == ("any", 0.25, None)


async def test_a_list_is_told_in_order_and_then_ends(client_of: Client) -> None:
    async with FakeModelServer(["one", Reply("two", "length")]) as server:
        client = client_of(server)
        assert [await text_of(client), await text_of(client)] == ["one", "two"]
        with pytest.raises(openai.BadRequestError, match="no scripted reply left"):
            await ask(client)


async def test_without_a_script_the_schema_is_followed(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        said = await text_of(client, response_format=format_of(Everything))
        Everything.model_validate_json(said)
        assert json.loads(await text_of(client, response_format={"type": "json_object"})) == {}
        assert await text_of(client) == "A short answer."


def test_recursive_schemas_end() -> None:
    Leaf.model_validate(instance(Leaf.model_json_schema()))


async def test_streams(client_of: Client) -> None:
    async with FakeModelServer(["a longer\n\nanswer, in words "]) as server:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        stream = await ask(client_of(server), **options)
        chunks = [chunk async for chunk in stream]
    said = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert "".join(said) == "a longer\n\nanswer, in words "
    assert len(said) > 4
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.completion_tokens == server.usage.completion == 26 // 4 + 1


async def test_tests_without_a_loop_use_a_thread() -> None:
    def plain() -> str:
        with (
            FakeModelServer(["hello"]) as server,
            openai.OpenAI(
                base_url=server.base_url,
                api_key="none",
                http_client=openai.DefaultHttpxClient(verify=False),
            ) as client,
        ):
            messages: Any = [{"role": "user", "content": "hi"}]
            answer = client.chat.completions.create(model="any", messages=messages)
            return answer.choices[0].message.content or ""

    assert await asyncio.to_thread(plain) == "hello"


async def test_a_failing_script_fails_the_test(client_of: Client) -> None:
    def model(request: ChatRequest) -> str:
        assert request.images, "no picture came"
        return "fine"

    async def test() -> None:
        async with FakeModelServer(model) as server:
            with pytest.raises(openai.InternalServerError, match="no picture came"):
                await ask(client_of(server))

    with pytest.raises(AssertionError, match="no picture came"):
        await test()


# --- time and tokens


async def test_slots_and_latency(client_of: Client) -> None:
    async with FakeModelServer(latency=1, slots=4) as server:
        client = client_of(server)
        began = time.monotonic()
        await asyncio.gather(*(ask(client) for _ in range(8)))
        assert 2 <= time.monotonic() - began < 8  # eight: one after the other
        assert (server.max_in_flight, server.in_flight) == (8, 0)


async def test_who_hangs_up_frees_the_slot(client_of: Client) -> None:
    async with FakeModelServer(latency=5, slots=1) as server:
        with pytest.raises(openai.APITimeoutError):
            await ask(client_of(server), timeout=0.1)
        await asyncio.sleep(0.2)
        assert server.in_flight == 0


async def test_tokens_are_as_stated(client_of: Client) -> None:
    async with FakeModelServer(["ééé"]) as server:
        answer = await ask(client_of(server), shown(png(56, 29), text="12345678"))
    assert answer.usage.prompt_tokens == (8 // 4 + 1) + 2 * 2
    assert answer.usage.completion_tokens == 6 // 4 + 1
    assert answer.usage.total_tokens == server.usage.total == 9


async def test_pictures_cost_what_the_user_says(client_of: Client) -> None:
    async with FakeModelServer(picture_tokens=lambda width, height: 85) as server:
        await ask(client_of(server), shown(png(), text=""))
    assert server.usage.prompt == 86


async def test_the_prefix_cache_holds_what_prompts_have_in_common(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        system = {"role": "system", "content": "s" * 100}  # 26 tokens
        document = shown(png(280, 280), text="")  # 101 tokens
        asked = [[system, *document, *shown(text=text)] for text in ("first", "second")]
        used = [(await ask(client, messages)).usage for messages in asked]
        other = (await ask(client, [*document, system])).usage
    cached = [one.prompt_tokens_details.cached_tokens for one in (*used, other)]
    assert cached == [0, 112, 0]  # 127 in common, in whole blocks of 16
    assert server.usage.cached == 112


async def test_no_answer_is_longer_than_allowed(client_of: Client) -> None:
    async with FakeModelServer(["word " * 100] * 2) as server:
        for limit in ("max_tokens", "max_completion_tokens"):
            answer = await ask(client_of(server), **{limit: 10})
            assert answer.usage.completion_tokens == 10
            assert answer.choices[0].finish_reason == "length"


# --- the door


async def test_a_wrong_key_is_repeated(client_of: Client) -> None:
    async with FakeModelServer(key="right") as server:
        assert await text_of(client_of(server, "right"))
        with pytest.raises(openai.AuthenticationError, match="canary-key"):
            await ask(client_of(server, "canary-key"))
    assert server.statuses == {200: 1, 401: 1}
    assert len(server.requests) == 1


async def test_models(client_of: Client) -> None:
    async with FakeModelServer(models=["small", "large"]) as server:
        client = client_of(server)
        assert [model.id async for model in client.models.list()] == ["small", "large"]
        assert await text_of(client, model="large")
        with pytest.raises(openai.NotFoundError, match="`any` does not exist") as error:
            await ask(client)
        assert error.value.code == "model_not_found"


async def test_what_is_no_request_is_told_so(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        with pytest.raises(openai.NotFoundError, match="POST /v1/embeddings"):
            await client.embeddings.create(model="any", input="text")
        for body in ({}, [], {"model": "any", "messages": []}, {"model": "any", "messages": [1]}):
            with pytest.raises(openai.BadRequestError):
                await client.post("/chat/completions", body=body, cast_to=object)
        with pytest.raises(openai.BadRequestError, match="not JSON"):
            await client.post("/chat/completions", content=b"\xff{", cast_to=object)
    assert server.statuses == {404: 1, 400: 5}
    assert server.requests == []


@pytest.mark.parametrize("url", ["http://a.test/a.png", "data:image/png;base64,AAAA", "data:,"])
async def test_unreadable_pictures(client_of: Client, url: str) -> None:
    part = {"type": "image_url", "image_url": {"url": url}}
    async with FakeModelServer() as server:
        with pytest.raises(openai.BadRequestError) as error:
            await ask(client_of(server), [{"role": "user", "content": [part]}])
    assert error.value.code == "invalid_image_format"
    assert bool(server.mentioning("http://")) == url.startswith("http")


async def test_mentions(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        await ask(client, shown(png(), text='say "CANARY"\n'))
        await ask(client, "nothing")
    assert server.mentioning('"CANARY"\n') == server.requests[:1]
    assert server.mentioning("base64") == []


async def test_requests_need_not_be_kept(client_of: Client) -> None:
    async with FakeModelServer(keep_requests=False) as server:
        client = client_of(server)
        await ask(client)
        server.fail(faults.empty(), calls=[0])
        assert await text_of(client) == ""
    assert (server.requests, server.calls, server.usage.prompt) == ([], 2, 4)


async def test_a_server_that_was_down_for_a_while(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        assert await text_of(client)
        await server.stop()
        with pytest.raises(openai.APIConnectionError):
            await ask(client)
        await server.start()
        assert await text_of(client)


# --- faults: when


async def test_calls_are_counted_from_when_the_fault_is_set(client_of: Client) -> None:
    async with FakeModelServer(["one", "two", "three"]) as server:
        client = client_of(server)
        assert await text_of(client) == "one"
        server.fail(faults.server_error(), calls=[1])
        assert await text_of(client) == "two"
        with pytest.raises(openai.InternalServerError):
            await ask(client)
        assert await text_of(client) == "three"
    assert server.met == {"server_error": 1}
    assert len(server.requests) == 4


async def test_a_rate_is_drawn_with_its_seed(client_of: Client) -> None:
    async def pattern(seed: int) -> list[bool]:
        async with FakeModelServer() as server:
            server.fail(faults.empty(), rate=0.3, seed=seed)
            client = client_of(server)
            return [await text_of(client) == "" for _ in range(25)]

    first, again, other = await pattern(1), await pattern(1), await pattern(2)
    assert first == again != other
    assert 2 <= sum(first) <= 14


async def test_until_switched_off(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        with server.fail(faults.empty()):
            assert await text_of(client) == ""
        assert await text_of(client)
        planned = server.fail(faults.empty())
        assert await text_of(client) == ""
        planned.off()
        assert await text_of(client)
        server.fail(faults.empty())
        server.heal()
        assert await text_of(client)


async def test_faults_add_up_and_can_be_ones_own(client_of: Client) -> None:
    shouting = Fault("shouting", lambda request, ask: Reply(ask(request).text.upper()))
    async with FakeModelServer(["word"]) as server:
        server.fail(shouting)
        server.fail(faults.in_fence())
        assert await text_of(client_of(server)) == "```json\nWORD\n```"
    assert server.met == {"shouting": 1, "in_fence": 1}


# --- faults: the server's


@pytest.mark.parametrize(
    ("fault", "error", "status", "code"),
    [
        (faults.too_many(), openai.RateLimitError, 429, "rate_limit_exceeded"),
        (faults.out_of_quota(), openai.RateLimitError, 429, "insufficient_quota"),
        (faults.server_error(), openai.InternalServerError, 500, None),
        (faults.unavailable(), openai.InternalServerError, 503, None),
    ],
)
async def test_errors(
    client_of: Client, fault: Fault, error: type[openai.APIStatusError], status: int, code: str
) -> None:
    async with FakeModelServer() as server:
        server.fail(fault, calls=[0])
        client = client_of(server)
        with pytest.raises(error) as raised:
            await ask(client)
        assert (raised.value.status_code, raised.value.code) == (status, code)
        assert await text_of(client), "the connection goes on"
        assert server.statuses == {status: 1, 200: 1}
        assert server.usage.prompt == 2, "an error costs no tokens"


async def test_retry_after(client_of: Client) -> None:
    when = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    async with FakeModelServer() as server:
        client = client_of(server)
        told = []
        for fault in (faults.too_many(7200), faults.unavailable(0.5), faults.too_many(when)):
            with server.fail(fault), pytest.raises(openai.APIStatusError) as error:
                await ask(client)
            told.append(error.value.response.headers["retry-after"])
    assert told[:2] == ["7200", "0.5"]
    assert parsedate_to_datetime(told[2]) == when


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", [faults.dropped(), faults.cut()])
async def test_lost_connections(client_of: Client, fault: Fault, stream: bool) -> None:
    async def whole(client: openai.AsyncOpenAI) -> None:
        answer = await ask(client, stream=stream)
        if stream:
            assert [chunk async for chunk in answer]

    async with FakeModelServer() as server:
        client = client_of(server)
        server.fail(fault, calls=[0])
        with pytest.raises(openai.APIConnectionError):
            await whole(client)
        assert server.statuses == {}
        await whole(client)
        assert bool(server.usage.completion > 4) == (fault.name == "cut")


async def test_a_page_for_an_answer(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        with server.fail(faults.html_page()):
            assert not hasattr(await ask(client), "choices")
        with server.fail(faults.html_page(502)), pytest.raises(openai.InternalServerError):
            await ask(client)


async def test_a_slow_answer(client_of: Client) -> None:
    async with FakeModelServer() as server:
        server.fail(faults.slow(5), calls=[0])
        with pytest.raises(openai.APITimeoutError):
            await ask(client_of(server), timeout=0.1)


async def test_refused_format(client_of: Client) -> None:
    async with FakeModelServer() as server:
        server.fail(faults.refused_format())
        client = client_of(server)
        with pytest.raises(openai.BadRequestError, match="response_format"):
            await ask(client, response_format=format_of(Verdict))
        assert await text_of(client)


async def test_an_invalid_picture_costs_the_next_connection(client_of: Client) -> None:
    async with FakeModelServer() as server:
        server.fail(faults.fragile_pictures())
        client = client_of(server)
        with pytest.raises(openai.InternalServerError):
            await ask(client, shown(b"no picture"))
        with pytest.raises(openai.APIConnectionError):
            await ask(client)
        assert await text_of(client, shown(png()))


async def test_missing_usage(client_of: Client) -> None:
    async with FakeModelServer() as server:
        server.fail(faults.no_usage())
        assert (await ask(client_of(server))).usage is None
        assert server.usage.prompt == 2


# --- faults: the model's


async def spoilt(client_of: Client, fault: Fault) -> Any:
    said = '{"analysis": "the bud has opened into a flower", "score": 2}'
    async with FakeModelServer([said]) as server:
        server.fail(fault)
        answer = await ask(client_of(server), response_format=format_of(Verdict))
        return answer.choices[0]


@pytest.mark.parametrize(
    ("fault", "finish_reason", "beginning"),
    [
        (faults.truncated(), "length", '{"analysis": "the bud'),
        (faults.content_filter(), "content_filter", ""),
        (faults.empty(), "stop", ""),
        (faults.refusal(), "stop", "I'm sorry"),
        (faults.invalid_json(), "stop", '{"answer" {'),
        (faults.in_prose(), "stop", "Let me look"),
        (faults.in_fence(), "stop", "```json\n{"),
        (faults.ignored_format(), "stop", "The analysis is the bud has opened"),
    ],
)
async def test_spoilt_answers(
    client_of: Client, fault: Fault, finish_reason: str, beginning: str
) -> None:
    choice = await spoilt(client_of, fault)
    assert choice.finish_reason == finish_reason
    assert choice.message.content.startswith(beginning)
    with pytest.raises(ValidationError):
        Verdict.model_validate_json(choice.message.content)


@pytest.mark.parametrize(
    ("fault", "holds"),
    [
        (faults.loop(), "and then it turns back to the picture and then it"),
        (faults.wrong_language(), "这张图片"),
        (faults.mixed_languages(), "flower 这张图片"),
    ],
)
async def test_spoilt_prose_in_valid_json(client_of: Client, fault: Fault, holds: str) -> None:
    choice = await spoilt(client_of, fault)
    verdict = Verdict.model_validate_json(choice.message.content)
    assert holds in verdict.analysis
    assert verdict.score == 2


async def test_a_refusal_in_its_field(client_of: Client) -> None:
    message = (await spoilt(client_of, faults.refusal(in_field=True))).message
    assert message.content is None
    assert message.refusal.startswith("I'm sorry")


# --- batches


def task(number: int, model: str = "any") -> bytes:
    body = {"model": model, "messages": [{"role": "user", "content": str(number)}]}
    line = {"custom_id": f"t{number}", "method": "POST", "url": "/v1/chat/completions"}
    return json.dumps(line | {"body": body}).encode()


async def start_batch(client: openai.AsyncOpenAI, lines: list[bytes]) -> str:
    given = ("tasks.jsonl", b"\n".join(lines))
    file = await client.files.create(file=given, purpose="batch")
    assert (await client.files.retrieve(file.id)).bytes == len(given[1])
    batch = await client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    assert batch.status == "validating"
    return batch.id


async def results(client: openai.AsyncOpenAI, key: str | None) -> list[dict[str, Any]]:
    assert key
    return [json.loads(line) for line in (await client.files.content(key)).text.splitlines()]


async def test_batches(client_of: Client) -> None:
    async with FakeModelServer(lambda request: request.text, batch_polls=1) as server:
        client = client_of(server)
        server.fail(faults.server_error(), calls=[1])
        server.fail(faults.dropped(), calls=[2])
        key = await start_batch(client, [task(number) for number in range(4)])
        assert (await client.batches.retrieve(key)).status == "in_progress"
        batch = await client.batches.retrieve(key)
        assert batch.status == "completed"
        assert batch.request_counts
        assert (batch.request_counts.completed, batch.request_counts.failed) == (2, 2)
        good = await results(client, batch.output_file_id)
        bad = await results(client, batch.error_file_id)
        assert (await client.batches.retrieve(key)).output_file_id == batch.output_file_id
    said = {
        one["custom_id"]: one["response"]["body"]["choices"][0]["message"]["content"]
        for one in good
    }
    assert said == {"t0": "0", "t3": "3"}
    assert [one["response"] and one["response"]["status_code"] for one in bad] == [None, 500]
    assert len(server.requests) == 4


async def test_batches_that_cannot_be(client_of: Client) -> None:
    async with FakeModelServer() as server:
        client = client_of(server)
        batch = await client.batches.retrieve(await start_batch(client, [b"{}"]))
        assert batch.status == "failed"
        assert batch.errors
        with pytest.raises(openai.NotFoundError):
            await client.batches.retrieve("batch_9")
        with pytest.raises(openai.BadRequestError, match="input_file_id"):
            await client.batches.create(
                input_file_id="file-9",
                endpoint="/v1/chat/completions",
                completion_window="24h",
            )
    assert server.requests == []


async def test_from_a_shell(client_of: Client) -> None:
    command = [sys.executable, "-m", "vqva_crawl.clients.fake_model", "--port", "0"]
    process = await asyncio.create_subprocess_exec(
        *command, "--fault", "in_fence", "--rate", "0.5", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().split()[0]
        client = client_of(SimpleNamespace(base_url=url))
        texts = {await text_of(client) for _ in range(20)}
        assert {text.startswith("```") for text in texts} == {True, False}
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
