"""Which words of a query tell what is sought, and when two words are forms of one.

A query is a subject inside a phrase: in "stages of a candle burning before and after" only "candle
burning" says what a page must be about; the rest fits half of all pages.
"""

from __future__ import annotations

import re

STOP = frozenset(
    "a an and are as at be but by can did do does for from had has have he her his how i if in "
    "into is it its may my no not of off on or our out she so than that the their them then there "
    "these they this those to was we were what when where which while who why will with would you "
    "your".split()
)
# What searchers, and the rules planner with them, put around a subject.
PHRASE = frozenset(
    "after before close compared comparison component components cross design detail diagram "
    "different effect effects example examples explained explanation exploded happens image images "
    "inside labelled labeled now overview over part parts phase phases photo photos picture "
    "pictures redesign section sections sequence show showing shown stage stages step steps style "
    "styles time under up variant variants variation variations versus view views vs work "
    "works".split()
)


def words(text: str) -> list[str]:
    """Its words in lower case, in order."""
    return re.findall(r"\w+", text.lower())


def stem(word: str) -> str:
    """The word without its ending: `rotated`, `rotates` and `rotation` are one.

    Rough, and meant to be compared with other stems only.
    """
    bare = re.sub(r"(?<=\w{3})(?:es|s|ed|ing|ion)$", "", word)
    bare = re.sub(r"(?<=\w\w)([^aeiou\d])\1$", r"\1", bare).rstrip("e")
    return re.sub(r"y$", "i", bare) or word


def sought(query: str) -> list[str]:
    """Its words without stop words and lone letters, of the forms of a word the first."""
    by_stem = {stem(w): w for w in reversed(words(query)) if w not in STOP and len(w) > 1}
    return list(reversed(by_stem.values()))


def telling(query: str) -> list[str]:
    """Those of the words sought that are no phrase; a query of nothing but phrases keeps them."""
    found = sought(query)
    return [w for w in found if w not in PHRASE] or found


def enough(telling_words: int) -> int:
    """How many of so many telling words a page must hold to be a hit: more than half.

    Of two words both: every other garden has a "layout", and every other layout is of something
    else.
    """
    return telling_words // 2 + 1
