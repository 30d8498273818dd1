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
from vqva_crawl.registry import agent

MOST = 5
_FRAMES = (
    ("Could you {ask}?", "Would you {ask}?", "Can you {ask}?"),
    ("I would like you to {ask}.", "What I need is simple: {ask}.", "My wish: {ask}."),
    ("Please {ask}.", "Take a look at the picture and {ask}.", "Your task: {ask}."),
)
_SYNONYMS = (
    (re.compile(r"\bShow\b"), "Display"),
    (re.compile(r"\bMake\b(?= this)"), "Let"),
    (re.compile(r"\bTurn\b(?= this \w+ into)"), "Transform"),
    (re.compile(r"\bGive\b"), "Lend"),
    (re.compile(r"\bclearly\b"), "plainly"),
    (re.compile(r"\bFind\b"), "Detect"),
    (re.compile(r"\bDraw\b"), "Sketch out"),
    (re.compile(r"\bso that\b"), "in such a way that"),
    (re.compile(r"\bas if\b"), "as though"),
    (re.compile(r"\bthis photo\b"), "this photograph"),
    (re.compile(r"\bthis picture\b"), "this image"),
)


@agent("rewriter", name="rules")
async def rewriter(candidate: Candidate, context: AgentContext) -> list[str]:
    """Three to five variants that pass the same guards as the instruction. No options."""
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
    if text.count(". ") or text.endswith("?") or ":" in text or ";" in text:
        return []
    ask = lower_first(text.rstrip(".!"))
    return [f[choice(candidate.pair.id + f[0], len(f))].format(ask=ask) for f in _FRAMES]


def _reworded(text: str) -> list[str]:
    new = text
    for pattern, other in _SYNONYMS[4:]:
        new = pattern.sub(other, new, count=1)
    variants = [new] if new != text else []
    for pattern, other in _SYNONYMS[:4]:
        if pattern.match(text) and other != "Let":
            variants.append(pattern.sub(other, text, count=1))
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
