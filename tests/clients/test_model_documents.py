"""The cap of a document's tokens, live and in batches, over kills and calls of the command."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest

from vqva_crawl.clients.base import Call
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import Unusable
from vqva_crawl.storage.spend import SpendJournal

FREE = Prices()


class Process:
    """What one process asks about the document `page`; the next one goes on from its journal."""

    def __init__(self, folder, cap: int | None = 100) -> None:
        self.journal = SpendJournal(folder / "spend.jsonl")
        self.budget = Budget(Caps(document_tokens=cap), self.journal)

    def reserve(self, key: str, tokens: int, document: str = "page"):
        asked = Call((), max_tokens=tokens - 1, document=document, key=key)
        return asyncio.run(self.budget.reserve(asked, "m", 1, FREE))

    def ask(self, key: str, tokens: int, took: int, failed: str = "") -> None:
        self.budget.settle(self.reserve(key, tokens), took, 0, failed)

    def note(self, key: str, tokens: int, document: str = "page") -> None:
        self.budget.note(Call((), max_tokens=tokens - 1, document=document, key=key), "m", 1, FREE)

    def refused(self, key: str, tokens: int) -> bool:
        with pytest.raises(Unusable, match="100 tokens") as refused:
            self.reserve(key, tokens)
        return refused.value.reason == "budget"

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.close()


def test_what_a_document_took_counts_in_the_next_process_too(tmp_path):
    with Process(tmp_path) as first:
        first.ask("a", 60, took=40)
        first.ask("b", 60, took=10, failed="timeout")
        assert first.refused("c", 51)
    with Process(tmp_path) as second:
        assert second.refused("c", 51)
        second.reserve("c", 51, document="other page")
        second.ask("c", 50, took=50)
        assert second.refused("d", 2)


def test_a_call_that_was_killed_keeps_its_room_and_is_charged_once(tmp_path):
    with Process(tmp_path) as killed:
        killed.ask("a", 60, took=30)
        killed.ask("b", 60, took=10, failed="timeout")
        killed.reserve("b", 60)
    with Process(tmp_path) as killed:
        assert killed.refused("c", 1)
        killed.reserve("b", 70)
    with Process(tmp_path) as last:
        last.ask("b", 70, took=20)  # what a kill made of it before does not count
        last.ask("c", 50, took=50)
        assert last.refused("d", 2)
        assert last.journal.total().tokens == 30 + 10 + 60 + 70 + 20 + 50  # but it was paid


def test_questions_of_batches_are_on_the_same_account(tmp_path):
    with Process(tmp_path) as first:
        first.note("a", 60)
        with pytest.raises(Unusable, match="100 tokens"):
            first.note("b", 60)
        first.note("c", 60, document="other page")
    with Process(tmp_path) as second:
        second.note("a", 60)  # asked again by a replay: it has its room
        asked = second.journal.question("a")
        for _ in range(2):  # a kill may come before the answer's files are gone
            second.journal.add(asked.took(20, 10, 0.0, ""))
        second.note("b", 60)
        assert second.refused("d", 11)


def test_a_line_that_a_kill_cut_off_costs_that_line_alone(tmp_path):
    path = tmp_path / "spend.jsonl"
    with Process(tmp_path) as first:
        first.ask("a", 60, took=60)
    path.write_text(path.read_text() + '{"at": "2026-01-01T00:00:00", "prompt": 3')
    with Process(tmp_path) as second:
        second.reserve("b", 40)
    with Process(tmp_path) as third:
        assert third.refused("c", 1)


def test_without_a_cap_everything_has_room(tmp_path):
    with Process(tmp_path, None) as process:
        process.note("first", 10**9)
        process.reserve("second", 10**9)


def test_a_document_without_a_name_has_no_cap(tmp_path):
    with closing(SpendJournal(tmp_path / "spend.jsonl")) as journal:
        budget = Budget(Caps(document_tokens=10), journal)
        asyncio.run(budget.reserve(replace(Call(()), max_tokens=99), "m", 1, FREE))
