"""What batches have answered goes into the cache, and is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch import ENDED, Collected, fetch
from vqva_crawl.clients.model.batch_files import open_batches
from vqva_crawl.clients.model.documents import Documents
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.filing import Desk, file_answers
from vqva_crawl.clients.model.opening import Places
from vqva_crawl.clients.model.roles import every_for, key_of
from vqva_crawl.config import Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.spend import Spend, SpendJournal


async def collect(config: Config, roles: Iterable[str], places: Places) -> Collected:
    """Files the answers of all batches that have ended.

    Raises ConfigError, ModelError, StorageError.
    """
    entries, documents, seen = Entries(places.cache), places.documents(), Collected()
    every = {places.batches_of(s): s for role in roles for s in every_for(config, role)}
    for folder, settings in every.items():
        key = key_of(settings)
        endpoint = Endpoint(settings, key)
        desk = Desk(endpoint.url, key, entries, _paying(places.journal, documents, settings))
        try:
            for path in open_batches(folder):
                state = await fetch(path, endpoint)
                seen.batches[state] += 1
                if state in ENDED:
                    filed = file_answers(path, desk)
                    seen.filed += filed.answered
                    seen.refused += filed.refused
                    seen.failed += filed.failed
                    seen.why = filed.why or seen.why
        finally:
            documents.save()
            await endpoint.aclose()
    return seen


def _paying(
    journal: SpendJournal, documents: Documents, settings: Settings
) -> Callable[[str, str, Answer], None]:
    def pay(role: str, key: str, answer: Answer) -> None:
        spent = answer.prompt_tokens, answer.completion_tokens
        at = datetime.now(UTC).isoformat(timespec="seconds")
        journal.add(Spend(at, role, settings.name or "", *spent, settings.prices.of(*spent)))
        documents.settle(key, sum(spent))

    return pay
