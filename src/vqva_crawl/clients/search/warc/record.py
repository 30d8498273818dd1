"""One record of a WARC file as the answer that it holds.

FastWARC reads records: on 685 pages of the GIMP manual (2.2 MB gzipped, 8.5 MB plain) it lists
32,000 pages a CPU second gzipped and 94,000 plain (warcio: 6,700 and 9,700). One at random, its end
looked at, is read in 0.2 ms gzipped and 0.1 ms plain. Bodies are unpacked here, under the caps of
the fetcher.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from fastwarc.warc import WarcRecord, WarcRecordType

from vqva_crawl.clients.base import Response
from vqva_crawl.clients.body import BodyReader
from vqva_crawl.clients.exchange import codings
from vqva_crawl.clients.search.warc.stored import Stored
from vqva_crawl.errors import Refused, Transient
from vqva_crawl.urls import url_key

GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it was sent: header pairs, and the body with its codings."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    date: str


def uri_of(record: WarcRecord) -> str:
    """WARC/1.0 writers put it into angle brackets."""
    return (record.headers.get("WARC-Target-URI") or "").strip("<> ")


def date_of(record: WarcRecord) -> str:
    """WARC-Date as ISO 8601 in UTC, to the millisecond; "" where there is none."""
    try:
        when = datetime.fromisoformat(record.headers.get("WARC-Date") or "")
    except ValueError:
        return ""
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def raw(file: BinaryIO, url: str, cap: int) -> Raw:
    """The answer at the file's position, which has to be one of this URL. Raises Refused."""
    try:
        stored = Stored(file)
        _check(stored.about, url, cap)
        body = stored.body()
    except OSError as error:
        raise Refused("broken", url, f"its record cannot be read: {error}") from error
    return Raw(stored.about.http_headers.to_tuples(), body, date_of(stored.about))


def sent(file: BinaryIO) -> tuple[tuple[str, str], ...]:
    """The header pairs of the answer at the file's position; none where none can be read."""
    try:
        record = Stored(file).about
    except OSError:
        return ()
    return tuple(record.http_headers.to_tuples()) if record.is_http_parsed else ()


def _check(record: WarcRecord, url: str, cap: int) -> None:
    if record.record_type != WarcRecordType.response:
        raise Refused("broken", url, "no answer stands at its place any more")
    if url_key(uri_of(record)) != url_key(url):
        raise Refused("broken", url, "another page stands at its place now")
    if cut := record.headers.get("WARC-Truncated"):
        raise Refused("broken", url, f"the archive holds its beginning only ({cut})")
    if record.content_length > cap:
        raise Refused("too_large", url, f"{record.content_length} bytes; {cap} are allowed")
    status = record.http_headers.status_code if record.is_http_parsed else None
    if status != 200:
        raise Refused(f"http_{status}" if status else "broken", url, "no page, but another answer")


async def response(found: Raw, url: str, cap: int) -> Response:
    """The answer with its codings undone. Raises Refused."""
    headers: dict[str, str] = {}
    for name, value in found.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    body = _as_long_as_said(headers, found.body)
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = dechunked(body, url)
    reader = BodyReader(url, _codings(headers, body), cap, cap=f"{cap} are allowed")
    try:
        whole = await reader.read(_once(body))
    except Transient as error:  # another try would find the same
        raise Refused("broken", url, error.detail) from error
    when = datetime.fromisoformat(found.date).isoformat(timespec="seconds") if found.date else ""
    return Response(url, 200, headers, whole, when, sent=found.headers)


def dechunked(body: bytes, url: str) -> bytes:
    """The body without its chunks. Some writers keep the header and store the body without them.

    Refused (broken) when it ends before its last chunk.
    """
    out, at = bytearray(), 0
    while True:
        line, _, _ = body[at : at + 1024].partition(b"\r\n")
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            if at == 0:
                return body
            raise Refused("broken", url, "its chunks end too early") from None
        if size == 0:
            return bytes(out)
        start = at + len(line) + 2
        out += body[start : start + size]
        at = start + size + 2


def _as_long_as_said(headers: dict[str, str], body: bytes) -> bytes:
    """The body up to its Content-Length, which is not that of one that was stored unpacked."""
    said = headers.get("content-length", "")
    unpacked = _codings(headers, body) != codings(headers)
    if "transfer-encoding" in headers or unpacked or not re.fullmatch("[0-9]{1,18}", said):
        return body
    return body[: int(said)]


def _codings(headers: dict[str, str], body: bytes) -> list[str]:
    """What is left to undo: some writers keep the header and store the body unpacked."""
    named = codings(headers)
    unpacked = named and named[-1] in ("gzip", "x-gzip") and not body.startswith(GZIP)
    return [] if unpacked else named


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
