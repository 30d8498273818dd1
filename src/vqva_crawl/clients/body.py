"""Decoding a body piece by piece, under caps, so that no bomb ever unfolds in memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from vqva_crawl.errors import Refused, Transient

PIECE = 1 << 16  # bytes that a decoder puts out at once
MAX_ENCODINGS = 2
GZIP = b"\x1f\x8b\x08"  # how a gzip member begins
RATIO = 200  # decoded over received; text reaches 20, a bomb a thousand and more
RATIO_FROM = 1_000_000  # decoded bytes from which the ratio counts
ACCEPT_ENCODING = "gzip, deflate, br"


class Decoder(Protocol):
    """One content coding. `feed` may raise zlib.error or brotli.error."""

    @property
    def finished(self) -> bool:
        """Whether the compressed stream came to its end."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` decodes to, in pieces of about PIECE bytes at most."""
        ...


class Gzip:
    """gzip, several members one after the other included; what follows the last is ignored."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    @property
    def finished(self) -> bool:
        return self._member.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member.eof:
                if not data.startswith(b"\x1f"):
                    return
                self._member = zlib.decompressobj(wbits=31)
            yield self._member.decompress(data, PIECE)
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail


class Deflate:
    """deflate as it is met: in a zlib wrapper, or raw."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._head = b""

    @property
    def finished(self) -> bool:
        return self._stream is not None and self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        data = self._head + data
        if self._stream is None:
            if len(data) < 2:
                self._head = data
                return
            wrapped = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream, self._head = zlib.decompressobj(15 if wrapped else -15), b""
        while data and not self._stream.eof:
            yield self._stream.decompress(data, PIECE)
            data = self._stream.unconsumed_tail


class Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def finished(self) -> bool:
        return bool(self._stream.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream.is_finished():
            return
        yield self._stream.process(data, output_buffer_limit=PIECE)
        while not self._stream.can_accept_more_data():
            yield self._stream.process(b"", output_buffer_limit=PIECE)


class Unzip:
    """A file that may be gzipped, by its first bytes (RFC 1952); any other passes as it is."""

    def __init__(self) -> None:
        self._gzip: Gzip | None = None
        self._decided = False
        self._head = b""

    @property
    def finished(self) -> bool:
        return self._gzip.finished if self._gzip else not self._head

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not self._decided:
            data = self._head = self._head + data
            if len(data) < len(GZIP) and GZIP.startswith(data):
                return
            self._decided, self._head = True, b""
            self._gzip = Gzip() if data.startswith(GZIP) else None
        if self._gzip is None:
            yield data
        else:
            yield from self._gzip.feed(data)


DECODERS: dict[str, type[Gzip] | type[Deflate] | type[Brotli]] = {
    "gzip": Gzip,
    "x-gzip": Gzip,
    "deflate": Deflate,
    "br": Brotli,
}


class Full(Exception):
    """A body reached the size at which it is cut."""


class BodyReader:
    """Decodes one body under caps.

    `codings` are the values of Content-Encoding, first applied first. At most `limit` bytes are
    taken in and put out at each step. What is longer is Refused (too_large), or cut when `cut` is
    set; what unfolds more than RATIO times is Refused (bomb) in any case. `cap` says in words
    which setting the limit is. With `unzip`, a gzipped file is unpacked too.
    """

    def __init__(
        self,
        url: str,
        codings: Iterable[str],
        limit: int,
        cut: bool = False,
        cap: str = "",
        unzip: bool = False,
    ) -> None:
        self._url, self._limit, self._cut = url, limit, cut
        self._cap = cap or f"the limit is {limit}"
        self._decoders: list[Decoder] = [self._decoder(name) for name in reversed(list(codings))]
        if len(self._decoders) > MAX_ENCODINGS:
            raise Refused("bomb", url, f"{len(self._decoders)} content encodings")
        self._decoders += [Unzip()] if unzip else []
        self._sizes = [0] * (len(self._decoders) + 1)  # received, after the first decoder, …
        self._body = bytearray()

    @property
    def received(self) -> int:
        """Bytes taken in so far, as they came."""
        return self._sizes[0]

    async def read(self, chunks: AsyncIterator[bytes]) -> bytes:
        """The decoded body. Raises Refused (too_large, bomb, protocol), Transient (truncated)."""
        try:
            async for chunk in chunks:
                self._take(chunk, 0)
        except Full:
            return bytes(self._body[: self._limit])
        except (zlib.error, brotli.error) as error:
            raise Refused("protocol", self._url, f"damaged content encoding: {error}") from error
        if self.received and not all(decoder.finished for decoder in self._decoders):
            raise Transient("truncated", self._url, "the compressed body ends too early")
        return bytes(self._body)

    def _decoder(self, name: str) -> Decoder:
        if name not in DECODERS:
            raise Refused("protocol", self._url, f"unknown content encoding '{name}'")
        return DECODERS[name]()

    def _take(self, data: bytes, step: int) -> None:
        """Counts what arrives at a step and hands it on; the last step is the body."""
        self._sizes[step] += len(data)
        if step == len(self._decoders):
            self._body += data
        self._check(step)
        for decoder in self._decoders[step : step + 1]:
            for piece in decoder.feed(data):
                self._take(piece, step + 1)

    def _check(self, step: int) -> None:
        size = self._sizes[step]
        if size > RATIO_FROM and size > RATIO * self.received:
            raise Refused("bomb", self._url, f"{self.received} bytes unfold to over {size}")
        if size <= self._limit:
            return
        if self._cut:
            raise Full
        raise Refused("too_large", self._url, f"more bytes than allowed; {self._cap}")
