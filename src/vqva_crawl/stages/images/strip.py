"""Metadata out of a picture file without touching its pixels.

Each function gives the same coded pixels without EXIF, XMP, ICC, comments and thumbnails, and
without anything that stands behind their end (where polyglot files hide the other file). None
means that this cannot be done on the bytes alone: the picture has to be encoded anew.
"""

from __future__ import annotations

from collections.abc import Callable

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_BARE = {0x01, *range(0xD0, 0xD8)}  # JPEG markers without a length: TEM, RST0-7
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


def strip(body: bytes, format: str) -> bytes | None:
    """`body` without metadata; `format` is "jpeg", "png", "webp" or "gif" (always None)."""
    function = _FUNCTIONS.get(format)
    try:
        return function(body) if function else None
    except (IndexError, ValueError):  # a length or a marker that leads out of the file
        return None


def _jpeg(body: bytes) -> bytes | None:
    """Keeps a plain JFIF header and Adobe's colour transform (APP14), drops other APPn and COM."""
    out, at = bytearray(body[:2]), 2
    while body[at] == 0xFF:
        marker = body[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _EOI:
            return bytes(out + body[at : at + 2])
        end = at + 2 if marker in _BARE else at + 2 + int.from_bytes(body[at + 2 : at + 4], "big")
        if marker == _SOS:
            end = _scan_end(body, end)
        if _jpeg_keeps(marker, body[at + 4 : end]):
            out += body[at:end]
        at = end
    return None


def _jpeg_keeps(marker: int, data: bytes) -> bool:
    if marker == 0xE0:
        return data.startswith(b"JFIF\0") and len(data) == 14  # longer ones carry a thumbnail
    if marker == 0xEE:
        return data.startswith(b"Adobe")
    return marker != 0xFE and not 0xE0 <= marker <= 0xEF


def _scan_end(body: bytes, at: int) -> int:
    """Where the marker after a scan's coded data stands; ValueError when there is none."""
    while True:
        at = body.index(b"\xff", at)
        if body[at + 1] not in (0x00, 0xFF, *_BARE):
            return at
        at += 1


def _png(body: bytes) -> bytes | None:
    """Keeps the chunks that hold the pixels; transparency and colour profiles go."""
    out, at = bytearray(_PNG_SIGNATURE), len(_PNG_SIGNATURE)
    while at + 12 <= len(body):
        kind = body[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(body[at : at + 4], "big")
        if kind in _PNG_KEPT:
            out += body[at:end]
        if kind == b"IEND":
            return bytes(out) if end <= len(body) else None
        at = end
    return None


def _webp(body: bytes) -> bytes | None:
    """Keeps the one coded frame; transparency and colour profiles go."""
    frame, at = b"", 12
    end = min(len(body), 8 + int.from_bytes(body[4:8], "little"))
    while at + 8 <= end:
        kind, size = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "little")
        if kind in (b"VP8 ", b"VP8L"):
            frame = frame or body[at : at + 8 + size + size % 2]
        at += 8 + size + size % 2
    return b"RIFF" + (4 + len(frame)).to_bytes(4, "little") + b"WEBP" + frame if frame else None


_FUNCTIONS: dict[str, Callable[[bytes], bytes | None]] = {"jpeg": _jpeg, "png": _png, "webp": _webp}
