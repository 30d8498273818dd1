"""What a model's query has to be before it is sent to a search engine.

Engines read operators and addresses in a query; a plan asks for neither, and for 2 to 8 words. The
planner sees no word of a page, so that a name with a number ("HIV-1") has nothing to hide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from vqva_crawl.agents.vlm.folding import ADDRESS, ENCODED
from vqva_crawl.agents.vlm.substance import words
from vqva_crawl.clients.model import guards
from vqva_crawl.errors import Unusable
from vqva_crawl.records import Topic

LEAST, MOST = 2, 8  # words
_ODD = re.compile(
    r"(?:^|\s)[-+~!@#\u2013](?=\S)|[\"\u201c\u201d\u201e*|()<>{}\[\]=\\^;]|\.\.|"
    r"\b(?:OR|AND|NOT|NEAR|AROUND)\b|[^\W\d]:(?=\S)|^[^\W\d]\w*:|"
    r"\w\.[^\W\d_]{2,}|:/|^\d{1,2}[.)]\s"
)
_ONE_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}
_EVERYWHERE = {"LATIN", "GREEK", "MICRO"}  # names and units


def fault(text: str, topics: tuple[Topic, ...]) -> str:
    """What is wrong with a query, "" for one that may be sent."""
    said = words(text)
    if found := _ODD.search(text) or ADDRESS.search(text) or ENCODED.search(text):
        return f"'{found[0].strip()}' is an operator, an address or a code"
    if not LEAST <= len(said) <= MOST and not LEAST <= len(text.split()) <= MOST:
        return f"{len(said)} words"
    if not text.isprintable():
        return "holds a character that is not seen"
    if len(set(said)) < LEAST or max(Counter(said).values()) > LEAST:
        return "says one word again and again"
    if foreign := scripts(text) - _EVERYWHERE - _of(topics):
        return f"{min(foreign)} is no script of the topics"
    try:
        guards.prose(text, "")
    except Unusable as error:
        return error.reason
    return ""


def scripts(text: str) -> set[str]:
    """The writing systems of a text's letters, as Unicode names them."""
    names = (unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    return {_ONE_SCRIPT.get(name, name) for name in names}


def _of(topics: tuple[Topic, ...]) -> set[str]:
    return scripts(" ".join(word for t in topics for word in (t.name, *t.keywords)))
