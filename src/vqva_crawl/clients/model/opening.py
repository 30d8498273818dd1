"""The models of a run: one for each agent that asks one, open for the time of a block."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from vqva_crawl.clients.base import ChatModel
from vqva_crawl.clients.model.batch import Queue, submit
from vqva_crawl.clients.model.batch_files import answers_of, open_batches
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.cached import Cached
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.fallen import Fallen
from vqva_crawl.clients.model.paces import Paces
from vqva_crawl.clients.model.retried import Retried
from vqva_crawl.clients.model.roles import key_of, second_for, second_of, settings_for
from vqva_crawl.config import Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.records import digest
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.spend import SpendJournal

Waits = Callable[[str, float], None]
# Settings that change the answers. `thinking_tokens` only decides whether there is one.
SAYS = ("json_mode", "temperature", "seed", "extra_body")


@dataclass(frozen=True)
class Places:
    """Where the models of a run keep what they must not lose."""

    cache: Path  # answers
    batches: Path
    journal: SpendJournal

    def batches_of(self, settings: Settings) -> Path:
        """The folder of an endpoint's batches: no key that may change within a run moves it."""
        deciding = settings.model_dump(include={"base_url", "name", *SAYS})
        return self.batches / digest(json.dumps(deciding, sort_keys=True))


@asynccontextmanager
async def models(
    config: Config, roles: Iterable[str], places: Places, waits: Waits | None = None
) -> AsyncIterator[dict[str, ChatModel]]:
    """Role -> its model, opened for the time of the block. Equal endpoints are opened once.

    A second model of a role stands under `second_of(role)`. `waits` is told `model:` with the
    host of an endpoint, and the seconds of a pause that it asked for.

    In batch mode, what was asked is in batch files when the block ends, and handed to the endpoint
    unless `model.submit` is off. Raises ConfigError, ModelError.
    """
    budget = Budget(config.model.caps, places.journal)
    asked = config.model.mode == "live" or config.model.submit  # by us, not by whoever gets files
    entries = Entries(places.cache)
    opened: dict[str, Cached] = {}
    paces = Paces(_telling(waits) if waits else None)
    async with AsyncExitStack() as stack:

        def model(settings: Settings) -> Cached:
            name = settings.model_dump_json()
            if name not in opened:
                endpoint = Endpoint(settings, key_of(settings, needed=asked))
                stack.push_async_callback(endpoint.aclose)
                says = settings.model_dump(include=set(SAYS))
                inner: ChatModel = Retried(endpoint, settings, budget, paces.of(settings))
                if config.model.mode == "batch":
                    folder = places.batches_of(settings)
                    inner = queue = Queue(endpoint, settings, budget, folder)
                    stack.push_async_callback(hand_over, queue, config.model.submit)
                opened[name] = Cached(inner, says, entries)
            return opened[name]

        found: dict[str, ChatModel] = {}
        for role in roles:
            first, *others = [model(settings) for settings in settings_for(config, role)]
            found[role] = Fallen(first, others[0]) if others else first
            if second := second_for(config, role):
                found[second_of(role)] = model(second)
        yield found


def _telling(waits: Waits) -> Callable[[str], Callable[[float], None]]:
    """What an endpoint at a URL tells its pauses to."""
    return lambda url: partial(waits, f"model:{urlsplit(url).netloc.rpartition('@')[2]}")


async def hand_over(queue: Queue, send: bool) -> None:
    """Writes what was noted, and submits it with whatever could not be submitted before.

    What somebody answers by hand is left to them.
    """
    queue.write()
    if send:
        queue.divide()
    for path in open_batches(queue.folder) if send else ():
        if not answers_of(path).exists():
            await submit(path, queue.endpoint)
