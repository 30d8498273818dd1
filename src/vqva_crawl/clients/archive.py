"""A WARC archive (ISO 28500) of what was fetched, for those who want to read it again as it was.

Redirects are answers as well, with no body. Bodies are stored as decoded, so the headers that told
of their coding are left out.
"""

from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fastwarc import WarcRecord, WarcRecordType

from vqva_crawl.storage.parts import storage_errors
from vqva_crawl.version import __version__

MOST_BYTES = 1 << 30  # of one file, as archives are commonly cut
UNTRUE = frozenset(("content-encoding", "content-length", "transfer-encoding"))


class Archive:
    """Appends records to files of its own in a folder, one gzip member each.

    A member is written at once, so that a kill can only cut the last one, which readers skip.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes
        self._thread = ThreadPoolExecutor(1)  # off the event loop, in order
        self._file: BinaryIO | None = None
        self._count = 0

    async def add(self, url: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Stores an answer. Raises StorageError."""
        when = datetime.now(UTC)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._add, url, status, headers, body, when)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)
        if self._file:
            self._file.close()

    def _add(
        self, url: str, status: int, headers: Mapping[str, str], body: bytes, when: datetime
    ) -> None:
        with storage_errors(str(self._folder)):
            file = self._open(when)
            file.write(member(url, status, headers, body, when))
            if file.tell() >= self._most:
                file.close()
                self._file = None

    def _open(self, when: datetime) -> BinaryIO:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{when:%Y%m%d%H%M%S%f}-{os.getpid()}-{self._count:05}.warc.gz"
            self._count += 1
            self._file = (self._folder / name).open("xb", buffering=0)
            self._file.write(_packed(_about(when)))
        return self._file


def member(url: str, status: int, headers: Mapping[str, str], body: bytes, when: datetime) -> bytes:
    """One response record, compressed."""
    told = [f"{n}: {v}" for n, v in headers.items() if n.lower() not in UNTRUE]
    head = "\r\n".join(
        [f"HTTP/1.1 {status} {responses.get(status, '')}", *told, f"content-length: {len(body)}"]
    )
    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.headers["WARC-Target-URI"] = url
    record.headers["WARC-Date"] = f"{when:%Y-%m-%dT%H:%M:%SZ}"
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.is_http = True
    record.set_bytes_content(head.encode("latin-1", "replace") + b"\r\n\r\n" + body)
    return _packed(record)


def _about(when: datetime) -> WarcRecord:
    """The record at the beginning of a file that says who wrote it."""
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    record.headers["WARC-Date"] = f"{when:%Y-%m-%dT%H:%M:%SZ}"
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content(f"software: vqva-crawl/{__version__}\r\nformat: WARC/1.1\r\n".encode())
    return record


def _packed(record: WarcRecord) -> bytes:
    written = BytesIO()
    record.write(written, checksum_data=True)
    return gzip.compress(written.getvalue(), mtime=0)
