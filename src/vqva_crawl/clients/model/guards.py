"""What is wrong with a model's text, found before anything is built on it (threat 30).

Each check raises Unusable with its own reason. The limits are those that makers of reasoning models
publish themselves: language mixing, loops and circular reasoning, drift away from the picture,
over-long and unsafe text.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter

from vqva_crawl.errors import Unusable

MAX_TOKENS = 1000  # of a reasoning, as in the second training stage of VQ-VA World
TOKENS_PER_WORD = 1.35  # English prose, byte-level BPE
NGRAM = 5  # words
MOST_REPEATS = 4  # of one n-gram
REPEATED_SHARE = 0.25  # of all n-grams that stand more than once
RATIO = 4.5  # zlib on prose reaches about 2; on a loop, far more
LONG_ENOUGH = 600  # characters, for the ratio to mean something
FOREIGN = 0.05  # of the letters in another script
FUNCTION_WORDS = 0.12  # of an English text's words at the least

_REFUSAL = re.compile(
    r"^\W*(?:i(?:'|\u2019)?m (?:very |so )?sorry|sorry,|i apologi[sz]e|"
    r"(?:unfortunately, )?i (?:can(?:no|')t|can\u2019t|am (?:not able|unable)|won't|must decline)|"
    r"as an ai\b|i do not feel comfortable)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_ENGLISH = frozenset(
    "a an the of to in on and or is are was be it its this that with as for by from at into not "
    "which what how show shows you your would there one two each has have".split()
)
_UNSAFE = re.compile(
    r"\b(?:kill (?:yourself|himself|herself)|how to (?:build|make) (?:a )?bomb|child porn\w*|"
    r"explicit sex\w*|nude (?:child|minor)\w*|gas the \w+)\b",
    re.IGNORECASE,
)
# What looks like a code and is none: 2-3, 1914-1918, X-Y; 1920x1080, 300dpi; C6H12O6.
_RANGE = r"(?:\d{1,4}|[A-Z])(?:-(?:\d{1,4}|[A-Z])){1,2}(?![\w-])"
_SIZE = (
    r"\d{1,5}(?:x\d{1,5}){0,2}"
    r"(?:px|[dp]pi|[cmnk]?m|[mk]?g|ml|kph|mph|rpm|[kMG]?Hz|fps|s|th)?\b"
)
_FORMULA = (
    r"(?:(?:A[glu]|B[ar]|C[alorsu]|Fe|H[eg]|Li|M[gn]|N[ai]|P[bt]|S[in]|Ti|Zn|[BCFHIKNOPS])"
    r"(?:[1-9]\d?)?){1,6}\b"
)
_ODD = re.compile(
    r"https?:|www\.|\w@\w+\.\w"
    rf"|\b(?!{_SIZE}|{_FORMULA})(?=\w*\d)(?=\w*[A-Za-z])\w{{6,}}\b"
    rf"|\b(?!{_RANGE})[A-Z0-9]+(?:[-_][A-Z0-9]+)+\b"
    r"|\b\w+_\w+\b|[{}<>]|\b[A-Za-z]{25,}\b"
)


def answered(text: str, finish_reason: str) -> None:
    """The checks of every answer: it ended, said something, and is no refusal."""
    if finish_reason == "length":
        raise Unusable("truncated", "the answer was cut off at its length limit", text)
    if finish_reason == "content_filter":
        raise Unusable("refusal", "the server's content filter ended the answer", text)
    if not text.strip():
        raise Unusable("empty", "the answer is empty", text)
    if _REFUSAL.match(text) and len(text) < 600:
        raise Unusable("refusal", "the model declined", text)


def prose(text: str, language: str = "en", most_tokens: int = MAX_TOKENS) -> None:
    """The checks of text that goes into the dataset."""
    if not text.strip():
        raise Unusable("empty", "nothing was written", text)
    if _REFUSAL.match(text):
        raise Unusable("refusal", "the model declined", text)
    if _UNSAFE.search(text):
        raise Unusable("unsafe", "the text is not fit for a dataset", text)
    loops(text)
    in_language(text, language)
    words = len(_WORD.findall(text))
    if words * TOKENS_PER_WORD > most_tokens:
        raise Unusable("too_long", f"about {words * TOKENS_PER_WORD:.0f} tokens", text)


def loops(text: str) -> None:
    """Repeated n-grams, or text that compresses like a loop."""
    words = [word.lower() for word in _WORD.findall(text)]
    grams = Counter(zip(*(words[i:] for i in range(NGRAM)), strict=False))
    most = max(grams.values(), default=0)
    again = sum(count for count in grams.values() if count > 1)
    if most > MOST_REPEATS or (len(words) > 60 and again > REPEATED_SHARE * grams.total()):
        raise Unusable("loop", f"the same {NGRAM} words up to {most} times", text)
    raw = text.encode()
    if len(raw) > LONG_ENOUGH and len(raw) / len(zlib.compress(raw, 6)) > RATIO:
        raise Unusable("loop", "the text repeats itself", text)


def in_language(text: str, language: str) -> None:
    """Letters of other scripts; for English, too few of its function words as well."""
    letters = [c for c in text if c.isalpha()]
    foreign = sum(not _latin(c) for c in letters)
    if language in LATIN and letters and foreign > FOREIGN * len(letters):
        raise Unusable(
            "language", f"{foreign} of {len(letters)} letters are of other scripts", text
        )
    words = _WORD.findall(text.lower())
    if language == "en" and len(words) > 30:
        known = sum(word in _ENGLISH for word in words)
        if known < FUNCTION_WORDS * len(words):
            raise Unusable("language", "does not read like English", text)


LATIN = frozenset("en de fr es it pt nl sv da nb nn no fi pl cs sk sl hr hu ro tr id".split())


def _latin(letter: str) -> bool:
    if letter.isascii():
        return True
    # Greek letters stand in formulas.
    return unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "MICRO"))


def plain(text: str) -> None:
    """Text for an instruction or a query: no addresses, no codes, nothing that looks like markup.

    What a page may have slipped in (threat 19) mostly looks like this.
    """
    if found := _ODD.search(text):
        raise Unusable("leak", f"'{found[0][:40]}' does not belong in a question", text)


def stays_with(text: str, subject: str) -> None:
    """A reasoning that ends away from its question has drifted."""
    about = {w for w in _WORD.findall(subject.lower()) if len(w) > 3 and w not in _ENGLISH}
    words = [w for w in _WORD.findall(text.lower()) if len(w) > 3]
    tail = set(words[-max(20, len(words) // 3) :])
    pictures = {
        "picture",
        "image",
        "photo",
        "drawing",
        "shows",
        "shown",
        "shape",
        "colour",
        "color",
    }
    if len(words) > 40 and about and not tail & (about | pictures):
        raise Unusable("drift", "its end no longer speaks of the question or the pictures", text)
