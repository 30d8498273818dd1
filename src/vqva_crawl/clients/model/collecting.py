"""What batches have answered goes into the cache, and is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch import ENDED, Collected, fetch
from vqva_crawl.clients.model.batch_files import open_batches
from vqva_crawl.clients.model.budget import now
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.filing import Desk, file_answers
from vqva_crawl.clients.model.opening import Places
from vqva_crawl.clients.model.roles import every_for, key_of
from vqva_crawl.config import Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.spend import SpendJournal
from vqva_crawl.storage.spend_lines import Spend


async def collect(config: Config, roles: Iterable[str], places: Places) -> Collected:
    """Files the answers of all batches that have ended.

    Raises ConfigError, ModelError, StorageError.
    """
    entries, seen = Entries(places.cache), Collected()
    every = {places.batches_of(s): s for role in roles for s in every_for(config, role)}
    for folder, settings in every.items():
        key = key_of(settings)
        endpoint = Endpoint(settings, key)
        desk = Desk(endpoint.url, key, entries, _settling(places.journal, settings))
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
            await endpoint.aclose()
    return seen


def _settling(
    journal: SpendJournal, settings: Settings
) -> Callable[[str, str, Answer | None], None]:
    """Answers are paid in the place of what their questions reserved, so never twice."""

    def settle(role: str, key: str, answer: Answer | None) -> None:
        asked = journal.question(key)
        if asked is None:  # by an earlier version, or by hand
            name, id = settings.name or "", journal.new_id(batch=True)
            asked = Spend(now(), role, name, 0, 0, 0.0, id=id, key=key)
        prompt, completion = _took(asked, answer)
        money = settings.prices.of(prompt, completion)
        journal.add(asked.took(prompt, completion, money, "" if answer else "refused"))

    return settle


def _took(asked: Spend, answer: Answer | None) -> tuple[int, int]:
    """A refusal costs nothing; of an answer without a count, the question costs the most."""
    if answer is None:
        return 0, 0
    if not answer.prompt_tokens:
        return asked.prompt, asked.completion
    return answer.prompt_tokens, answer.completion_tokens
