"""What batches have answered goes into the cache, and is paid for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch import (
    Collected,
    answers_of,
    fetch,
    file_answers,
    open_batches,
)
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.opening import Places
from vqva_crawl.clients.model.roles import every_for, key_of
from vqva_crawl.config import Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.records import digest
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.spend import Spend, SpendJournal


async def collect(config: Config, roles: Iterable[str], places: Places) -> Collected:
    """Files the answers of all batches that have ended. Raises ConfigError, ModelError."""
    entries, seen = Entries(places.cache), Collected()
    every = {s.model_dump_json(): s for role in roles for s in every_for(config, role)}
    for name, settings in every.items():
        endpoint = Endpoint(settings, key_of(settings))
        pay = partial(_paid, places.journal, settings)
        try:
            for path in open_batches(places.batches / digest(name)):
                state = await fetch(path, endpoint)
                seen.batches[state] += 1
                if answers_of(path).exists():
                    filed, failed = file_answers(path, endpoint.url, entries, pay)
                    seen.filed += filed
                    seen.failed += failed
        finally:
            await endpoint.aclose()
    return seen


def _paid(journal: SpendJournal, settings: Settings, role: str, answer: Answer) -> None:
    spent = answer.prompt_tokens, answer.completion_tokens
    at = datetime.now(UTC).isoformat(timespec="seconds")
    journal.add(Spend(at, role, settings.name or "", *spent, settings.prices.of(*spent)))
