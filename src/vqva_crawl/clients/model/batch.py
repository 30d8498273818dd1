"""Batch mode: what is not in the cache is written down, answered elsewhere, and filed.

The files are OpenAI's batch form, one request a line, which `vllm run-batch` reads too; the
`custom_id` is who asks and the answer's address in the cache, so that filing needs no other
book-keeping.

    batch/<digest>.jsonl          what is asked
    batch/<digest>.submitted      the id of the batch at the endpoint, when it was handed over
    batch/<digest>.answers.jsonl  what came back; yours to put there where nothing is submitted
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.cached import store
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.tokens import most_tokens
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, Pending
from vqva_crawl.records import digest
from vqva_crawl.storage.cache import Entries, write_whole
from vqva_crawl.storage.parts import storage_errors

ENDED = ("completed", "expired", "cancelled")  # with the answers that came in time
URL = "/v1/chat/completions"
MOST_LINES = 50_000  # of one file, as OpenAI allows


@dataclass
class Collected:
    """What came of a run's batches."""

    filed: int = 0  # answers that lie in the cache now
    failed: int = 0  # questions without one, to be asked again
    batches: Counter[str] = field(default_factory=Counter)  # by state

    @property
    def waiting(self) -> int:
        """The batches that are not answered yet."""
        return sum(n for state, n in self.batches.items() if state not in ENDED)

    def __str__(self) -> str:
        if not self.batches:
            return "batches: none are open"
        states = [f"{n} {state}" for state, n in sorted(self.batches.items())]
        again = f", {self.failed} failed and will be asked again" if self.failed else ""
        return f"batches: {', '.join(states)}; {self.filed} answers filed{again}"


class Queue:
    """A ChatModel that answers nothing: it notes each call once, and says that it waits."""

    def __init__(
        self, endpoint: Endpoint, settings: Settings, budget: Budget, folder: Path
    ) -> None:
        self.name = endpoint.name
        self.endpoint = endpoint
        self.folder = folder
        self._settings = settings
        self._budget = budget
        self._noted = (0, 0)  # tokens
        self._lines: dict[str, str] = {}

    async def chat(self, call: Call) -> Answer:
        """Raises Pending, or BudgetReached when what is noted would pass a cap."""
        if call.key not in self._lines:
            prompt = self._noted[0] + most_tokens(call.messages, self._settings.image_tokens)
            self._noted = (prompt, self._noted[1] + call.max_tokens)
            self._budget.check(*self._noted, self._settings.prices)
            body = self.endpoint.line(call)
            name = f"{call.role}-{call.key}"
            line = {"custom_id": name, "method": "POST", "url": URL, "body": body}
            self._lines[call.key] = json.dumps(line)
        raise Pending("waits for the answers of a batch")

    def write(self) -> None:
        """Writes batch files of what was noted. Lines that an open batch holds are left out."""
        known = {key for path in open_batches(self.folder) for key in asked(path)}
        fresh = sorted(key for key in self._lines if key not in known)
        for start in range(0, len(fresh), MOST_LINES):
            some = fresh[start : start + MOST_LINES]
            path = self.folder / f"{digest(*some)}.jsonl"
            write_whole(path, "".join(f"{self._lines[key]}\n" for key in some).encode())
        self._lines.clear()


def open_batches(folder: Path) -> list[Path]:
    """The files whose answers have not been filed yet."""
    files = sorted(folder.glob("*.jsonl"))
    return [path for path in files if not path.name.endswith(".answers.jsonl")]


def asked(path: Path) -> Iterator[str]:
    """The addresses of a batch file's questions."""
    for line in lines(path):
        yield asker(line)[1]


def asker(line: dict[str, Any]) -> tuple[str, str]:
    """(role, address of the answer) of a question or an answer."""
    role, _, key = str(line["custom_id"]).rpartition("-")
    return role or "batch", key


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with storage_errors(str(path)), path.open(encoding="utf-8") as file:
        for text in file:
            if text.strip():
                yield json.loads(text)


def answers_of(path: Path) -> Path:
    return path.with_suffix(".answers.jsonl")


def file_answers(
    path: Path, endpoint: str, entries: Entries, pay: Callable[[str, Answer], object]
) -> tuple[int, int]:
    """Puts the answers of an endpoint's batch into the cache and has each paid by its role.

    Returns (filed, failed). The files of the batch go once all is filed: what failed is asked again
    by the next run.
    """
    filed = failed = 0
    for line in lines(answers_of(path)):
        answer = _answer(line, endpoint)
        if answer is None:
            failed += 1
        else:
            role, key = asker(line)
            store(entries, key, answer)
            pay(role, answer)
            filed += 1
    for gone in (path, answers_of(path), path.with_suffix(".submitted")):
        gone.unlink(missing_ok=True)
    return filed, failed


def _answer(line: dict[str, Any], endpoint: str) -> Answer | None:
    response = line.get("response") or {}
    body = response.get("body") or {}
    if response.get("status_code", 200) != 200 or not body.get("choices"):
        return None
    choice, usage = body["choices"][0], body.get("usage") or {}
    message = choice.get("message") or {}
    declined = message.get("refusal") or ""
    return Answer(
        text=message.get("content") or declined,
        finish_reason="content_filter" if declined else choice.get("finish_reason") or "stop",
        prompt_tokens=usage.get("prompt_tokens", 0),
        completion_tokens=usage.get("completion_tokens", 0),
        endpoint=endpoint,
    )


async def submit(path: Path, endpoint: Endpoint) -> str:
    """Hands a batch file to the endpoint, once; returns the batch's id. Raises ModelError."""
    note = path.with_suffix(".submitted")
    if not note.exists():
        try:
            body = await asyncio.to_thread(path.read_bytes)
            write_whole(note, (await endpoint.submit(path.name, body)).encode())
        except FetchError as error:
            raise ModelError(f"{endpoint.url}: the batch was not taken: {error.detail}") from error
    return note.read_text()


async def fetch(path: Path, endpoint: Endpoint) -> str:
    """The state of a submitted batch; once it has ended, its answers lie beside the file.

    Raises ModelError, also for a batch that the endpoint refused as a whole: it counts as not
    submitted from then on.
    """
    note = path.with_suffix(".submitted")
    if answers_of(path).exists():
        return "completed"
    if not note.exists():
        return "not submitted"
    try:
        state, body, why = await endpoint.batch(note.read_text())
    except FetchError as error:
        raise ModelError(f"{endpoint.url}: {error.detail}") from error
    if state == "failed":
        number = note.read_text()
        note.unlink()
        raise ModelError(
            f"{endpoint.url}: batch {number} was refused ({why}); its questions stand in {path}, "
            f"and the next run hands them over again"
        )
    if state in ENDED:
        write_whole(answers_of(path), body)
    return state
