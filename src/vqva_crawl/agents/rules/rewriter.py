"""Candidate -> variants of its instruction in other structures, words and tones, best first.

The relation itself offers several ways to ask; more are made of what the answer shows: as a
question, as a wish, as something to imagine, as the outcome first and the order after it. A frame
that merely stands before the same sentence is used only where these are too few.
"""

from __future__ import annotations

import re

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.finding import Finding, material
from vqva_crawl.agents.rules.guards import fault, points
from vqva_crawl.agents.rules.instructor import choice
from vqva_crawl.agents.rules.relations import TOLD, relate
from vqva_crawl.agents.rules.text import capital, lower_first
from vqva_crawl.records import Candidate
from vqva_crawl.registry import Options, agent

LEAST, MOST = 3, 5
# {thing} is pointed at ("this photo"), {shows} completes "The answer shows it ...".
_SHOWN = (
    "What would {thing} look like {shows}?",
    "I want to see {thing} {shows}.",
    "Imagine {thing} {shows}, and show me the result.",
)
# {state} and {what} are the two sides of a colon in what the answer shows.
_STATED = {
    "scene": (
        "Imagine {thing} {state}: {what}. Show me that.",
        "{State}: {what}. Update this picture accordingly.",
    ),
    "reveal": (
        "{State}: {what}. Show the object in this picture that way.",
        "What would the object in this picture look like {state}? Show this: {what}.",
    ),
    "version": (
        "{State}: {what}. Give the design in this picture that look.",
        "Imagine the design in this picture {state}: {what}. Show me that.",
    ),
}
_STATES = {
    "after the change": (
        "One thing changes: {what}. Redraw this picture accordingly.",
        "What would this picture look like after one change? The change: {what}.",
    ),
    "one step further": (
        "This is the next step: {what}. Show what becomes of this picture.",
        "What will this picture show one step later? The step is this: {what}.",
    ),
    "in another version": (
        "What would the design in this picture look like in another version? This one: {what}.",
        "Its next version is this: {what}. Restyle the design in this picture accordingly.",
    ),
}
# For plain requests only: a colon clause or a second sentence does not fit into another sentence.
_POLITE = (
    ("Could you {ask}?", "Would you {ask}?", "Can you {ask}?"),
    ("I would like you to {ask}.", "Your task is to {ask}."),
)
_PLAIN = re.compile(r"(?!(?:What|How|Which|Where|This|These|The|It|A|An|I)\b)[^:;?!.]+[.!]")
_WORDS = (
    (re.compile(r"\bthis photo\b"), "this photograph"),
    (re.compile(r"\bthis picture\b"), "this image"),
    (re.compile(r"\bthis drawing\b"), "the given drawing"),
    (re.compile(r"\bthis diagram\b"), "the given diagram"),
    (re.compile(r"^Show\b"), "Display"),
    (re.compile(r"^Remove\b"), "Take away"),
    (re.compile(r"\bas if\b"), "as though"),
)


@agent("rewriter", name="rules", options=Options, asks=False)
async def rewriter(candidate: Candidate, context: AgentContext) -> list[str]:
    """At most five variants that pass the same guards as the instruction."""
    stuff = material(context)
    pair = candidate.pair
    finding = relate(stuff, stuff.at(pair.question_item), stuff.at(pair.answer_item))
    own = candidate.instruction
    asks = list(finding.asks) if finding else []
    made = [_reworded(text) for text in restated(finding)] if finding else []
    found = _sound(own, [x for two in _by_turns(made, asks) for x in two])
    if len(found) < LEAST:
        found = _sound(own, [*found, *_polite(candidate), _reworded(own)])[:LEAST]
    return found[:MOST]


def restated(finding: Finding) -> list[str]:
    """Requests made of what the answer shows."""
    state, colon, what = finding.shows.partition(": ")
    thing = _thing(finding)
    if not colon:
        return [frame.format(thing=thing, shows=finding.shows) for frame in _SHOWN if thing]
    if finding.family not in TOLD:
        return []
    frames = _STATES.get(state, _STATED[finding.family])
    facts = {"thing": thing or "this same scene", "state": state, "State": capital(state)}
    return [frame.format(what=what, **facts) for frame in frames]


def _thing(finding: Finding) -> str:
    """How the relation points at what is to change, "" where what the answer shows is no telling
    of it all."""
    if finding.family in ("edit", "undo"):
        found = re.search(r"\bthis (?:photo|picture|drawing|diagram|micrograph)\b", finding.asks[0])
        return found[0] if found and "as asked" not in finding.shows else ""
    for ask in finding.asks:
        found = re.fullmatch(
            r"Show (?!how\b|what\b)([^:]+)", ask.removesuffix(f" {finding.shows}.")
        )
        if found and ask.endswith(f" {finding.shows}."):
            return found[1]
        if ": " in finding.shows and (found := re.match(r"Show (this same \w+) ", ask)):
            return found[1]
    return ""


def _by_turns(one: list[str], other: list[str]) -> list[list[str]]:
    length = max(len(one), len(other))
    return [[*other[i : i + 1], *one[i : i + 1]] for i in range(length)]


def _polite(candidate: Candidate) -> list[str]:
    """The instruction inside a question and a wish."""
    text = candidate.instruction
    if not _PLAIN.fullmatch(text):
        return []
    ask = lower_first(text.rstrip(".!"))
    return [f[choice(candidate.pair.id + f[0], len(f))].format(ask=ask) for f in _POLITE]


def _reworded(text: str) -> str:
    """The same sentence with other words for what it points at and does."""
    for pattern, other in _WORDS:
        text = pattern.sub(other, text, count=1)
    return text


def _sound(original: str, variants: list[str]) -> list[str]:
    """Those that are new, point at the question picture and are free of faults."""
    kept = {original.lower(): ""}
    for variant in variants:
        if not fault(variant) and points(variant):
            kept.setdefault(variant.lower(), variant)
    return [variant for variant in kept.values() if variant]
