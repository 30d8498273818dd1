"""Where each URL lies in a backend's WARC files: a table on disk, made once a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from threading import Event

from vqva_crawl.clients.search.aside import while_waited_for
from vqva_crawl.clients.search.warc.scan import Capture, captures
from vqva_crawl.urls import url_key

MOVES = 5  # redirects that are followed
TABLES = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, size INTEGER, changed INTEGER);
CREATE TABLE IF NOT EXISTS captures (
    key TEXT, url TEXT, kind TEXT, date TEXT, offset INTEGER, location TEXT, path TEXT);
CREATE INDEX IF NOT EXISTS by_key ON captures (key);
"""
# Of several captures of a URL the newest counts; then an order that no timing changes.
PAGES = """
SELECT url, path, offset FROM (
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY date DESC, path DESC, offset DESC) AS nth
    FROM captures WHERE kind = 'page')
WHERE nth = 1 ORDER BY key LIMIT ?
"""
NEWEST = """
SELECT kind, url, path, offset, location FROM captures WHERE key = ?
ORDER BY date DESC, path DESC, offset DESC LIMIT 1
"""


def update(table: Path, files: Iterable[Path], tell: Callable[[str], object], gone: Event) -> None:
    """Lists files that are new or have changed, forgets those that are not there any more.

    A file that cannot be read costs its pages, and a line. Raises Abandoned once `gone` is set; the
    files that were done then are.
    """
    table.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(table)) as db:
        db.executescript(f"PRAGMA synchronous=OFF;{TABLES}")
        now = {}
        for file in files:
            about = file.stat()
            now[str(file)] = (about.st_size, about.st_mtime_ns)
        known = {path: about for path, *about in db.execute("SELECT * FROM files")}
        for path in known:
            if tuple(known[path]) != now.get(path):
                with db:
                    _forget(db, path)
        for path in sorted(now.keys()):
            if tuple(known.get(path, ())) != now[path]:
                with db:
                    _list(db, path, while_waited_for(captures(Path(path), tell), gone), tell)
                    db.execute("INSERT INTO files VALUES (?, ?, ?)", (path, *now[path]))


def _forget(db: sqlite3.Connection, path: str) -> None:
    db.execute("DELETE FROM captures WHERE path = ?", (path,))
    db.execute("DELETE FROM files WHERE path = ?", (path,))


def _list(
    db: sqlite3.Connection, path: str, found: Iterable[Capture], tell: Callable[[str], object]
) -> None:
    rows = ((*capture, path) for capture in found)
    try:
        db.executemany("INSERT INTO captures VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    except OSError as error:
        tell(f"{path}: cannot be read: {error}")


def pages(table: Path, most: int | None) -> list[tuple[str, str]]:
    """(URL, place) of each page once, in the order of their keys."""
    with closing(sqlite3.connect(table)) as db:
        rows = db.execute(PAGES, (-1 if most is None else most,)).fetchall()
    return [(url, f"{path}#{offset}") for url, path, offset in rows]


class Captures:
    """Looks pictures up in a table that may not be there yet."""

    def __init__(self, table: Path) -> None:
        self._table = table
        self._db: sqlite3.Connection | None = None

    def image(self, url: str) -> tuple[str, str, list[str]] | None:
        """(URL, place) of a picture and the places of the redirects to it; None if not there."""
        if self._db is None:
            if not self._table.exists():
                return None
            self._db = sqlite3.connect(f"file:{self._table}?mode=ro", uri=True)
        moves: list[str] = []
        while len(moves) <= MOVES:
            row = self._newest(url)
            if row is None or row[0] == "page":
                return None
            kind, found, path, offset, location = row
            if kind == "image":
                return found, f"{path}#{offset}", moves
            moves.append(f"{path}#{offset}")
            url = location
        return None

    def _newest(self, url: str) -> tuple[str, str, str, int, str] | None:
        assert self._db is not None
        try:
            key = url_key(url)
        except ValueError:
            return None
        row: tuple[str, str, str, int, str] | None = self._db.execute(NEWEST, (key,)).fetchone()
        return row

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
