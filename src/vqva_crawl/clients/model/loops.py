"""Loops and circular reasoning: repeated n-grams, or text that compresses like a loop."""

from __future__ import annotations

import re
import zlib
from collections import Counter

from vqva_crawl.errors import Unusable

NGRAM = 5  # words
MOST_REPEATS = 4  # of one n-gram
REPEATED_SHARE = 0.25  # of all n-grams that stand more than once, from LONG words on
REPEATED_SHORT = 0.5  # the same of shorter texts, from SHORT words on
SHORT, LONG = 15, 60  # words
RATIO = 4.5  # zlib on prose reaches about 2; on a loop, far more
LONG_ENOUGH = 600  # characters, for the ratio to mean something
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
