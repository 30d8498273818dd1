"""Captions of figures with several pictures, cut into what each picture shows."""

from __future__ import annotations

import re

from vqva_crawl.stages.extract.blocks import LABEL

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"“‘(]*[A-Z0-9(])")
_CREDIT = re.compile(r"\s*\((?:credit|photo|image|source|courtesy)\b[^()]*\)", re.IGNORECASE)
_PREFIX = re.compile(rf"^{LABEL.pattern}[\w.]*\s*[.:)\u2013-]*\s*", re.IGNORECASE)
_SIDES = (
    re.compile(
        r"^(?:left|top|above|before)\s*[:,\u2013-]\s*(.+?)[\s.;,]*"
        r"\b(?:right|bottom|below|after)\s*[:,\u2013-]\s*(.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(.+?)\s*\((?:left|top|above|before)\)[\s,;]*(?:and\s|vs\.?\s|versus\s|to\s)?"
        r"(.+?)\s*\((?:right|bottom|below|after)\)",
        re.IGNORECASE,
    ),
)
_DANGLING = re.compile(
    r"[\s,;:\u2013-]*(?:\b(?:and|or|while|whereas|the|an?|this|these|then)\b[\s,;]*)*$",
    re.IGNORECASE,
)


def parts(caption: str, count: int) -> list[str]:
    """What the caption says of each of `count` pictures in order, [] when it does not tell.

    Understands (a) … (b) …, and left/right, top/bottom, before/after for two.
    """
    if not 2 <= count <= 8 or not caption:
        return []
    text = _PREFIX.sub("", _CREDIT.sub("", caption))
    return _lettered(text, "abcdefgh"[:count]) or (_sides(text) if count == 2 else [])


def _sides(text: str) -> list[str]:
    for pattern in _SIDES:
        if match := pattern.search(text):
            return [match[1].strip(), match[2].strip()]
    return []


def _lettered(text: str, letters: str) -> list[str]:
    """One text per letter: its own sentences where each has some, else what follows its mark."""
    if any(f"({letter})" not in text.lower() for letter in letters):
        return []
    if f"({chr(ord(letters[-1]) + 1)})" in text.lower():
        return []  # more parts than pictures: some picture holds several
    by_sentence = _by_sentence(text, letters)
    return by_sentence if all(by_sentence) else _by_mark(text, letters)


def _by_sentence(text: str, letters: str) -> list[str]:
    """Sentences that name one letter only; [""] for a letter that shares all of its own."""
    said = dict.fromkeys(letters, "")
    last = ""
    for sentence in _SENTENCE.split(text):
        named = sorted(set(re.findall(rf"\(([{letters}])\)", sentence.lower())))
        if len(named) == 1:
            last = named[0]
        elif named:
            last = ""
        if last:
            said[last] = f"{said[last]} {sentence}".strip()
    return [_unmarked(said[letter]) for letter in letters]


def _by_mark(text: str, letters: str) -> list[str]:
    starts = [re.search(rf"\({letter}\)", text, re.IGNORECASE) for letter in letters]
    places = [m.end() for m in starts if m]
    if places != sorted(places) or len(places) != len(letters):
        return []
    ends = [place - 3 for place in places[1:]] + [len(text)]
    cut = [_DANGLING.sub("", text[a:b]).strip() for a, b in zip(places, ends, strict=True)]
    return cut if all(cut) else []


def _unmarked(text: str) -> str:
    return re.sub(r"^\([a-h]\)\s*", "", text, flags=re.IGNORECASE)
