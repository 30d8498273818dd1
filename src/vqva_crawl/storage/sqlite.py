"""SQLite connections: the settings of one that writes, and one that only reads."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

BUSY = 10.0  # seconds to wait for another process's transaction
# What opening says where the files of a WAL cannot be made: a folder or disk that cannot be
# written (CANTOPEN, READONLY), or a full one (FULL, IOERR).
UNWRITABLE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
)


def writing(connection: Any, _: Any) -> None:
    """Settings of each new connection: a commit survives a power cut, readers never wait."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY * 1000:.0f}")
    cursor.close()


def reading(path: str) -> sqlite3.Connection:
    """A connection that changes no byte of the database, on any disk. Raises sqlite3.Error.

    SQLite reads a WAL database through two files beside it. Where they cannot be made, nobody else
    can write either, and the database may be read as `immutable`; not while a WAL still holds
    commits, which that would hide (https://www.sqlite.org/wal.html#readonly).
    """
    file = Path(path).absolute()
    try:
        return _tried(f"{file.as_uri()}?mode=ro")
    except sqlite3.OperationalError as error:
        wal = file.with_name(f"{file.name}-wal")
        held = wal.exists() and wal.stat().st_size
        if held or error.sqlite_errorcode & 0xFF not in UNWRITABLE:
            raise
        return _tried(f"{file.as_uri()}?immutable=1")


def _tried(uri: str) -> sqlite3.Connection:
    """An open connection that has read something."""
    connection = sqlite3.connect(uri, timeout=BUSY, uri=True, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
