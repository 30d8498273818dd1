"""Whether a question already says what its answer shows."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules import text as rules
from vqva_crawl.clients.wording import stem

ENOUGH = 8  # telling words; a request for a plain edit has to name its result
MOST = 0.8  # of the expectation's telling words in the question
_NUMBER = re.compile(r"\d+")
# What stands for the picture itself, or frames what is told of it.
_FRAME = frozenset(
    stem(word)
    for word in "picture image photo drawing object scene shape thing subject same finished whole "
    "look looks shows shown after once now please would become turned made".split()
)


def gives_away(question: str, expectation: str) -> bool:
    """The question holds nearly all that the expectation tells, and that is much.

    Shared verbs, amounts and times do not count as much: a request has to say what is wanted.
    """
    expected, asked = _telling(expectation), _telling(question)
    shared = expected & asked
    return len(shared) >= ENOUGH and len(shared) >= MOST * len(expected)


def _telling(text: str) -> set[str]:
    words = (word for word in rules.words(text) if not _NUMBER.fullmatch(word))
    return {
        stem(word)
        for word in words
        if word not in rules.STOP and stem(word) not in _FRAME and len(word) > 2
    }
