"""Two captions that say the same but for one word: 'in summer' / 'in winter', '1941' / '2004'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqva_crawl.agents.rules import cues
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.pointing import kind
from vqva_crawl.agents.rules.subjects import panels
from vqva_crawl.agents.rules.text import STOP, stem, words
from vqva_crawl.records import Relation

YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_STAGE = re.compile(
    r"\b(?:before|after) ((?:the |an? )?(?:[a-z]+(?:[ -][a-z]+){0,3}))", re.IGNORECASE
)


@dataclass(frozen=True)
class Contrast:
    """Two states: the words of each in captions, and how to ask for the second."""

    one: str
    other: str
    relation: Relation
    ask: str  # completes "Show ... in this photo ..."


# Both directions are listed where both can be foreseen.
CONTRASTS = (
    Contrast("summer", "winter", "temporal", "in winter"),
    Contrast("winter", "summer", "temporal", "in summer"),
    Contrast("spring", "autumn|fall", "temporal", "in autumn"),
    Contrast("day|daytime|daylight", "night|nighttime", "temporal", "at night"),
    Contrast("night|nighttime", "day|daytime|daylight", "temporal", "in daylight"),
    Contrast("low tide", "high tide", "temporal", "at high tide"),
    Contrast("high tide", "low tide", "temporal", "at low tide"),
    Contrast("open|opened", "closed|shut", "causal", "closed"),
    Contrast("closed|shut", "open|opened", "causal", "open"),
    Contrast("empty", "full|filled", "causal", "filled"),
    Contrast("folded", "unfolded", "causal", "unfolded"),
    Contrast("deflated", "inflated", "causal", "inflated"),
    Contrast("assembled", "disassembled", "compositional", "taken apart into its pieces"),
    Contrast("disassembled", "assembled", "compositional", "put together"),
    Contrast("unripe|green", "ripe", "temporal", "when ripe"),
    Contrast("raw|uncooked|unbaked", "cooked|baked", "causal", "when cooked"),
    Contrast("relaxed", "contracted", "causal", "when contracted"),
    Contrast("contracted", "relaxed", "causal", "when relaxed"),
    Contrast("resting|ground state", "excited|excited state", "causal", "in the excited state"),
    Contrast("front|front view", "back|rear|back view|rear view", "spatial", "from behind"),
    Contrast("back|rear", "front", "spatial", "from the front"),
    Contrast("side|side view", "top|top view|above", "spatial", "from above"),
    Contrast("exterior|outside", "interior|inside", "spatial", "from the inside"),
    Contrast("healthy|normal", "diseased|infected", "causal", "when affected by the disease"),
    Contrast("juvenile|young|immature", "adult|mature", "temporal", "when fully grown"),
    Contrast(
        "larva|caterpillar", "pupa|chrysalis|cocoon", "temporal", "in the next stage of its life"
    ),
    Contrast(
        "pupa|chrysalis|cocoon",
        "adult|imago|butterfly",
        "temporal",
        "in the next stage of its life",
    ),
    Contrast("bud|buds", "bloom|blossom|flower|flowering", "temporal", "in full bloom"),
    Contrast("unlabell?ed|blank", "labell?ed", "analytical", "with its parts labeled"),
)


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """Captions that differ in a year, a named state, or 'before' and 'after' of one event."""
    if question.section != answer.section or panels(question) or panels(answer):
        return None
    if not question.caption or not answer.caption:
        return None
    if any(not cues.content(p) or cues.composite(p) for p in (question, answer)):
        return None
    if material.like(question, answer).indistinguishable:
        return None
    name = kind(question, material.look(question.sha256))
    found = _years(question, answer, name) or _event(question, answer, name)
    return found or _state(question, answer, name)


def _years(question: Shown, answer: Shown, name: str) -> Finding | None:
    early, late = YEAR.findall(question.caption), YEAR.findall(answer.caption)
    if len(early) != 1 or len(late) != 1 or early[0] >= late[0]:
        return None
    if not _same(YEAR.sub("", question.caption), YEAR.sub("", answer.caption)):
        return None
    asks = (
        f"Show how the scene in this {name}, taken in {early[0]}, looked in {late[0]}.",
        f"This {name} dates from {early[0]}; show the same view in {late[0]}.",
    )
    return _finding(question, answer, "temporal", asks, f"as it looked in {late[0]}")


def _event(question: Shown, answer: Shown, name: str) -> Finding | None:
    first = re.search(r"\bbefore\b", question.caption, re.IGNORECASE)
    then = _STAGE.search(answer.caption)
    if first is None or then is None or not re.search(r"\bafter\b", answer.caption, re.IGNORECASE):
        return None
    stage, before = then[1].strip(), _STAGE.search(question.caption)
    if before is None or before[1].strip().lower() != stage.lower() or stage.lower() in _VAGUE:
        return None
    asks = (
        f"Show what is seen in this {name} after {stage}.",
        f"This {name} was taken before {stage}; show the same view afterwards.",
    )
    return _finding(question, answer, "causal", asks, f"after {stage}")


_VAGUE = frozenset("the image the picture the filter the effect applying it this".split())


def _state(question: Shown, answer: Shown, name: str) -> Finding | None:
    for contrast in CONTRASTS:
        one = re.compile(rf"\b(?:{contrast.one})\b", re.IGNORECASE)
        other = re.compile(rf"\b(?:{contrast.other})\b", re.IGNORECASE)
        here, there = one.search(question.caption), other.search(answer.caption)
        if (
            here is None
            or there is None
            or other.search(question.caption)
            or one.search(answer.caption)
        ):
            continue
        if not _same(one.sub("", question.caption), other.sub("", answer.caption)):
            continue
        asks = (
            f"Show what is seen in this {name} {contrast.ask}.",
            f"What does the subject of this {name} look like {contrast.ask}? Show it.",
        )
        return _finding(question, answer, contrast.relation, asks, contrast.ask)
    return None


def _same(one: str, other: str) -> bool:
    """The rest of both captions names the same thing."""
    a, b = ({stem(w) for w in words(text) if w not in STOP and len(w) > 2} for text in (one, other))
    return bool(a & b) and len(a ^ b) <= max(1, len(a & b) // 2)


def _finding(
    question: Shown, answer: Shown, relation: Relation, asks: tuple[str, ...], shows: str
) -> Finding:
    return Finding(
        family="twin",
        relation=relation,
        asks=asks,
        shows=shows,
        keeps="the subject and the point of view",
        evidence=f"Two captions agree but for one detail: '{question.caption[:200]}' and "
        f"'{answer.caption[:200]}'.",
        strength=0.85 if question.group >= 0 and question.group == answer.group else 0.75,
        cues={"effect": shows},
    )
