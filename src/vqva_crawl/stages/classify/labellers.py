"""Who says which class a document belongs to.

A labeller is any async callable `(text, title, captions) -> (class, reason)`. This is where an LLM
comes in: what is registered as a labeller is a factory that gets an `AgentContext` (taxonomy,
options, seed, and a model where there is one) and returns such a callable; it may raise `Unusable`
for one document and whatever ends a run.

    @vqva_crawl.registry.labeller("mine")
    def mine(context: AgentContext) -> Labeller: ...
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.records import Topic
from vqva_crawl.registry import labeller

WORD = re.compile(r"[a-z]{3,}")
HEADING = re.compile(r"(?m)^#+ (.*)$")
TITLE_WEIGHT, HEADING_WEIGHT, CAPTION_WEIGHT = 3, 2, 1
MOST_CAPTIONS = 3  # with the same keyword that count
ENOUGH = 3  # a keyword in the title, or several below it


class Labeller(Protocol):
    async def __call__(self, text: str, title: str, captions: Sequence[str]) -> tuple[str, str]:
        """(class, reason) of a document; `text` is what `text_of` gives."""
        ...


@labeller("keywords", asks=False)
def keywords(context: AgentContext) -> Labeller:
    """The taxonomy's keywords in title, headings and captions; no model is asked.

    A keyword is found where all its words stand in one line; the topic found most gives the class.
    """

    async def by_keywords(text: str, title: str, captions: Sequence[str]) -> tuple[str, str]:
        places = [
            (TITLE_WEIGHT, 1, [_words(title)]),
            (HEADING_WEIGHT, 1, [_words(line) for line in HEADING.findall(text)[1:]]),
            (CAPTION_WEIGHT, MOST_CAPTIONS, [_words(caption) for caption in captions]),
        ]
        best, found, score = None, list[str](), 0
        for topic in context.topics:
            hits = _hits(topic, places)
            if sum(hits.values()) > score:
                best, found, score = topic, list(hits), sum(hits.values())
        if best is None or score < ENOUGH:
            return "other", "no topic's keywords stand in title, headings or captions"
        return best.domain, f"{best.name}: {', '.join(found)}"

    return by_keywords


def _hits(topic: Topic, places: Iterable[tuple[int, int, list[set[str]]]]) -> dict[str, int]:
    """The topic's keywords that were found, with their weight."""
    hits = dict.fromkeys(topic.keywords, 0)
    for weight, most, lines in places:
        for keyword in hits:
            wanted = _words(keyword)
            hits[keyword] += weight * min(most, sum(wanted <= line for line in lines))
    return {keyword: weight for keyword, weight in hits.items() if weight}


def _words(text: str) -> set[str]:
    """Lower-case words, plurals without their s."""
    words = WORD.findall(text.lower())
    return {w[:-1] if len(w) > 3 and w[-1] == "s" and w[-2] != "s" else w for w in words}


def scripted(rules: Mapping[str, str]) -> Labeller:
    """A labeller for tests: the first pattern found in title or captions gives the class."""

    async def by_rules(text: str, title: str, captions: Sequence[str]) -> tuple[str, str]:
        said = "\n".join([title, *captions])
        for pattern, name in rules.items():
            if found := re.search(pattern, said, re.IGNORECASE):
                return name, f"'{found[0]}' stands in title or captions"
        return "other", "no rule fits"

    return by_rules
