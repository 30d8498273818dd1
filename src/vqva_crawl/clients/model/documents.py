"""What the questions of each document take in batch mode, over all calls of a run.

A question takes its upper bound from when it is noted, and the server's count once it is answered.
A line of the journal is a question's address, its tokens and its document; the last one counts.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from vqva_crawl.errors import Unusable
from vqva_crawl.storage.parts import storage_errors


class Documents:
    """The cap `model.caps.document_tokens`, None for none, where answers come with later calls."""

    def __init__(self, path: Path, cap: int | None = None) -> None:
        """Raises StorageError for a journal that cannot be read."""
        self._path = path
        self._cap = cap
        self._of: dict[str, tuple[str, int]] = {}  # address -> (document, tokens)
        self._total: Counter[str] = Counter()
        self._fresh: list[str] = []
        with storage_errors(str(path)):
            for text in path.read_bytes().splitlines() if path.exists() else ():
                self._take(text)

    def note(self, document: str, key: str, tokens: int) -> None:
        """A question that was noted before has its room. Raises Unusable("budget")."""
        if not document or key in self._of:
            return
        if self._cap is not None and self._total[document] + tokens > self._cap:
            raise Unusable("budget", f"the document's calls would pass {self._cap} tokens")
        self._put(document, key, tokens)

    def settle(self, key: str, tokens: int) -> None:
        """Replaces a question's upper bound by what it took; 0 is a server that counts nothing."""
        if tokens and key in self._of:
            self._put(self._of[key][0], key, tokens)

    def save(self) -> None:
        """Appends what is new. Raises StorageError."""
        if self._fresh:
            with storage_errors(str(self._path)):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write("\n" + "\n".join(self._fresh) + "\n")  # ends a line cut by a kill
            self._fresh.clear()

    def _put(self, document: str, key: str, tokens: int) -> None:
        self._count(document, key, tokens)
        self._fresh.append(json.dumps([key, tokens, document]))

    def _take(self, text: bytes) -> None:
        try:
            key, tokens, document = json.loads(text)
        except ValueError:  # an empty line, or one that a kill cut off
            return
        self._count(document, key, tokens)

    def _count(self, document: str, key: str, tokens: int) -> None:
        before, old = self._of.get(key, (document, 0))
        self._total[before] -= old
        self._total[document] += tokens
        self._of[key] = document, tokens
