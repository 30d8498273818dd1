"""Whether the run's folder is on a disk that keeps what is written, and has room for it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from vqva_crawl.config import Storage
from vqva_crawl.doctor.finding import Finding, apart, failed
from vqva_crawl.errors import StorageError
from vqva_crawl.storage.advice import advice
from vqva_crawl.storage.parts import PartStore, storage_errors, sync

DISK = StorageError.exit_code
NETWORKED = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs", "fuse.s3fs")
MOUNTS = Path("/proc/mounts")


async def folder(storage: Storage) -> Finding:
    return await apart(probe, Path(storage.root), storage.min_free_mb << 20)


def probe(root: Path, least: int) -> Finding:
    """Does once all that a run does to its disk, in a folder that is removed again."""
    place = existing(root)
    try:
        with tempfile.TemporaryDirectory(prefix=".vqva-doctor-", dir=place) as name:
            _use(Path(name))
        free = shutil.disk_usage(place).free
    except OSError as error:
        said = advice(error, error.strerror or str(error))
        return failed("folder", f"{place}: {said}", "choose another storage.root", DISK)
    except sqlite3.Error as error:
        said = f"{place}: SQLite cannot work there ({error})"
        return failed("folder", said, "choose a storage.root on a local disk", DISK)
    kind = filesystem(place)
    details = {"folder": str(place), "free_bytes": free, "filesystem": kind}
    said = f"{place}: writes, syncs, renames and locks; {free / 1e9:.1f} GB free"
    if free < least:
        wish = f"storage.min_free_mb asks for {least >> 20} MB; free some space"
        return Finding("folder", "failed", said, wish, DISK, details=details)
    if kind.startswith(NETWORKED):
        wish = "SQLite's locks may fail there: a local disk, or storage.ledger on PostgreSQL"
        return Finding("folder", "warning", f"{said}; it is {kind}", wish, details=details)
    return Finding("folder", "ok", said, details=details)


def existing(path: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    path = path.absolute()
    return next(p for p in (path, *path.parents) if p.exists())


def _use(place: Path) -> None:
    """Write, flush, rename, lock, and a transaction of SQLite's. Raises OSError, sqlite3.Error."""
    first, second = place / "a.tmp", place / "a"
    first.write_bytes(b"x" * 4096)
    sync(str(first))
    first.rename(second)
    sync(str(place))
    with second.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with closing(sqlite3.connect(place / "l.sqlite", timeout=5)) as ledger:
        ledger.execute("PRAGMA journal_mode=WAL")
        with ledger:
            ledger.execute("CREATE TABLE t (x)")


def filesystem(place: Path) -> str:
    """The type of the file system that a folder is on, "" where the system does not tell."""
    try:
        lines = [line.split() for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return ""
    mounts = {_unescaped(fields[1]): fields[2] for fields in lines if len(fields) > 2}
    real = os.path.realpath(place)
    holding = (m for m in mounts if os.path.commonpath([m, real]) == m)
    return mounts[max(holding, key=len, default="/")] if mounts else ""


def _unescaped(mount: str) -> str:
    """A mount point as it is; blanks stand in octal."""
    return mount.replace("\\040", " ")


async def ledger(url: str) -> Finding:
    """A database of the user's own answers."""

    def ask() -> str:
        engine = create_engine(make_url(url))
        with closing(engine.raw_connection()):
            pass
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()
        return engine.dialect.name

    try:
        name = await apart(ask)
    except (SQLAlchemyError, ImportError) as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        return failed("ledger", said, "look at storage.ledger", DISK)
    return Finding("ledger", "ok", f"{name} answers")


async def parts(url: str) -> Finding:
    """The place of parts and dataset can be looked into."""

    def ask() -> None:
        store = PartStore(url)
        with storage_errors(url):
            store.fs.exists(store.root)

    await apart(ask)
    return Finding("parts", "ok", f"{url} can be reached")
