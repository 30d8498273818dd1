"""Bytes -> text, in the order browsers use: byte-order mark, header, meta tag, then a guess."""

from __future__ import annotations

import codecs
import re
import string
from collections.abc import Iterator

from vqva_crawl.stages.extract.labels import codec

PRESCAN = 4096  # browsers look at 1,024 bytes; many real pages declare a little later
# Of the letters of a page in windows-1252 at most so many are no ASCII. Icelandic, which has most,
# has 15 %, a short title in German 25 %; Shift_JIS has 50 % and more, as each of its characters has
# a byte beyond ASCII, and GBK, EUC and Cyrillic have nearly 100 %.
MOST_ACCENTED = 1 / 3

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_LETTERS = string.ascii_letters.encode()
_ASCII = bytes(range(128))
_ENTITY = re.compile(rb"&#?\w{1,30};")


def declared(body: bytes) -> str:
    """The codec that the page itself declares near its start, "" when none that we read."""
    for match in _DECLARED.finditer(body[:PRESCAN]):
        name = codec((match[1] or match[2]).decode("ascii", "replace"))
        if name:
            # A page whose meta tag could be read as ASCII is not in UTF-16, whatever it says.
            return "utf-8" if name.startswith("utf-16") else name
    return ""


def guessed(body: bytes) -> str:
    """The codec of a page that declares none: UTF-8, or what browsers fall back to.

    That is windows-1252, where more of the bytes are no UTF-8 than are characters of it beyond
    ASCII (a stray byte leaves a page UTF-8, a character cut at its end too), and where most letters
    are ASCII: of other scripts it would make mojibake that looks like text.
    """
    text, read = codecs.utf_8_decode(body, "replace", False)
    broken = text.count("\ufffd") - body.count("\ufffd".encode())
    good = len(text) - len(text.encode("ascii", "ignore")) - broken
    if len(body) - read == 1 and not good:
        broken += 1  # an accent at the end rather than half a character
    return "cp1252" if broken > good and _western(body) else "utf-8"


def _western(body: bytes) -> bool:
    """Whether few enough letters of the text are no ASCII."""
    text = _ENTITY.sub(b"", b"".join(_outside_tags(body)))
    accented = len(text.translate(None, _ASCII))
    plain = len(text) - len(text.translate(None, _LETTERS))
    return accented <= MOST_ACCENTED * (accented + plain)


def _outside_tags(body: bytes) -> Iterator[bytes]:
    """What stands between tags, roughly and in linear time; no scripts and no styles."""
    first, *pieces = body.split(b"<")
    yield first
    for piece in pieces:
        if not piece[:6].lower().startswith((b"script", b"style")):
            yield piece.partition(b">")[2]


def decode(body: bytes, charset: str = "") -> str:
    """The page's text. `charset` is the header's. Broken bytes become U+FFFD; nothing raises."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    return body.decode(codec(charset) or declared(body) or guessed(body), "replace")
