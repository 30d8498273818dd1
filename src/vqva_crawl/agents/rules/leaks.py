"""What a request must not do with words: repeat the answer's caption, name what is not there."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.text import STOP, stem, words

LONG = 8  # words from which a caption can give an answer away
COPIED = 0.8  # share of them in one run

_NAMED = re.compile(
    r"\bthe ([a-z]+) (?:(?:seen|drawn|shown|depicted|pictured) )?in (?:this|the given) "
    r"(?:photo|picture|image|drawing|illustration|diagram|micrograph|photograph)\b",
    re.IGNORECASE,
)
# Words that stand for a subject without naming it, and what can be said of any picture.
_ANY = frozenset(
    "object scene subject design motif content place view thing part process structure organism "
    "animal plant fungus insect bird fish chart line shape color detail background "
    "work state".split()
)


def copied(instruction: str, answer: Shown) -> bool:
    """A long caption of the answer stands in the request in one run of words."""
    said, asked = words(answer.caption or answer.alt), words(instruction)
    return len(said) >= LONG and _run(said, asked) >= COPIED * len(said)


def _run(one: list[str], other: list[str]) -> int:
    """The length of the longest run of words that both hold."""
    best, lengths = 0, [0] * (len(other) + 1)
    for word in one:
        row = [0] * (len(other) + 1)
        for at, same in enumerate(other):
            if word == same:
                row[at + 1] = lengths[at] + 1
                best = max(best, row[at + 1])
        lengths = row
    return best


def unknown_things(instruction: str, question: Shown) -> list[str]:
    """What the request says to be in the question picture and no text about it mentions."""
    named = [found.lower() for found in _NAMED.findall(instruction)]
    texts = (question.caption, question.alt, question.over, question.before, question.after)
    known = {stem(word) for text in (*texts, *question.headings) for word in words(text)}
    return [
        thing
        for thing in dict.fromkeys(named)
        if stem(thing) not in known | _ANY and thing not in STOP
    ]
