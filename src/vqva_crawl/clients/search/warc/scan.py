"""Listing what a WARC file holds, past what is damaged in it."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from vqva_crawl.clients.content import UNSAID, looks_like, media_type
from vqva_crawl.clients.exchange import REDIRECTS
from vqva_crawl.clients.search.warc.record import date_of, uri_of
from vqva_crawl.errors import ConfigError
from vqva_crawl.urls import join, url_key

GZIP = b"\x1f\x8b\x08"
PLAIN = b"WARC/1."
BLOCK = 1 << 20
LONGEST_HEAD = 1 << 16
TOLD = 100  # characters of an error that are told
SNIFFED = 1024  # bytes of a body without a declared type that are looked at


class Capture(NamedTuple):
    """An answer in a file; `moved` leads to `location`."""

    key: str
    url: str
    kind: Literal["page", "image", "moved"]
    date: str
    offset: int
    location: str = ""


def captures(path: Path, tell: Callable[[str], object]) -> Iterator[Capture]:
    """The pages, pictures and redirects of a file, in its order.

    `tell` gets a line where something of it is lost. Raises OSError; ConfigError when no record of
    it can be read alone.
    """
    with path.open("rb") as file:
        packed = file.read(len(GZIP)) == GZIP
        at: int | None = 0
        while at is not None:
            file.seek(at)
            last = at
            try:
                for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                    last = record.stream_pos
                    if packed and os.pread(file.fileno(), len(GZIP), last) != GZIP:
                        raise ConfigError(_in_one(path))
                    if found := _capture(record):
                        yield found
                if packed or not _is_cut(file, last):
                    return
                error = "the file ends within a record"
            except OSError as damage:
                error = str(damage)[:TOLD]
            at = _next_record(file, last + 1, packed)
            lost = f"what stands there is lost, up to byte {at}" if at else "the rest is lost"
            tell(f"{path}: damaged behind byte {last}: {error}; {lost}")


def _is_cut(file: BinaryIO, place: int) -> bool:
    """Whether the plain record there says that it goes on behind the end of the file."""
    head, _, _ = os.pread(file.fileno(), LONGEST_HEAD, place).partition(b"\r\n\r\n")
    length = re.search(rb"^content-length:\s*(\d{1,18})\s*$", head, re.I | re.M)
    size = os.fstat(file.fileno()).st_size
    return length is not None and place + len(head) + 4 + int(length[1]) > size


def _in_one(path: Path) -> str:
    return (
        f"{path}: is compressed as a whole, so no record of it can be read alone; "
        f"`warcio recompress` writes one that can be used"
    )


def _capture(record: WarcRecord) -> Capture | None:
    status = record.http_headers.status_code if record.is_http_parsed else None
    url = uri_of(record)
    try:
        key = url_key(url)
    except ValueError:
        return None
    if status in REDIRECTS:
        location = join(url, record.http_headers.get("Location") or "")
        return Capture(key, url, "moved", date_of(record), record.stream_pos, location)
    kind = _kind(record) if status == 200 else None
    return Capture(key, url, kind, date_of(record), record.stream_pos) if kind else None


def _kind(record: WarcRecord) -> Literal["page", "image"] | None:
    said = media_type({"content-type": record.http_headers.get("Content-Type") or ""})
    if said in ("text/html", "application/xhtml+xml"):
        return "page"
    if said.startswith("image/"):
        return "image"
    if said not in UNSAID:
        return None
    if record.http_headers.get("Content-Encoding"):
        return "page"  # which pictures hardly ever are packed; whoever reads it looks again
    start = record.reader.read(SNIFFED)
    if "chunked" in (record.http_headers.get("Transfer-Encoding") or "").lower():
        start = start.partition(b"\r\n")[2]
    return "page" if looks_like(start, "page") else "image" if looks_like(start, "image") else None


def _next_record(file: BinaryIO, start: int, packed: bool) -> int | None:
    """Where the next record that can be recognised begins, None when there is none."""
    mark = GZIP if packed else b"\n" + PLAIN
    base, rest = start, b""
    file.seek(start)
    while block := file.read(BLOCK):
        block = rest + block
        at = block.find(mark)
        while at >= 0:
            place = base + at + (0 if packed else 1)
            if not packed or _begins_record(file, place):
                return place
            at = block.find(mark, at + 1)
        rest = block[-len(mark) + 1 :]
        base += len(block) - len(rest)
        file.seek(base + len(rest))
    return None


def _begins_record(file: BinaryIO, place: int) -> bool:
    """Whether a gzip member with a record begins there: three bytes alone may be chance."""
    try:
        head = zlib.decompressobj(wbits=31).decompress(os.pread(file.fileno(), 512, place), 64)
    except zlib.error:
        return False
    return head.startswith(PLAIN)
