"""Where one record of a WARC file begins and ends.

A record that is compressed ends with its gzip member, whatever length it states. In a plain file
another record or the file's end has to follow it; else the stated length is wrong, and what would
be its body may hold other records.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord

GZIP = b"\x1f\x8b\x08"
PLAIN = b"WARC/1."
MORE = "its length is wrong: more stands in its gzip member"
LONGEST_HEAD = 1 << 16
BEHIND = 64  # bytes behind a record that are looked at
STEP = 1 << 13  # packed bytes at once


class Plain:
    """The bytes from a file's position on."""

    fault = "the file ends within a record"  # why there are no more of them
    end = None

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def skips(self, size: int) -> bool:
        """Whether there are so many bytes to skip."""
        here, end = self._file.tell(), self._file.seek(0, 2)
        self._file.seek(min(here + size, end))
        return here + size <= end


class Member:
    """The bytes of the gzip member at a file's position, unpacked as they are asked for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._unpack = zlib.decompressobj(wbits=31)
        self.fault = "its length is wrong: its gzip member ends before"

    def read(self, size: int) -> bytes:
        """So many bytes; fewer where it ends or is damaged, and `fault` says which."""
        out = bytearray()
        while len(out) < size and not self._unpack.eof:
            packed = self._unpack.unconsumed_tail or self._file.read(STEP)
            try:
                found = self._unpack.decompress(packed, size - len(out))
            except zlib.error as error:
                self.fault = str(error)
                break
            if not (packed or found):
                self.fault = "the file ends within a record"
                break
            out += found
        return bytes(out)

    def skips(self, size: int) -> bool:
        """Whether there are so many bytes to skip."""
        while size and (found := len(self.read(min(size, LONGEST_HEAD)))):
            size -= found
        return size == 0

    @property
    def end(self) -> int | None:
        """Where it ends in the file, None where that cannot be told."""
        while self.read(LONGEST_HEAD):
            pass
        return self._file.tell() - len(self._unpack.unused_data) if self._unpack.eof else None


def with_head(record: WarcRecord) -> None:
    """Parses a record's HTTP head, lines without a CR too. Raises OSError where it is too long."""
    if record.is_http:
        record.parse_http(quirks_mode=True)


class Stored:
    """The record at a file's position: `about` it, and its body once that is asked for.

    Raises OSError where none begins.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._place = file.tell()
        self._packed = file.read(len(GZIP)) == GZIP
        file.seek(self._place)
        self._bytes = Member(file) if self._packed else Plain(file)
        self._start = self._bytes.read(LONGEST_HEAD)
        self.about = self._about()
        head, _, _ = self._start.partition(b"\r\n\r\n")
        self._size = len(head) + 4 + self.about.content_length
        with_head(self.about)
        if self._size - self.about.content_length >= len(self._start) < self._size:
            raise OSError("its head is too long")

    def _about(self) -> WarcRecord:
        record = next(iter(ArchiveIterator(BytesIO(self._start), parse_http=False)), None)
        if record is None:
            raise OSError(self._bytes.fault)
        return record

    def body(self) -> bytes:
        """What stands behind its HTTP head. Raises OSError where its length is wrong."""
        length = self.about.content_length
        body = self.about.reader.read() + self._bytes.read(max(0, self._size - len(self._start)))
        if len(body) < length:
            raise OSError(f"its record ends after {len(body)} of {length} bytes")
        behind = self._behind()
        fault = self._misfit(behind)
        # Damage behind a plain record is not its own, unless it holds another record.
        if fault and (self._packed or behind[:4] != b"\r\n\r\n" or b"\n" + PLAIN in body):
            raise OSError(fault)
        return body

    def end(self) -> tuple[int | None, str]:
        """Where the next one begins, None where that cannot be told; and what is wrong, or ""."""
        if not self._bytes.skips(max(0, self._size - len(self._start))):
            return self._bytes.end, self._bytes.fault
        behind = self._behind()
        if fault := self._misfit(behind):
            return self._bytes.end, fault
        blank = len(behind) - len(behind.lstrip(b"\r\n"))
        return self._bytes.end or self._place + self._size + blank, ""

    def _behind(self) -> bytes:
        known = self._start[self._size : self._size + BEHIND]
        return known + self._bytes.read(BEHIND - len(known))

    def _misfit(self, behind: bytes) -> str:
        """What is wrong with the bytes behind its stated end, "" when nothing is."""
        rest = behind.lstrip(b"\r\n")
        if self._packed:
            if rest:
                return MORE
            return "" if self._bytes.end else self._bytes.fault
        return "" if not rest or rest.startswith(b"WARC/") else "no record follows where it ends"
