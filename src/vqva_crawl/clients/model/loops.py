"""Loops: repeated n-grams, or text that compresses like one; and circles, which say it anew.

A circle is told by sets of words: three sentences in a row, of which each has most of its words in
one of the four before it. Measured: of 322 sound reasonings none, of 1,301 stretches of manuals and
textbooks (over 400 characters) ten, which go through cases or commands of one kind.

A stutter has no words of its own: "!?!?!?", "hahaha". Digits may repeat in a number, and dots and
dashes in a rule.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter

from vqva_crawl.clients.wording import STOP, stem
from vqva_crawl.errors import Unusable

NGRAM = 5  # words
MOST_REPEATS = 4  # of one n-gram
REPEATED_SHARE = 0.25  # of all n-grams that stand more than once, from LONG words on
REPEATED_SHORT = 0.5  # the same of shorter texts, from SHORT words on
SHORT, LONG = 15, 60  # words
RATIO = 4.5  # zlib on prose reaches about 2; on a loop, far more
LONG_ENOUGH = 600  # characters, for the ratio to mean something
CIRCLE = 3  # sentences in a row that say nothing new
BEFORE = 4  # sentences with which one is compared
SAME, LEAST_SAME = 0.6, 3  # of its telling words, and so many, in one other sentence
SAID, LEAST_SAID = 3, 3  # times one sentence of so many words
STUTTER = 25  # times a unit of 1-10 characters in a row
RULE = 80  # characters up to which dots and dashes are a rule
_STUTTER = re.compile(rf"(\S.{{0,9}}?)\1{{{STUTTER - 1},}}")
_RULE = re.compile(r"[-\u2010-\u2015_=*.\u00b7\u2026~#\s]+")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")


def loops(text: str) -> None:
    """Raises Unusable (loop)."""
    words = [word.lower() for word in WORD.findall(text)]
    grams = Counter(zip(*(words[i:] for i in range(NGRAM)), strict=False))
    most = max(grams.values(), default=0)
    again = sum(count for count in grams.values() if count > 1)
    share = REPEATED_SHARE if len(words) > LONG else REPEATED_SHORT
    if most > MOST_REPEATS or (len(words) > SHORT and again > share * grams.total()):
        raise Unusable("loop", f"the same {NGRAM} words up to {most} times", text)
    raw = text.encode()
    if len(raw) > LONG_ENOUGH and len(raw) / len(zlib.compress(raw, 6)) > RATIO:
        raise Unusable("loop", "the text repeats itself", text)
    if said := stutter(text):
        raise Unusable("loop", f"'{said[:20]}' again and again", text)
    sentences = Counter(tuple(WORD.findall(each.lower())) for each in _SENTENCE.split(text))
    if any(len(said) >= LEAST_SAID and n >= SAID for said, n in sentences.items()):
        raise Unusable("loop", f"one sentence {SAID} times", text)
    if (around := circling(text)) >= CIRCLE:
        raise Unusable("loop", f"{around} sentences in a row say what was said before", text)


def stutter(text: str) -> str:
    """The first run of one character or a few, "" where there is none but of numbers and rules."""
    for run in _STUTTER.finditer(text):
        rule = len(run[0]) < RULE and _RULE.fullmatch(run[1])
        if not run[1].isdigit() and not rule:
            return run[0]
    return ""


def circling(text: str) -> int:
    """How many sentences in a row have most of their words in a sentence shortly before them."""
    said: list[frozenset[str]] = []
    most = row = 0
    for words in filter(
        lambda words: len(words) >= LEAST_SAME, map(_telling, _SENTENCE.split(text))
    ):
        shared = max((len(words & other) for other in said[-BEFORE:]), default=0)
        row = row + 1 if shared >= max(LEAST_SAME, SAME * len(words)) else 0
        most = max(most, row)
        said.append(words)
    return most


def _telling(sentence: str) -> frozenset[str]:
    words = (word for word in WORD.findall(sentence.lower()) if len(word) > 2)
    return frozenset(stem(word) for word in words if word not in STOP)
