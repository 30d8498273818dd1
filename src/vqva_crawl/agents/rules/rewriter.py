"""Candidate -> variants of its instruction in other tones, structures and words, best first."""

from __future__ import annotations

import re

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.finding import material
from vqva_crawl.agents.rules.guards import fault, points
from vqva_crawl.agents.rules.instructor import choice
from vqva_crawl.agents.rules.relations import relate
from vqva_crawl.agents.rules.text import lower_first
from vqva_crawl.records import Candidate
from vqva_crawl.registry import Options, agent

MOST = 5
Frames = tuple[tuple[str, ...], ...]

_PLAIN_FRAMES: Frames = (
    ("Could you {ask}?", "Would you {ask}?", "Can you {ask}?"),
    ("I would like you to {ask}.", "I want you to {ask}.", "I need you to {ask}."),
    ("Take a good look and {ask}.", "Your task is to {ask}.", "The task is to {ask}."),
)
# For requests with a colon or semicolon, which do not fit into a subordinate clause.
_SPLIT_FRAMES: Frames = (
    ("Please {ask}.", "Kindly {ask}."),
    ("Could you please {ask}?", "Would you please {ask}?"),
    ("Now {ask}.", "Next, {ask}."),
)
# For requests that are questions or statements themselves.
_WHOLE_FRAMES: Frames = (
    ("Here is my question: {ask}", "A question for you: {ask}"),
    ("Please think about it and answer with a picture: {ask}", "Answer with a picture: {ask}"),
)
_NO_ORDER = re.compile(r"(?:what|how|which|where|this|these|the)\b", re.IGNORECASE)
_SYNONYMS = (
    (re.compile(r"^Show\b"), "Display"),
    (re.compile(r"^Turn\b(?= this \w+ into)"), "Transform"),
    (re.compile(r"^Find\b"), "Detect"),
    (re.compile(r"^Remove\b"), "Take away"),
)
_EVERYWHERE = (
    (re.compile(r"\bas if\b"), "as though"),
    (re.compile(r"\bclearly\b"), "plainly"),
    (re.compile(r"\bthis photo\b"), "this photograph"),
    (re.compile(r"\bthis picture\b"), "this image"),
    (re.compile(r"\bthis drawing\b"), "the given drawing"),
    (re.compile(r"\bthis diagram\b"), "the given diagram"),
)


@agent("rewriter", name="rules", options=Options)
async def rewriter(candidate: Candidate, context: AgentContext) -> list[str]:
    """Three to five variants that pass the same guards as the instruction."""
    asks = _other_asks(candidate, context)
    rest = [*_framed(candidate), *_reworded(candidate.instruction)]
    mixed = [*asks[:2], *rest, *asks[2:]]
    return _distinct(candidate.instruction, mixed)[:MOST]


def _other_asks(candidate: Candidate, context: AgentContext) -> list[str]:
    """The other ways the relation itself offers to ask."""
    stuff = material(context)
    pair = candidate.pair
    finding = relate(stuff, stuff.at(pair.question_item), stuff.at(pair.answer_item))
    return list(finding.asks) if finding else []


def _framed(candidate: Candidate) -> list[str]:
    """The instruction inside a polite question, a wish, a task."""
    text = candidate.instruction
    ask = lower_first(text.rstrip(".!?"))
    frames = _PLAIN_FRAMES
    if _NO_ORDER.match(text):
        frames, ask = _WHOLE_FRAMES, text
    elif any(mark in text for mark in (":", ";", "? ", ". ")):
        frames = _SPLIT_FRAMES
    return [f[choice(candidate.pair.id + f[0], len(f))].format(ask=ask) for f in frames]


def _reworded(text: str) -> list[str]:
    """The same sentence with other words."""
    new = text
    for pattern, other in _EVERYWHERE:
        new = pattern.sub(other, new, count=1)
    variants = [new]
    for pattern, other in _SYNONYMS:
        if pattern.match(text):
            variants.append(pattern.sub(other, new, count=1))
    return variants


def _distinct(original: str, variants: list[str]) -> list[str]:
    seen = {original.lower()}
    kept = []
    for variant in variants:
        if variant.lower() in seen or fault(variant) or not points(variant):
            continue
        seen.add(variant.lower())
        kept.append(variant)
    return kept
