"""Texts that stand in the prompt that asked for them: its examples, or its rules recited.

The prompt is read as it is on disk, so that the examples of a user's own file count, too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vqva_crawl.agents.vlm.prompts import prompt
from vqva_crawl.agents.vlm.substance import words
from vqva_crawl.errors import Unusable

LEAST = 6  # words of a sentence that are no chance
_FILLED_IN = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?])[\"\u201d')]*\s+|\n+")


def no_echo(text: str, name: str) -> str:
    """The text. Raises Unusable (prompt_echo) where a sentence of it stands in the prompt `name`.

    Case and punctuation do not count.
    """
    asked = _folded(prompt(name).text)
    for sentence in _SENTENCE.split(text):
        said = words(sentence)
        if len(said) >= LEAST and f" {' '.join(said)} " in asked:
            raise Unusable("prompt_echo", f"'{sentence[:60]}' is copied from the prompt", text)
    return text


@lru_cache(32)
def _folded(prompt_text: str) -> str:
    """Its words; what is filled in parts them, and nothing matches over it."""
    parts = _FILLED_IN.split(prompt_text)
    return " | ".join(f" {' '.join(words(part))} " for part in parts)
