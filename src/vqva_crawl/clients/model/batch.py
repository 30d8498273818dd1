"""Batch mode: what is not in the cache is written down, answered elsewhere, and filed."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.batch_files import (
    BatchError,
    answers_of,
    asked,
    divide,
    encoded,
    open_batches,
    refusals,
    set_aside,
    unfinished,
    write,
)
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.cached import stored
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.filing import Filed
from vqva_crawl.clients.model.tokens import most_tokens, with_thinking
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, Pending, Unusable
from vqva_crawl.storage.cache import write_whole

ENDED = ("completed", "expired", "cancelled")  # with the answers that came in time
URL = "/v1/chat/completions"
SMALLER = "where it is too large, or has too many tokens, a smaller model.batch_lines divides it"


@dataclass
class Collected:
    """What came of a run's batches."""

    filed: int = 0  # answers that lie in the cache now
    refused: int = 0  # questions that the endpoint refused for good
    failed: int = 0  # questions without an answer, to be asked again
    why: str = ""  # of one that failed
    batches: Counter[str] = field(default_factory=Counter)  # by state

    def add(self, filed: Filed) -> None:
        """Counts what came of one of them."""
        self.filed += filed.answered
        self.refused += filed.refused
        self.failed += filed.failed
        self.why = filed.why or self.why

    @property
    def waiting(self) -> int:
        """The batches that are not answered yet."""
        return sum(n for state, n in self.batches.items() if state not in ENDED)

    def __str__(self) -> str:
        if not self.batches:
            return "batches: none are open"
        states = [f"{n} {state}" for state, n in sorted(self.batches.items())]
        refused = f", {self.refused} refused" if self.refused else ""
        again = f", {self.failed} failed and will be asked again" if self.failed else ""
        why = f" ({self.why})" if self.why else ""
        return f"batches: {', '.join(states)}; {self.filed} answers filed{refused}{again}{why}"


class Queue:
    """A ChatModel that notes each call once, and says that it waits.

    All it answers is what is no answer to keep for other runs, such as one that was cut off.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        settings: Settings,
        budget: Budget,
        folder: Path,
    ) -> None:
        self.name = endpoint.name
        self.endpoint = endpoint
        self.folder = folder
        self._settings = settings
        self._budget = budget
        self._refused = refusals(folder)
        self._aside = set_aside(folder)
        self._lines: dict[str, bytes] = {}

    async def chat(self, call: Call) -> Answer:
        """Raises Pending, Unusable for a question that was refused or passes its document's cap,
        and BudgetReached for one that passes another cap, beside all that is open already."""
        if refused := self._refused.get(call.key):
            reason = refused[0].get("reason", "endpoint_refused")
            raise Unusable(reason, refused[1].decode())
        if known := stored(self._aside, call.key):
            return known
        if call.key not in self._lines:
            call = with_thinking(call, self._settings.thinking_tokens)
            prompt = most_tokens(call.messages, self._settings.image_tokens)
            self._budget.note(call, self.name, prompt, self._settings.prices)
            body = self.endpoint.line(call)
            name = f"{call.role}-{call.key}"
            line = {"custom_id": name, "method": "POST", "url": URL, "body": body}
            self._lines[call.key] = encoded(line)
        raise Pending("waits for the answers of a batch")

    def write(self) -> None:
        """Writes batch files of what was noted. Lines that an open batch holds are left out."""
        known = {key for path in open_batches(self.folder) for key in asked(path)}
        fresh = sorted(key for key in self._lines if key not in known)
        each = ((key, self._lines.pop(key)) for key in fresh)  # they hold pictures: none twice
        write(self.folder, each, self._settings.batch_lines)
        self._lines.clear()

    def divide(self) -> None:
        """Brings the files that are still to be handed over below the limits."""
        for path in open_batches(self.folder):
            if not _note(path).exists() and not answers_of(path).exists():
                divide(path, self._settings.batch_lines)


def _note(path: Path) -> Path:
    """Where a batch's id is, once it was handed over."""
    return path.with_suffix(".submitted")


def is_asked_of(path: Path) -> bool:
    """Whether the endpoint has to be asked what came of a batch."""
    return _note(path).exists() and not answers_of(path).exists()


async def submit(path: Path, endpoint: Endpoint) -> str:
    """Hands a batch file to the endpoint, once; returns the batch's id. Raises ModelError."""
    note = _note(path)
    if not note.exists():
        try:
            body = await asyncio.to_thread(path.read_bytes)
            write_whole(note, (await endpoint.submit(path.name, body)).encode())
        except FetchError as error:
            raise ModelError(
                f"{endpoint.url}: the batch {path} was not taken: {error.detail}; the next run "
                f"tries again ({SMALLER})"
            ) from error
    return note.read_text()


async def fetch(path: Path, endpoint: Endpoint) -> str:
    """The state of a submitted batch; once it has ended, its answers lie beside the file.

    Raises ModelError, and BatchError for one that the endpoint refused as a whole: it counts as
    not submitted from then on.
    """
    note = _note(path)
    if answers_of(path).exists():
        by_hand = not note.exists()
        return "in progress" if by_hand and unfinished(path) else "completed"
    if not note.exists():
        return "not submitted"
    try:
        state, body, why = await endpoint.batch(note.read_text())
    except FetchError as error:
        raise ModelError(f"{endpoint.url}: {error.detail}") from error
    if state == "failed":
        number = note.read_text()
        note.unlink()
        raise BatchError(
            f"{endpoint.url}: batch {number} was refused ({why}); its questions stand in {path}, "
            f"and the next run hands them over again; {SMALLER}"
        )
    if state in ENDED:
        write_whole(answers_of(path), body)
    return state
