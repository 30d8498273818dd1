"""Opening a ledger: to write it, or to look at it on a disk where nothing can be written."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL

from vqva_crawl.errors import ConfigError, StorageError
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import sqlite as lite
from vqva_crawl.storage.ledger import Ledger


@pytest.fixture
def file(tmp_path) -> Path:
    """A ledger that was closed in order, with one fact, in a folder with a telling name."""
    folder = tmp_path / "a run? 100% #1"
    folder.mkdir()
    with closing(ledger(folder / "ledger.sqlite")) as new, new.begin() as c:
        l.set_fact(c, "said", "hello")
    return folder / "ledger.sqlite"


def ledger(file: Path, **options: bool) -> Ledger:
    return Ledger(URL.create("sqlite", database=str(file)), **options)


def fact(ledger: Ledger) -> object:
    with ledger.begin() as c:
        return l.get_fact(c, "said")


def said(file: Path) -> object:
    """What somebody who only looks reads there."""
    with closing(ledger(file, read_only=True)) as looked_at:
        return fact(looked_at)


def test_looking_changes_no_byte_and_cannot_write(file):
    before = file.read_bytes()
    assert said(file) == "hello"
    assert file.read_bytes() == before
    with (
        closing(ledger(file, read_only=True)) as looked_at,
        pytest.raises(StorageError, match="readonly database"),
        looked_at.begin() as c,
    ):
        l.set_fact(c, "said", "other")


def test_looking_beside_a_writer_sees_what_it_committed(file):
    with closing(ledger(file)) as writer:
        with writer.begin() as c:
            l.set_fact(c, "said", "more")
        assert said(file) == "more"


def unwritable(monkeypatch) -> list[str]:
    """SQLite as it is on a disk where the files of a WAL cannot be made; returns the URIs asked."""
    asked: list[str] = []
    real = sqlite3.connect

    def connect(place: str, **options: object) -> sqlite3.Connection:
        asked.append(place)
        if "mode=ro" in place:  # a folder that is not there is one that cannot be written either
            place = "file:///nowhere/at/all?mode=ro"
        return real(place, **options)

    monkeypatch.setattr(lite.sqlite3, "connect", connect)
    return asked


def test_a_disk_where_nothing_can_be_written_can_be_looked_at(file, monkeypatch):
    asked = unwritable(monkeypatch)
    assert said(file) == "hello"
    assert ["mode=ro" in uri for uri in asked] == [True, False]
    assert [p.name for p in file.parent.iterdir()] == ["ledger.sqlite"]


def test_commits_that_lie_in_the_wal_alone_are_never_hidden(file, monkeypatch):
    killed = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('UPDATE facts SET value = 2'); c.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(file)], check=False)
    assert said(file) == 2
    unwritable(monkeypatch)
    with pytest.raises(StorageError, match="copy the run to another disk"):
        said(file)


@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_ledger_is_named_with_a_next_step(tmp_path, read_only):
    path = tmp_path / "garbage"
    path.write_bytes(b"garbage" * 999)
    with pytest.raises(StorageError) as error, closing(ledger(path, read_only=read_only)) as opened:
        fact(opened)
    assert str(error.value).startswith(f"ledger {path}: ")
    assert str(error.value).endswith("not a database; restore it from a copy")


def test_no_ledger_and_no_url(tmp_path):
    with pytest.raises(StorageError, match="not there; if it lies elsewhere"):
        ledger(tmp_path / "none", read_only=True)
    with pytest.raises(ConfigError, match=r"storage\.ledger"):
        Ledger("nonsense", read_only=True)


def fill(full: Ledger) -> None:
    with full.begin() as c:
        c.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite then sees a full disk
        l.set_fact(c, "said", "x" * 100_000)


def test_a_full_disk_says_what_to_do(file):
    with pytest.raises(StorageError) as error, closing(ledger(file)) as full:
        fill(full)
    assert str(error.value).startswith(f"ledger {file}: ")
    assert str(error.value).endswith("is full; free some space, then run the same command again")


def test_a_disk_that_takes_no_more_bytes_says_where_to_look(file):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(ledger(file)) as full:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))  # SQLite: disk I/O error
        try:
            with (
                pytest.raises(StorageError, match="disk may be full: look for free space"),
                full.begin() as c,
            ):
                l.set_fact(c, "said", "x" * 2_000_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
