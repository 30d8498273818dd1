"""How much a text says: something at all, and something else than that there is a task."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from vqva_crawl.agents.rules.text import STOP
from vqva_crawl.errors import Unusable

LEAST = 5  # words of a part of a reasoning
LEAST_ASKED, LEAST_TELLING = 3, 1  # words of a request, and of them such as tell what is wanted
_FORMS = frozenset(
    "n a na nil none null nothing undefined unknown empty string text str todo tbd placeholder "
    "question request instruction variant expectation answer reasoning analysis caption score "
    "valid invalid available applicable possible please insert here example lorem ipsum yes no ok "
    "true false it".split()
)
_OF_THE_TASK = re.compile(
    r"\b(?:write|ask|pose|formulate|generate|create|form|rewrite|rephrase|insert|suggest|provide) "
    r"(?:an?|one|the|your|this|another|\d+|some) (?:\w+ ){0,2}?(?:question|request|"
    r"instruction|variant|prompt)s?\b(?! marks?)|"
    r"\b(?:valid|suitable|meaningful|appropriate|sensible|relevant) (?:question|request|"
    r"instruction|pair)\b|"
    r"\b(?:the|this) (?:question|request|instruction) (?:is|should|must|asks|would|cannot)\b|"
    r"\bin (?:one|two|three|a few|\d+) (?:sentences?|words)\b|\blorem ipsum\b",
    re.IGNORECASE,
)
# Scripts without gaps between words: two characters are about one.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|(?:(?![\u3040-\u30ff\u3400-\u9fff])[^\W_])+")


def words(text: str) -> list[str]:
    """The words of a text, in lower case; marks and numbers of a list are none."""
    return [word for word in _WORD.findall(text.lower()) if not word.isdigit()]


def _said(text: str) -> str:
    if len(set(words(text))) < LEAST:
        raise ValueError(f"write it out, in {LEAST} words at the least")
    return text


Said = Annotated[str, AfterValidator(_said)]
"""A field of an answer that says something: "...", "n/a" and "The picture." are asked for again."""


def says_nothing(text: str) -> bool:
    """No word, or none but a form's: "N/A", "string", "Score: 2"."""
    return all(word in _FORMS for word in words(text))


def asks(text: str) -> None:
    """Raises Unusable (empty) for a request that says nothing, or speaks of requests."""
    said = words(text)
    told = [word for word in said if word not in _FORMS and word not in STOP]
    if len(said) < LEAST_ASKED or len(told) < LEAST_TELLING:
        raise Unusable("empty", "it says nothing that could be drawn", text)
    if found := _OF_THE_TASK.search(text):
        raise Unusable("empty", f"it speaks of its task: '{found[0]}'", text)
