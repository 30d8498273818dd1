"""What the calls of each document take, out of the spend journal, over all calls of a run.

An address counts for what was asked for it last: all attempts of one asking, each at the most it
may take until it is settled. Who asks again after a kill therefore has the room that was held, and
a document is not charged twice for one answer. (The caps of run and day count every attempt.)
"""

from __future__ import annotations

from collections import Counter

from vqva_crawl.errors import Unusable
from vqva_crawl.storage.spend import SpendJournal
from vqva_crawl.storage.spend_lines import Spend


class Documents:
    """The cap `model.caps.document_tokens`, None for none."""

    def __init__(self, journal: SpendJournal, cap: int | None = None) -> None:
        """Raises StorageError."""
        self._lines = None if cap is None else journal.lines()
        self._cap = cap
        self._total: Counter[str] = Counter()
        self._of: dict[tuple[str, str], tuple[str, int]] = {}  # -> (who asked last, tokens)

    def check(self, wanted: Spend) -> None:
        """Raises Unusable("budget") where an attempt has no room in its document."""
        if self._lines is None or self._cap is None or not wanted.document:
            return
        for before, after in self._lines.fresh():
            if after.document:
                self._take(before, after)
        asker, held = self._of.get(_place(wanted), ("", 0))
        others = self._total[wanted.document] - (held if asker != wanted.writer else 0)
        if others + wanted.tokens > self._cap:
            raise Unusable("budget", f"the document's calls would pass {self._cap} tokens")

    def _take(self, before: Spend | None, after: Spend) -> None:
        asker, tokens = self._of.get(_place(after), ("", 0))
        change = after.tokens - (before.tokens if before else 0)
        if asker != after.writer:
            if before:
                return  # somebody else asks for the same meanwhile
            self._total[after.document] -= tokens
            tokens = 0
        self._total[after.document] += change
        self._of[_place(after)] = after.writer, tokens + change


def _place(spend: Spend) -> tuple[str, str]:
    return spend.document, spend.key or spend.id
