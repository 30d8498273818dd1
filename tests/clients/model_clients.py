"""A chat model over a fake server, as a run has it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter

from vqva_crawl.clients.base import Call, Message
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.cached import Cached
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.paces import Paces
from vqva_crawl.clients.model.retried import Retried
from vqva_crawl.config import Caps
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.spend import SpendJournal


def call(text: str = "Judge this.", **more: object) -> Call:
    return Call((Message("system", ("Be brief.",)), Message("user", (text,))), **more)


@contextlib.asynccontextmanager
async def client(server: FakeModelServer, folder, caps: Caps | None = None, **more: object):
    """A cached, retried endpoint, with the `journal` of what it spent."""
    key, clock = str(more.pop("key", "")), more.pop("clock", time.monotonic)
    settings = Settings(**{"base_url": server.base_url, "name": "fake", **more})
    journal = SpendJournal(folder / "spend.jsonl")
    endpoint = Endpoint(settings, key)
    budget = Budget(caps or Caps(), journal)
    inner = Retried(endpoint, settings, budget, Paces().of(settings), clock)
    model = Cached(inner, {}, Entries(folder / "cache"))
    model.journal = journal
    try:
        yield model
    finally:
        await endpoint.aclose()
        journal.close()


def instead(status: int, said: str = "no") -> faults.Fault:
    return faults.Fault("instead", lambda request, ask: error(status, said))


async def outcomes(model, names: range) -> Counter[type]:
    many = (model.chat(call(f"number {n}")) for n in names)
    return Counter(type(one) for one in await asyncio.gather(*many, return_exceptions=True))
