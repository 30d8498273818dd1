"""Bytes -> text, in the order browsers use: byte-order mark, header, meta tag, then UTF-8."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

PRESCAN = 4096  # browsers look at 1,024 bytes; many real pages declare a little later

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
# Labels mean what the WHATWG Encoding Standard says, not what their names say.
_MEANS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python knows codecs that no page may choose (utf-7, unicode_escape, idna, ...).
_ALLOWED = re.compile(
    r"utf-8|iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|koi8-[ru]|mac-\w+|gb18030|big5hkscs"
    r"|euc_jp|iso2022_jp"
)


@lru_cache(256)
def codec(label: str) -> str:
    """The Python codec that an encoding label of the web means, "" for one we do not read."""
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return ""
    name = _MEANS.get(name, name)
    return name if _ALLOWED.fullmatch(name) else ""


def declared(body: bytes) -> str:
    """The codec that the page itself declares near its start, "" when none that we read."""
    for match in _DECLARED.finditer(body[:PRESCAN]):
        label = (match[1] or match[2]).decode("ascii", "replace")
        # A page whose meta tag could be read as ASCII is not in UTF-16, whatever it says.
        name = "utf-8" if label.lower().startswith("utf-16") else codec(label)
        if name:
            return name
    return ""


def decode(body: bytes, charset: str = "") -> str:
    """The page's text. `charset` is the header's. Broken bytes become U+FFFD; nothing raises."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    return body.decode(codec(charset) or declared(body) or "utf-8", "replace")
