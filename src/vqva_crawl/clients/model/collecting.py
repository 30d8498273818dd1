"""What batches have answered goes into the cache, and is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch import ENDED, Collected, fetch, is_asked_of
from vqva_crawl.clients.model.batch_files import BatchError, open_batches
from vqva_crawl.clients.model.budget import now
from vqva_crawl.clients.model.charge import believed, counted
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.filing import Desk, file_answers
from vqva_crawl.clients.model.opening import Places
from vqva_crawl.clients.model.roles import every_for, key_of
from vqva_crawl.config import Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.spend import SpendJournal
from vqva_crawl.storage.spend_lines import Spend


async def collect(config: Config, roles: Iterable[str], places: Places) -> Collected:
    """Files the answers of all batches that have ended.

    Raises ConfigError, StorageError, and ModelError; for one batch alone once all others are filed.
    """
    entries, seen, wrong = Entries(places.cache), Collected(), list[BatchError]()
    every = {places.batches_of(s): s for role in roles for s in every_for(config, role)}
    for folder, settings in every.items():
        paths = open_batches(folder)
        key = key_of(settings, needed=any(map(is_asked_of, paths)))
        endpoint = Endpoint(settings, key)
        known = partial(places.journal.answered, settings.name or "")
        desk = Desk(settings, key, entries, _settling(places.journal, settings), known)
        try:
            for path in paths:
                try:
                    state = await fetch(path, endpoint)
                    seen.batches[state] += 1
                    if state in ENDED:
                        seen.add(file_answers(path, desk, state == "completed"))
                except BatchError as error:
                    wrong.append(error)
        finally:
            await endpoint.aclose()
    if wrong:
        more = f" (and {len(wrong) - 1} more batches)" if wrong[1:] else ""
        raise ModelError(f"{wrong[0]}{more}")
    return seen


def _settling(
    journal: SpendJournal, settings: Settings
) -> Callable[[str, str, Answer | None, str], None]:
    """Answers are paid in the place of what their questions reserved, so never twice."""

    def settle(role: str, key: str, answer: Answer | None, failed: str) -> None:
        asked = journal.question(key)
        if asked is None:  # by an earlier version, or by hand
            name, id = settings.name or "", journal.new_id(batch=True)
            asked = Spend(now(), role, name, 0, 0, 0.0, id=id, key=key)
        prompt, completion = asked.prompt, asked.completion  # the most, as of a live answer
        if failed == "refused":
            prompt = completion = 0
        elif answer:
            answer = believed(answer, prompt, completion)
            prompt, completion = counted(answer, prompt, completion)
        money = settings.prices.of(prompt, completion)
        journal.add(asked.took(prompt, completion, money, failed))

    return settle
