"""Full-text search over committed documents, for backends that search what was collected."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vqva_crawl.clients.wording import enough, sought, telling
from vqva_crawl.records import Hit, Query


class PageIndex:
    """SQLite FTS5. It can be built again from the parts: no need to wait for the disk."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS pages USING "
            "fts5(url UNINDEXED, title, text, tokenize = 'porter unicode61')"
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS units (unit TEXT PRIMARY KEY)")

    def close(self) -> None:
        self._db.close()

    def add(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        """The (url, title, text) of a committed unit; a second call is ignored."""
        with self._db:
            if self._db.execute("INSERT OR IGNORE INTO units VALUES (?)", (unit,)).rowcount:
                self._db.executemany("INSERT INTO pages VALUES (?, ?, ?)", documents)

    def hits(self, query: Query, limit: int, backend: str) -> list[Hit]:
        """The pages that hold more than half of the query's telling words.

        Ordered by BM25, a word in the title counting five times; ties by URL, so never by chance.
        """
        words, needed = sought(query.text), telling(query.text)
        if not words:
            return []
        least = enough(len(needed))
        rows = self._db.execute(
            "SELECT url, title FROM pages WHERE pages MATCH ? AND rowid IN ("
            "SELECT pages.rowid FROM json_each(?) AS word CROSS JOIN pages "
            "WHERE pages MATCH word.value GROUP BY pages.rowid HAVING count(*) >= ?) "
            "ORDER BY bm25(pages, 0, 5, 1), url LIMIT ?",
            (" OR ".join(map(_quoted, words)), json.dumps([*map(_quoted, needed)]), least, limit),
        )
        return [
            Hit(url=u, rank=i, title=t, query=query.text, topic=query.topic, backend=backend)
            for i, (u, t) in enumerate(rows.fetchall(), 1)
        ]


def _quoted(word: str) -> str:
    return f'"{word}"'


@contextmanager
def opened(file: Path) -> Iterator[PageIndex]:
    index = PageIndex(file)
    try:
        yield index
    finally:
        index.close()
