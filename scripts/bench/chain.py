"""What our chat client costs beside the bare `openai` client that makes the same calls.

    python scripts/bench/chain.py [--calls 640] [--rounds 3]

A fake server in a process of its own answers after 500 ms, 64 calls at once. Ours is the client as
a run opens it (cache, retries, pace, budget, spend journal), with a fresh cache folder each round;
the peer is AsyncOpenAI over its aiohttp client and a semaphore. Both send two JPEGs of 512 px and a
JSON schema in each call, starting from the bytes of the pictures; no two calls are equal. Rounds
alternate, medians are compared. Prints one JSON object a line.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import openai
from PIL import Image, ImageFilter
from pydantic import BaseModel

from vqva_crawl.clients.base import Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer
from vqva_crawl.clients.model.asking import schema_of
from vqva_crawl.clients.model.opening import Places, models
from vqva_crawl.config import Config
from vqva_crawl.storage.spend import SpendJournal

LATENCY = 0.5  # seconds
SLOTS = 64
SIDE = 512  # px
PICTURES = 32  # different ones; the calls go through all pairs of neighbours
SYSTEM = "You judge pairs of pictures. " * 60
THROUGHPUT = 0.97  # of the peer's
ALLOWED = 2.0  # milliseconds of CPU per call above the peer's

Timing = tuple[float, float]  # calls per second, milliseconds of CPU per call


class Judgement(BaseModel):
    analysis: str
    score: int


def serve(pipe: Connection) -> None:
    """The child process: says where it listens, and ends when it is told something."""
    with FakeModelServer(latency=LATENCY, slots=SLOTS, keep_requests=False) as server:
        pipe.send(server.base_url)
        pipe.recv()


@contextmanager
def served() -> Iterator[str]:
    near, far = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(far,))
    child.start()
    try:
        yield near.recv()
    finally:
        near.send("enough")
        child.join()


def picture(number: int) -> bytes:
    """A JPEG of about the size of a photograph's."""
    noise = Image.effect_noise((SIDE, SIDE), 100).filter(ImageFilter.GaussianBlur(1.5))
    out = BytesIO()
    Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(number))).save(out, "JPEG")
    return out.getvalue()


def calls(count: int) -> list[Call]:
    pictures, schema = [picture(n) for n in range(PICTURES)], schema_of(Judgement)
    made = []
    for n in range(count):
        two = pictures[n % PICTURES], pictures[(n + 1) % PICTURES]
        parts = ("The question picture:", two[0], "The answer picture:", two[1], f"Pair {n}?")
        messages = (Message("system", (SYSTEM,)), Message("user", parts))
        made.append(Call(messages, schema, max_tokens=256))
    return made


async def timed(ask: Callable[[Call], Awaitable[object]], asked: list[Call]) -> Timing:
    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(ask(call) for call in asked))
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    return len(asked) / wall, cpu / len(asked) * 1000


async def ours(url: str, asked: list[Call], folder: Path) -> Timing:
    model = {"base_url": url, "name": "fake", "api_key_env": None, "concurrency": SLOTS}
    config = Config.model_validate({"name": "bench", "model": model})
    journal = SpendJournal(folder / "spend.jsonl")
    places = Places(folder / "cache", folder / "batches", journal)
    async with models(config, ["filter"], places) as opened:
        timing = await timed(opened["filter"].chat, asked)
    assert journal.total().calls == len(asked)
    journal.close()
    return timing


async def bare(url: str, asked: list[Call]) -> Timing:
    client = openai.AsyncOpenAI(
        base_url=url, api_key="none", max_retries=0, http_client=openai.DefaultAioHttpClient()
    )
    free = asyncio.Semaphore(SLOTS)

    async def ask(call: Call) -> str | None:
        async with free:
            answer = await client.chat.completions.create(
                model="fake",
                messages=[{"role": m.role, "content": content(m)} for m in call.messages],
                max_tokens=call.max_tokens,
                temperature=0.0,
                response_format=response_format(call),
            )
        return answer.choices[0].message.content

    timing = await timed(ask, asked)
    await client.close()
    return timing


def content(message: Message) -> object:
    if not message.images:
        return message.text
    return [
        {"type": "text", "text": part}
        if isinstance(part, str)
        else {"type": "image_url", "image_url": {"url": data_url(part)}}
        for part in message.parts
    ]


def data_url(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def response_format(call: Call) -> object:
    named = {"name": "Judgement", "schema": call.schema, "strict": True}
    return {"type": "json_schema", "json_schema": named}


def compared(count: int, rounds: int) -> tuple[list[Timing], list[Timing]]:
    we: list[Timing] = []
    they: list[Timing] = []
    asked = calls(count)
    with served() as url, tempfile.TemporaryDirectory() as folder:
        for n in range(-1, rounds):  # the first loads modules and is not counted
            some = asked if n >= 0 else asked[:SLOTS]
            we.append(asyncio.run(ours(url, some, Path(folder) / str(n))))
            they.append(asyncio.run(bare(url, some)))
    return we[1:], they[1:]


def report(we: list[Timing], they: list[Timing]) -> None:
    """Ratios are medians over the rounds, whose two halves ran one after the other."""
    rates, cpu = zip(*we, strict=True)
    peer_rates, peer_cpu = zip(*they, strict=True)
    ratio = median(ours / theirs for ours, theirs in zip(rates, peer_rates, strict=True))
    tell("calls_per_second", median(rates), "1/s", median(peer_rates), ratio, THROUGHPUT)
    ratio = median(theirs / ours for ours, theirs in zip(cpu, peer_cpu, strict=True))
    allowed = median(peer_cpu) / (median(peer_cpu) + ALLOWED)  # of a client that uses all it may
    tell("cpu_per_call", median(cpu), "ms", median(peer_cpu), ratio, allowed)


def tell(metric: str, value: float, unit: str, peer: float, ratio: float, target: float) -> None:
    row = {
        "bench": "chain",
        "metric": metric,
        "value": round(value, 3),
        "unit": unit,
        "peer": "openai with aiohttp",
        "peer_value": round(peer, 3),
        "ratio": round(ratio, 3),
        "target": round(target, 3),
        "note": f"{LATENCY * 1000:.0f} ms, {SLOTS} slots, two JPEGs of {SIDE} px a call; "
        f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    }
    print(json.dumps(row), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=640)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    report(*compared(options.calls, options.rounds))


if __name__ == "__main__":
    main()
