"""What others wrote, made safe to keep and to show."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")  # of a pair: no file and no table takes one
# Control characters, which a terminal obeys, and marks that are not seen but turn or hide text.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)


def whole(text: str) -> str:
    """The text with U+FFFD for each surrogate that stands alone, as JSON may hold it."""
    return _HALF.sub("\ufffd", text)


def visible(text: str) -> str:
    """The text without what a terminal would obey instead of showing it."""
    return _UNSEEN.sub("", text)


def plain(text: str, secret: str = "") -> str:
    """Words for a message: on one line, nothing that a terminal obeys, the secret masked."""
    line = visible(" ".join(text.split()))
    return line.replace(secret, "***") if secret else line
