"""A batch's answers go into the cache, its refusals beside it; what failed is asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.batch_answers import Said, said
from vqva_crawl.clients.model.batch_files import (
    BatchError,
    answers_of,
    asked,
    asker,
    failures,
    lines,
    refusals,
    set_aside,
    unanswered,
)
from vqva_crawl.clients.model.cached import good, store
from vqva_crawl.clients.model.health import FAILURES
from vqva_crawl.clients.model.protocol import wordless
from vqva_crawl.clients.model.statuses import about_key
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.storage.cache import Entries

MOST_TIMES = 3  # that a question is asked which the endpoint fails on


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the answers of one endpoint go.

    `settle` is told role, address, answer, and why there is none: `refused` for a question that
    cost nothing, another word for one that was worked on. After a kill it is told again.
    """

    settings: Settings
    key: str  # some servers repeat it in what they say (threat 22)
    entries: Entries
    settle: Callable[[str, str, Answer | None, str], object]
    known: Callable[[], bool] = lambda: True  # whether the endpoint answered anything in this run


@dataclass(slots=True)
class Filed:
    """How many questions of a batch were answered, refused for good, and failed for now."""

    answered: int = 0
    refused: int = 0
    failed: int = 0
    why: str = ""  # one of the failures
    ends: str = ""  # what is wrong for every question
    lost: list[Said] = field(default_factory=list)  # what seems to be the questions' own


def file_answers(path: Path, desk: Desk, completed: bool = True) -> Filed:
    """Files the answers to a batch file; both files go once all is filed.

    Of a batch that was not `completed`, questions without a line were not come to. Raises
    StorageError for answers that cannot be read, before any is paid, and BatchError, once all is
    filed, where the endpoint refused what all questions have in common.
    """
    filed, folder = Filed(), path.parent
    for one in _told(path, desk, completed):
        _file(one, desk, folder, filed)
    if all_lost := _all_lost(filed, desk):
        filed.ends = filed.ends or all_lost
    else:
        for one in filed.lost:
            _lose(one, desk, folder, filed)
    for gone in (path, answers_of(path), path.with_suffix(".submitted")):
        gone.unlink(missing_ok=True)
    if filed.ends:
        raise BatchError(filed.ends)
    return filed


def _told(path: Path, desk: Desk, completed: bool) -> Iterator[Said]:
    missing = unanswered(path)  # reads all answers, before one is paid
    wanted = set(asked(path))
    for line in lines(answers_of(path)):
        if line and (key := asker(line)[1]) in wanted:  # of two to one question the first
            wanted.remove(key)
            yield said(line, desk.settings, desk.key)
    for key, role in missing.items():
        yield Said(role, key, None, 0, "the batch has no answer to it", passing=not completed)


def _file(one: Said, desk: Desk, folder: Path, filed: Filed) -> None:
    if one.status == 200:  # also an answer that is none is paid, as in live mode
        desk.settle(one.role, one.key, one.answer, "" if one.answer else "empty")
    if one.answer and not wordless(one.answer):
        store(desk.entries if good(one.answer) else set_aside(folder), one.key, one.answer)
        filed.answered += 1
    elif one.passing:
        _again(one, filed)
    elif one.ends:
        filed.ends = one.ends
    else:
        filed.lost.append(one)


def _again(one: Said, filed: Filed) -> None:
    filed.failed += 1
    filed.why = one.why


def _all_lost(filed: Filed, desk: Desk) -> str:
    """What is said where no question fared better, so that none is lost by its own fault.

    A 403 alone means the key, where no other question was answered; a model that answers without
    a word to all has a reasoning parser that takes all. What an endpoint fails on tells nothing
    of a question as long as it has answered none.
    """
    if filed.answered or not filed.lost:
        return ""
    last = filed.lost[-1]
    why = last.why or "no answer has a word; does the server's reasoning parser take all?"
    advice = f"; {about_key(desk.settings)}" if last.status == 403 else ""
    dead = not any(one.refused or one.answer for one in filed.lost) and not desk.known()
    if len(filed.lost) < FAILURES and not advice and not dead:
        return ""
    return f"{desk.settings.base_url}: no question of a batch was answered ({why}){advice}"


def _lose(one: Said, desk: Desk, folder: Path, filed: Filed) -> None:
    """Notes it; a question that fails too often is not asked again."""
    if one.answer:
        store(set_aside(folder), one.key, one.answer)
        filed.answered += 1
        return
    reason, why, counts = "endpoint_refused", one.why, failures(folder)
    if not one.refused:
        known = counts.get(one.key)  # a kill in between may count one failure twice
        times = 1 + (known[0]["times"] if known else 0)
        counts.put(one.key, {"times": times}, b"")
        if times < MOST_TIMES:
            _again(one, filed)
            return
        reason, why = "endpoint_failed", f"{why} ({times} batches)"
    refusals(folder).put(one.key, {"reason": reason}, why.encode())
    filed.refused += 1
    if one.status != 200:
        desk.settle(one.role, one.key, None, "refused")
