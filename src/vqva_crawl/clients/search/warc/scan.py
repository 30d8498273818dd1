"""Listing what a WARC file holds, past what is damaged in it."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from vqva_crawl.clients.content import UNSAID, looks_like, media_type
from vqva_crawl.clients.exchange import REDIRECTS
from vqva_crawl.clients.search.warc.record import date_of, uri_of
from vqva_crawl.clients.search.warc.stored import GZIP, MORE, PLAIN, Stored, with_head
from vqva_crawl.errors import ConfigError
from vqva_crawl.urls import join, url_key

BLOCK = 1 << 16
LARGE = 1 << 20  # bytes of a body whose end is looked for at once
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
    with path.open("rb") as file, path.open("rb") as again:
        packed = file.read(len(GZIP)) == GZIP
        at: int | None = 0
        while at is not None:
            file.seek(at)
            last, fault = at, ""
            try:
                for record in ArchiveIterator(file, parse_http=False):
                    place = record.stream_pos
                    if packed and (fault := _swallowed(again, last, place)):
                        break
                    if packed and os.pread(file.fileno(), len(GZIP), place) != GZIP:
                        raise ConfigError(_in_one(path))
                    last = place
                    yield from _captures(record, path, tell)
                    if record.content_length > LARGE and _end(again, place)[1] not in ("", MORE):
                        break  # before all the rest of the file is read as its body
            except OSError as damage:
                fault = str(damage)
            end, wrong = _end(again, last)
            if not (fault or wrong):
                return
            at = _next_record(file, max(end or 0, last + 1), packed)
            if wrong or at != end:  # else the next one is what cannot be read: it is tried alone
                lost = f"what stands there is lost, up to byte {at}" if at else "the rest is lost"
                tell(f"{path}: damaged behind byte {last}: {(wrong or fault)[:TOLD]}; {lost}")


def _in_one(path: Path) -> str:
    return (
        f"{path}: is compressed as a whole, so no record of it can be read alone; "
        f"`warcio recompress` writes one that can be used"
    )


def _swallowed(file: BinaryIO, start: int, end: int) -> str:
    """What is wrong with the record at `start` where another one begins before `end`, "" else.

    FastWARC reads as far as a record's length says, over the ends of gzip members.
    """
    inner = _next_record(file, start + 1, True, end)
    return _end(file, start)[1] if inner else ""


def _end(file: BinaryIO, place: int) -> tuple[int | None, str]:
    """Where the record there ends, None where that cannot be told; and what is wrong, or ""."""
    file.seek(place)
    try:
        return Stored(file).end()
    except OSError as error:
        return None, str(error)


def _captures(record: WarcRecord, path: Path, tell: Callable[[str], object]) -> Iterator[Capture]:
    """What a record is in the table; `tell` gets a line of an answer that cannot be read."""
    if record.record_type != WarcRecordType.response or not (key := _key(uri_of(record))):
        return
    url, at = uri_of(record), record.stream_pos
    with_head(record)
    status = record.http_headers.status_code if record.is_http_parsed else None
    if status is None:
        tell(f"{path}: the answer at byte {at} has no HTTP head: it is lost")
    elif status in REDIRECTS:
        location = join(url, record.http_headers.get("Location") or "")
        yield Capture(key, url, "moved", date_of(record), at, location)
    elif status == 200 and (kind := _kind(record)):
        yield Capture(key, url, kind, date_of(record), at)


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return ""


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


def _next_record(file: BinaryIO, start: int, packed: bool, end: float = math.inf) -> int | None:
    """Where the next record that can be recognised begins, None when there is none before `end`."""
    mark = GZIP if packed else b"\n" + PLAIN
    base, rest = start, b""
    file.seek(start)
    while block := file.read(int(max(0, min(BLOCK, end - base - len(rest))))):
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
