"""What is wrong with a model's text, found before anything is built on it (threat 30).

Each check raises Unusable with its own reason. The limits are those that makers of reasoning models
publish themselves: language mixing, loops and circular reasoning, drift away from the picture,
over-long and unsafe text. Refusals, languages, loops, leaks and unsafe text have files of their
own.
"""

from __future__ import annotations

from vqva_crawl.clients.model.language import in_language
from vqva_crawl.clients.model.leaks import clean, plain
from vqva_crawl.clients.model.loops import WORD, loops
from vqva_crawl.clients.model.refusals import declines, refusal
from vqva_crawl.clients.model.unsafe import unsafe
from vqva_crawl.errors import Unusable

__all__ = [
    "MAX_TOKENS",
    "answered",
    "clean",
    "in_language",
    "loops",
    "plain",
    "prose",
    "stays_with",
]

MAX_TOKENS = 1000  # of a reasoning, as in the second training stage of VQ-VA World
TOKENS_PER_WORD = 1.35  # English prose, byte-level BPE

_SMALL = frozenset("into with that this what which show shows would your have each there".split())
_PICTURES = frozenset("picture image photo drawing shows shown shape colour color".split())


def answered(text: str, finish_reason: str) -> None:
    """The checks of every answer: it ended, said something, and is no refusal."""
    if finish_reason == "length":
        raise Unusable("truncated", "the answer was cut off at its length limit", text)
    if finish_reason == "content_filter":
        raise Unusable("refusal", "the server's content filter ended the answer", text)
    if not text.strip():
        raise Unusable("empty", "the answer is empty", text)
    if declines(text):
        raise Unusable("refusal", "the model declined", text)


def prose(text: str, language: str = "en", most_tokens: int = MAX_TOKENS) -> None:
    """The checks of text that goes into the dataset."""
    if not text.strip():
        raise Unusable("empty", "nothing was written", text)
    if said := refusal(text):
        raise Unusable("refusal", f"the model declined: '{said[:60]}'", text)
    if sentence := unsafe(text):
        raise Unusable("unsafe", f"not fit for a dataset: '{sentence[:60]}'", text)
    loops(text)
    in_language(text, language)
    words = len(WORD.findall(text))
    if words * TOKENS_PER_WORD > most_tokens:
        raise Unusable("too_long", f"about {words * TOKENS_PER_WORD:.0f} tokens", text)


def stays_with(text: str, subject: str) -> None:
    """A reasoning that ends away from its question has drifted. Raises Unusable (drift)."""
    about = {word for word in _long(subject) if word not in _SMALL}
    words = _long(text)
    tail = set(words[-max(20, len(words) // 3) :])
    if len(words) > 40 and about and not tail & (about | _PICTURES):
        raise Unusable("drift", "its end no longer speaks of the question or the pictures", text)


def _long(text: str) -> list[str]:
    return [word for word in WORD.findall(text.lower()) if len(word) > 3]
