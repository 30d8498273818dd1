"""A batch's answers go into the cache, its refusals beside it; what failed is asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch_files import answers_of, asker, lines, refusals, unanswered
from vqva_crawl.clients.model.cached import store
from vqva_crawl.clients.model.endpoint import SCHEMA_WORDS
from vqva_crawl.errors import ModelError
from vqva_crawl.storage.cache import Entries

PASSING = (408, 409, 425, 429)  # statuses that another try may mend, as those from 500 on
OF_ALL = (401, 403, 404)  # key or model's name: no question of the run can be answered
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the answers of one endpoint go.

    `settle` is told role, address and answer, None for a question that was refused; after a kill
    it is told again.
    """

    url: str
    key: str  # some servers repeat it in what they say (threat 22)
    entries: Entries
    settle: Callable[[str, str, Answer | None], object]


@dataclass(slots=True)
class Filed:
    """How many lines of a batch were answered, refused for good, and failed for now."""

    answered: int = 0
    refused: int = 0
    failed: int = 0
    why: str = ""  # one of the failures


def file_answers(path: Path, desk: Desk) -> Filed:
    """Files the answers to a batch file; both files go once all is filed.

    Raises StorageError for answers that cannot be read, before any is paid, and ModelError, once
    all is filed, where the endpoint refused what all questions have in common.
    """
    filed, wrong = Filed(failed=len(unanswered(path))), ""
    refused = refusals(path.parent)
    for line in lines(answers_of(path)):
        if not line:
            continue
        role, key = asker(line)
        status, said = _status(line), _said(line, desk.key)
        if answer := _answer(line, desk.url):
            store(desk.entries, key, answer)
            desk.settle(role, key, answer)
            filed.answered += 1
        elif not 400 <= status < 500 or status in PASSING:
            filed.failed += 1
            filed.why = said
        elif advice := _of_all(status, said):
            wrong = f"{desk.url}: {said}; {advice}"
        else:
            refused.put(key, {}, said.encode())
            desk.settle(role, key, None)
            filed.refused += 1
    for gone in (path, answers_of(path), path.with_suffix(".submitted")):
        gone.unlink(missing_ok=True)
    if wrong:
        raise ModelError(wrong)
    return filed


def _of_all(status: int, said: str) -> str:
    """What to look at where a refusal is none of the one question's; "" where it is."""
    if status in OF_ALL:
        return "are the key and model.name right?"
    about_schema = any(word in said for word in SCHEMA_WORDS)
    return "is model.json_mode right?" if about_schema else ""


def _status(line: dict[str, Any]) -> int:
    """200 also where none is told, as of questions that an expired batch did not come to."""
    return (line.get("response") or {}).get("status_code") or 200


def _said(line: dict[str, Any], key: str) -> str:
    """The endpoint's reason on one line; OpenAI and vLLM nest it in different ways."""
    found: Any = ((line.get("response") or {}).get("body") or {}).get("error") or line.get("error")
    while isinstance(found, dict):
        found = found.get("error") or found.get("message")
    said = " ".join(str(found or NO_REASON).split())
    return said.replace(key, "***") if key else said


def _answer(line: dict[str, Any], endpoint: str) -> Answer | None:
    body = (line.get("response") or {}).get("body") or {}
    if _status(line) != 200 or not body.get("choices"):
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
