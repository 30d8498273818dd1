"""Content-addressed files: what was fetched, and the picture bytes of open units.

Every file is written beside its place and renamed, so a reader sees all of it or nothing. File
names come from hashes alone. Failures are never cached.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from secrets import token_hex
from typing import Any

from vqva_crawl.records import digest
from vqva_crawl.storage.parts import storage_errors

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def write_whole(path: Path | str, body: bytes) -> None:
    """Writes a file by renaming a finished one into its place. Raises StorageError."""
    with storage_errors(str(path)):
        temporary = f"{path}.{token_hex(4)}.tmp"
        try:
            handle = os.open(temporary, NEW, 0o600)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(temporary), exist_ok=True)
            handle = os.open(temporary, NEW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


class Blobs:
    """Bytes by the hash of their content, two-letter folders deep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def put(self, sha256: str, body: bytes) -> None:
        if not self._path(sha256).exists():
            write_whole(self._path(sha256), body)

    def get(self, sha256: str) -> bytes:
        """The bytes; StorageError when they are not there."""
        with storage_errors(str(self._path(sha256))):
            return self._path(sha256).read_bytes()


class Entries:
    """Answers by key: a JSON head and a body, compressed, in one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, key: str) -> str:  # a Path costs more than the look at the disk
        name = digest(key)
        return f"{self._folder}/{name[:2]}/{name}"

    def get(self, key: str) -> tuple[dict[str, Any], bytes] | None:
        """(head, body), None when there is none or the file is damaged (it is fetched again)."""
        try:
            with open(self._path(key), "rb") as file:
                raw = zlib.decompress(file.read())
            head, _, body = raw.partition(b"\n")
            fields: dict[str, Any] = json.loads(head)
        except (OSError, zlib.error, ValueError):
            return None
        return (fields, body) if fields.pop("key", None) == key else None

    def drop(self, key: str) -> None:
        Path(self._path(key)).unlink(missing_ok=True)

    def put(self, key: str, head: dict[str, Any], body: bytes) -> None:
        line = json.dumps({**head, "key": key}).encode() + b"\n"
        # Level 1: pages shrink to a fifth, pictures cost almost nothing.
        write_whole(self._path(key), zlib.compress(line + body, 1))
