"""Files that appear whole or not at all, on any fsspec filesystem."""

from __future__ import annotations

import os

from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

from vqva_crawl.errors import StorageError


def put(fs: AbstractFileSystem, path: str, content: bytes) -> str:
    """Writes a small file beside its place, makes it durable, and renames it there; gives `path`.

    Raises StorageError.
    """
    temporary = f"{path}.tmp"
    try:
        with fs.open(temporary, "wb") as sink:
            sink.write(content)
            make_durable(fs, sink)
        fs.mv(temporary, path)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error}") from error
    return path


def make_durable(fs: AbstractFileSystem, sink: object) -> None:
    """fsync of an open file where the filesystem is the local one; object stores need none."""
    if isinstance(fs, LocalFileSystem):
        sink.flush()  # type: ignore[attr-defined]
        os.fsync(sink.fileno())  # type: ignore[attr-defined]


def replace_folder(fs: AbstractFileSystem, new: str, folder: str, pattern: str) -> None:
    """Puts the files of the folder `new` in the place of those in `folder` that match `pattern`.

    Locally whole folders are renamed: a reader finds the old files or the new ones, or for a
    moment no folder, and never a mixture. Everything in `folder` that does not match `pattern`
    (the card, a user's own files) is carried over. Object stores cannot rename folders: there the
    new files are put in place first and the stale ones removed after, and a reader that lists in
    between sees both.
    """
    if isinstance(fs, LocalFileSystem):
        if fs.exists(folder):
            os.rename(folder, _old(folder))
        os.rename(new, folder)
        finish_replacing(fs, folder, pattern)
        return
    names = [_name(path) for path in fs.ls(new, detail=False)]
    for name in names:
        fs.mv(f"{new}/{name}", f"{folder}/{name}")
    for path in fs.glob(f"{folder}/{pattern}"):
        if _name(path) not in names:
            fs.rm(path)


def finish_replacing(fs: AbstractFileSystem, folder: str, pattern: str) -> None:
    """Brings a local `replace_folder` to its end that was killed between two of its steps."""
    old = _old(folder)
    if not isinstance(fs, LocalFileSystem) or not fs.exists(old):
        return
    if not fs.exists(folder):
        os.rename(old, folder)
        return
    stale = {_name(path) for path in fs.glob(f"{old}/{pattern}")}
    for name in os.listdir(old):
        if name not in stale and not os.path.lexists(f"{folder}/{name}"):
            os.rename(f"{old}/{name}", f"{folder}/{name}")
    fs.rm(old, recursive=True)


def _old(folder: str) -> str:
    return f"{folder}.old"


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
