"""What others wrote, made safe to keep and to show."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from vqva_crawl.records import whole

_COMMAND = "\x1b\\[[0-?]*[ -/]*[@-~]|\x1b][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\\\)"  # to a terminal
# Marks that are not seen but turn, hide or carry text: fillers, variation selectors, tags.
_MARKS = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"  # all but line feed and tab
# Scripts whose letters a joiner may link or part: Arabic and its kin, those of India, Mongolian.
_LINKED = "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af]"
_JOINER = f"(?<!{_LINKED})[\u200c\u200d]|[\u200c\u200d](?!{_LINKED})"
_UNSEEN = re.compile(f"{_COMMAND}|[{_CONTROLS}{_MARKS}]|{_JOINER}")
_NOISE = re.compile(f"{_COMMAND}|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_UNSHOWN = re.compile(f"[\t\n{_CONTROLS}{_MARKS}\u200c\u200d]")


def sound(value: Any) -> Any:
    """What JSON held, with every text of it whole and quiet. Raises RecursionError."""
    return in_texts(value, lambda text: quiet(whole(text)))


def in_texts(value: Any, change: Callable[[str], str]) -> Any:
    """What JSON held, with every text of it changed, names too. Raises RecursionError."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [in_texts(each, change) for each in value]
    if isinstance(value, dict):
        return {change(name): in_texts(each, change) for name, each in value.items()}
    return value


def quiet(text: str) -> str:
    """The text without control characters, but for those that are white space between words.

    JSON and HTML can spell a NUL, which PostgreSQL does not take, and commands to a terminal.
    """
    return text if text.isprintable() else _NOISE.sub("", text)


def seen(text: str) -> str:
    """A model's text without what nobody sees, so that no guard is misled by it.

    Line breaks of all kinds become line feeds; tabs stay, and joiners between letters of scripts
    that need them.
    """
    return _UNSEEN.sub("", whole("\n".join(text.splitlines())))


def visible(text: str) -> str:
    """The text without what a terminal would obey instead of showing it."""
    return _UNSHOWN.sub("", text)


def plain(text: str, secret: str = "") -> str:
    """Words for a message: on one line, nothing that a terminal obeys, the secret masked."""
    line = visible(" ".join(text.split()))
    return line.replace(secret, "***") if secret else line
