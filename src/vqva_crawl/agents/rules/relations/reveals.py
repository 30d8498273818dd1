"""A thing and what a cut, a plan, a diagram, a chart or the finished work shows of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.effects import named
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.relations.clauses import description, split_subject
from vqva_crawl.agents.rules.relations.links import SAME, akin, shared
from vqva_crawl.agents.rules.relations.told import Told, told
from vqva_crawl.records import Relation


@dataclass(frozen=True)
class Reveal:
    """A way to show a thing: the words that tell it, and how to ask for it.

    `asks` hold {what}, the clause; {kind}, the words that were found; `done` holds {how}, a
    participle with what follows it ("cut across: ..."), for clauses that have one.
    """

    name: str
    words: re.Pattern[str]
    relation: Relation
    asks: tuple[str, ...]
    done: tuple[str, ...] = ()
    from_: re.Pattern[str] | None = None  # what the question picture has to be


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<kind>{pattern})\b", re.IGNORECASE)


_DONE = (
    "Show the {things} in this picture {how}.",
    "Show how the {things} in this picture would look {how}.",
    "Take the {things} in this picture and show {them} {how}.",
)
REVEALS = (
    Reveal(
        "cut",
        _words(
            r"cut (?:across|lengthwise|lengthways|open|in half|through|crosswise|in two|away)|"
            r"halved|sliced|cross[- ]section|cutaway|bisected"
        ),
        "spatial",
        (
            "Cut open what this picture shows and reveal the inside: {what}.",
            "Draw a cross-section through the object in this picture: {what}.",
            "Show what lies inside the object in this picture: {what}.",
        ),
        _DONE,
    ),
    Reveal(
        "apart",
        _words(r"exploded view|pulled apart|taken apart|disassembled"),
        "compositional",
        (
            "Draw an exploded view of the object in this picture: {what}.",
            "Take the object in this picture apart and show its pieces: {what}.",
        ),
        _DONE,
    ),
    Reveal(
        "plan",
        _words(r"(?:floor|ground|site) plan|plan view|bird's[- ]eye view"),
        "spatial",
        (
            "Draw the place in this picture as a {kind}: {what}.",
            "Draw the scene in this picture from straight above, as a {kind}: {what}.",
        ),
    ),
    Reveal(
        "chart",
        _words(r"(?:bar|pie|line|column) charts?"),
        "analytical",
        (
            "Turn what this picture shows into a {kind}: {what}.",
            "Present the content of this picture as a {kind}: {what}.",
        ),
    ),
    Reveal(
        "diagram",
        _words(
            r"(?:circuit|wiring|ray|schematic) diagram|diagram that explains|working drawing|"
            r"technical drawing|blueprint"
        ),
        "analytical",
        (
            "Draw what this picture shows as a {kind}: {what}.",
            "Translate this picture into a {kind}: {what}.",
        ),
    ),
    Reveal(
        "construction",
        _words(r"the grid under|construction (?:behind|drawing|lines)|enlarged on its grid"),
        "analytical",
        (
            "Show the geometry on which the design in this picture is built: {what}.",
            "Lay bare the construction behind the design in this picture: {what}.",
        ),
    ),
    Reveal(
        "finished",
        re.compile(r"^(?P<kind>(?:the|a) (?:finished|completed))\b", re.IGNORECASE),
        "causal",
        (
            "Show the finished piece that this picture prepares: {what}.",
            "Show what this picture leads to once the work is done: {what}.",
        ),
        from_=re.compile(
            r"\b(?:sketch|drawing|draft|exploded|parts|plan|blueprint|pieces|half-finished)\b",
            re.IGNORECASE,
        ),
    ),
)
_DERIVED = re.compile(
    r"\b(?:turned into|drawn as|as an? (?:bar|pie|line)|explains|behind the|under the|"
    r"from the|enlarged|of all the parts)\b",
    re.IGNORECASE,
)
_MADE: WeakKeyDictionary[Material, dict[int, tuple[Told, Reveal] | None]] = WeakKeyDictionary()


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The answer shows the question's thing in a way that its text names."""
    made = source(material, answer)
    if made is None or made[0].shown.sha256 != question.sha256 or named(answer.said):
        return None
    base, reveal = made
    seen = told(material)[answer.item]
    asks = _asks(reveal, seen)
    if not asks:
        return None
    return Finding(
        family="reveal",
        relation=reveal.relation,
        asks=asks[0],
        shows=asks[1],
        keeps="the thing itself, its parts and their proportions",
        evidence=f"The page shows a thing ('{base.text[:160]}') and what is made of it "
        f"({reveal.name}): '{seen.text[:160]}'.",
        strength=min(0.95, 0.7 + 0.05 * len(shared(base, seen))),
        cues={"effect": reveal.name},
    )


def _asks(reveal: Reveal, seen: Told) -> tuple[tuple[str, ...], str] | None:
    kind = next(m["kind"] for t in _texts(seen) if (m := reveal.words.search(t)))
    what = description(seen.text, seen.shown.alt)
    subject, how = split_subject(what)
    if reveal.done and how:
        plural = re.search(r"(?:[^s]s|pieces)$", subject) is not None
        things, them = ("things", "them") if plural else ("object", "it")
        how = how.replace("; ", ": ", 1) if ": " not in how else how
        asks = tuple(a.format(things=things, them=them, how=how) for a in reveal.done)
        return asks, how
    what = _without_kind(what, reveal)
    if not what:
        return None
    kind = kind.lower().replace("diagram that explains", "diagram that explains it")
    return tuple(a.format(what=what, kind=kind) for a in reveal.asks), f"revealed: {what}"


def _without_kind(what: str, reveal: Reveal) -> str:
    """The clause without the words that only name the way of showing: 'cross-section of it'."""
    parts = what.split("; ")
    kept = []
    for part in parts:
        if reveal.words.search(part) and reveal.name != "finished":
            _, colon, part = part.partition(": ")
        if part:
            kept.append(part)
    return "; ".join(kept)


def _texts(picture: Told) -> tuple[str, str]:
    return picture.text, picture.shown.alt


def source(material: Material, answer: Shown) -> tuple[Told, Reveal] | None:
    """The picture of which this one is a cut, a plan, ... and which of them; None if it is none."""
    known = _MADE.setdefault(material, {})
    if answer.item not in known:
        known[answer.item] = _source(material, told(material), answer)
    return known[answer.item]


def _source(
    material: Material, pictures: dict[int, Told], answer: Shown
) -> tuple[Told, Reveal] | None:
    seen = pictures[answer.item]
    for reveal in REVEALS:
        if not _is(seen, reveal):
            continue
        found = [
            (_fit(material, base, seen), -abs(base.shown.item - answer.item), base)
            for base in pictures.values()
            if base.shown.sha256 != answer.sha256 and not _is(base, reveal) and _open(base, reveal)
        ]
        best = max(found, key=lambda f: f[:2], default=None)
        if best is not None and best[0] > 0:
            return best[2], reveal
    return None


def _is(picture: Told, reveal: Reveal) -> bool:
    return any(reveal.words.search(t) for t in _texts(picture))


def _open(base: Told, reveal: Reveal) -> bool:
    return reveal.from_ is None or any(reveal.from_.search(t) for t in _texts(base))


def _fit(material: Material, base: Told, seen: Told) -> float:
    """How well the two go together, 0 when nothing assures that they show one thing."""
    words = len(shared(base, seen))
    alike = akin(material, base, seen)
    again = any(SAME.search(t) for t in _texts(seen))
    derived = any(_DERIVED.search(t) for t in _texts(seen))
    if not words or not (alike >= 2 or (words >= 2 and (again or derived)) or words >= 4):
        return 0.0
    late = base.shown.item > seen.shown.item
    if late and words < 3:
        return 0.0
    like = material.like(base.shown, seen.shown)
    near = 1.0 if 0 < seen.shown.item - base.shown.item <= 3 else 0.0
    return words + near + (2 * like.structure if like.same_size else 0.0) - 1.5 * late
