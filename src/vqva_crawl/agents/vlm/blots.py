"""The signs between a page's words when they go on: ordinary punctuation, and a blot for the rest.

Signs can be a cipher (Morse) and lone letters or numbers spell words and telephone numbers. What
stands between two words is brought into one form, so that it says no more than a comma does.
"""

from __future__ import annotations

import re

from vqva_crawl.agents.vlm.folding import MARKS

BLOT = "\u2026"
MOST = 3  # signs between two words: "), (" has three
_UNIT = (
    r"(?:\d+|[^\W\d_]|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)"
)
_ROW = re.compile(rf"\b{_UNIT}(?:\W+(?:(?:and|or|then)\W+)?{_UNIT}\b){{2,}}", re.IGNORECASE)
_BLOTS = re.compile(rf"{BLOT}(?:[\s\W]*{BLOT})+")
# Quotation marks go, and of signs that mean the same one is left.
_ALIKE = str.maketrans(
    dict.fromkeys('"\u201c\u201d\u201e\u2018\u00ab\u00bb', "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014", "-")
    | {"\u2019": "'", ";": ","}
)
_GAP = re.compile(rf"(?:[^\w{BLOT}{MARKS}]|_)+")
# Signs that lean on the word before them, in the order in which they may follow each other; signs
# between two; one that leans on the word after it.
_SIGNS = re.compile(
    r"[%\u00b0\u2032\u2033]?[.!?]?\)?[.,:;!?]?(?P<open>\()?|'|(?P<between>[-/+=\u00d7\u2192])"
    r"|[%\u00b0\u2032\u2033)](?P<after>[-/+=\u00d7\u2192])|[\u3001\u3002]"
)
_JOINED = re.compile(
    r"(?<![^\W\d_])[^\W\d_]{2,}(?:[.\u3002][^\W\d_]{2,})+"
)  # a host, in any script
_BRACKETED = re.compile(r"\(([^\W\d_])\)")
LAST_PANEL = "h"


def alike(text: str) -> str:
    """The text with one sign where several mean the same."""
    return text.translate(_ALIKE)


def in_rows(text: str) -> str:
    """A blot for three and more letters or numbers in a row, and for words joined like a host's."""
    return _ROW.sub(BLOT, _JOINED.sub(BLOT, text))


def gaps_closed(text: str) -> str:
    """Ordinary punctuation in its ordinary form between words, and a blot for other signs."""
    text = _GAP.sub(_gap, text.strip())
    return _BLOTS.sub(BLOT, " ".join(text.split()))


def _gap(found: re.Match[str]) -> str:
    signs, spaced = "".join(found[0].split()), any(map(str.isspace, found[0]))
    if not signs:
        return " "
    form = _SIGNS.fullmatch(signs)
    if form is None or len(signs) > MOST:
        return f" {BLOT} "
    if not spaced:
        return signs
    if form["between"]:
        return f" {signs} "
    if form["open"]:
        return f"{signs[:-1]} ("
    return f"{signs} "


def panels(text: str) -> dict[int, bool]:
    """Where lone letters stand in brackets, and whether they name panels: (a) ... (b) in order."""
    last, found = "", {}
    for letter in _BRACKETED.finditer(text):
        found[letter.start(1)] = named = last < letter[1].lower() <= LAST_PANEL
        last = letter[1].lower() if named else last
    return found
