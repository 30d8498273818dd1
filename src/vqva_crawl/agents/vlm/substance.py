"""How much a text says."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

LEAST = 5  # words of a part of a reasoning
# Scripts without gaps between words: two characters are about one.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|(?:(?![\u3040-\u30ff\u3400-\u9fff])[^\W_])+")


def words(text: str) -> list[str]:
    """The words of a text, in lower case; marks and numbers of a list are none."""
    return [word for word in _WORD.findall(text.lower()) if not word.isdigit()]


def _said(text: str) -> str:
    if len(words(text)) < LEAST:
        raise ValueError(f"write it out, in {LEAST} words at the least")
    return text


Said = Annotated[str, AfterValidator(_said)]
"""A field of an answer that says something: "...", "n/a" and "The picture." are asked for again."""
