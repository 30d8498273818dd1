"""A thing and what a cut, a plan, a diagram, a chart or the finished work shows of it."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.relations.descriptions import description, pointed, split_subject
from vqva_crawl.agents.rules.relations.kinds import AS, RECHART, REVEALS, Reveal
from vqva_crawl.agents.rules.relations.links import SAME, akin, continues, manual, shared, visible
from vqva_crawl.agents.rules.relations.told import Told, told
from vqva_crawl.agents.rules.subjects import panels
from vqva_crawl.agents.rules.text import sentences

HEAD = 14  # words of a caption in which it must say what it is made from
CAPTION = 45  # words
_DERIVED = re.compile(
    r"\b(?:turned into|drawn as|as an? (?:bar|pie|line)|explains|behind the|under the|"
    r"of all the parts|cross[- ]section (?:of|through) the)\b",
    re.IGNORECASE,
)
_MADE: WeakKeyDictionary[Material, dict[int, tuple[Told, Reveal] | None]] = WeakKeyDictionary()


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The answer shows the question's thing in a way that its text names."""
    made = source(material, answer)
    if (
        made is None
        or made[0].shown.sha256 != question.sha256
        or not visible(material.like(question, answer))
    ):
        return None
    base, reveal = made
    seen = told(material)[answer.item]
    asks = _asks(reveal, seen, base)
    if not asks:
        return None
    return Finding(
        family="reveal",
        relation=reveal.relation,
        asks=asks[0],
        shows=asks[1],
        keeps="the numbers behind it" if reveal.name == "chart" else "the thing itself",
        evidence=f"The page shows a thing ('{base.text[:160]}') and what is made of it "
        f"({reveal.name}): '{seen.text[:160]}'.",
        strength=min(0.95, 0.7 + 0.05 * len(shared(base, seen))),
        cues={"effect": reveal.name},
        before=description(base.text, base.shown.alt),
    )


def _asks(reveal: Reveal, seen: Told, base: Told) -> tuple[tuple[str, ...], str] | None:
    kind = _kind(seen, reveal)
    if reveal.name == "chart":
        asks = RECHART if _kind(base, reveal) else reveal.asks
        return tuple(a.format(kind=kind) for a in asks), f"as a {kind}"
    what = description(seen.text, seen.shown.alt)
    subject, how = split_subject(what)
    if reveal.done and how:
        things, them = pointed(subject)
        return tuple(a.format(things=things, them=them, how=how) for a in reveal.done), how
    what = _without_kind(what, reveal) or _without_kind(description(seen.shown.alt, ""), reveal)
    if not what:
        return None
    asks = tuple(a.format(what=what, kind=kind) for a in reveal.asks)
    return tuple(map(_with, asks)), _with(f"{AS[reveal.name]}: {what}")


def _with(text: str) -> str:
    return text.replace(": with ", " with ")


def _without_kind(what: str, reveal: Reveal) -> str:
    """The clause without the words that only name the way of showing: 'cross-section of it'."""
    if reveal.name == "finished":
        return what.replace(": ", ", ")
    kept = []
    for part in what.split("; "):
        if reveal.words.search(part):
            before, colon, part = part.partition(": ")
            made = re.search(r" (with (?:its )?.+)$", before)
            if made and not colon:
                return made[1]
        if part:
            kept.append(part)
    return "; ".join(kept)


def _texts(picture: Told) -> tuple[str, str]:
    return picture.text, picture.shown.alt


def _kind(picture: Told, reveal: Reveal) -> str:
    """The words that name the way of showing, the last ones of 'A turned into B'; "" for none."""
    for text in _texts(picture):
        text = next(iter(sentences(text)), "")
        found = list(reveal.words.finditer(text))
        if found:
            turned = re.search(r"\bturned into\b", text) is not None
            return found[-1 if turned else 0]["kind"].lower()
    return ""


def source(material: Material, answer: Shown) -> tuple[Told, Reveal] | None:
    """The picture of which this one is a cut, a plan, ... and which of them; None if it is none."""
    known = _MADE.setdefault(material, {})
    if answer.item not in known:
        pictures = told(material)
        known[answer.item] = (
            None if manual(material) else _source(material, pictures, pictures[answer.item])
        )
    return known[answer.item]


def _source(
    material: Material, pictures: dict[int, Told], seen: Told
) -> tuple[Told, Reveal] | None:
    for reveal in REVEALS:
        kind = _kind(seen, reveal)
        if not kind:
            continue
        bases = [p for p in pictures.values() if p.shown.sha256 != seen.shown.sha256]
        if any(_kind(p, reveal) == kind and _continues(material, p, seen) for p in bases):
            continue  # the same drawing at another moment
        found = [
            (_fit(material, base, seen), -abs(base.shown.item - seen.shown.item), base)
            for base in bases
            if not _alike(base, kind, reveal) and _open(material, base, seen, reveal)
        ]
        best = max(found, key=lambda f: f[:2], default=None)
        if best is not None and best[0] > 0:
            return best[2], reveal
    return None


def _continues(material: Material, base: Told, seen: Told) -> bool:
    before = base.shown.item < seen.shown.item
    return before and akin(material, base, seen) >= 3 and bool(continues(seen))


def _alike(base: Told, kind: str, reveal: Reveal) -> bool:
    """The base is shown in that way itself; of charts and drawings there are several ways."""
    own = _kind(base, reveal)
    return own == kind if reveal.name in ("chart", "diagram") else bool(own)


def _open(material: Material, base: Told, seen: Told, reveal: Reveal) -> bool:
    if reveal.from_ is None or any(reveal.from_.search(t) for t in _texts(base)):
        return True
    stepwise = any(m.scale in ("step", "stage", "phase") for m in base.moments)
    return stepwise and akin(material, base, seen) >= 2


def _long(picture: Told) -> bool:
    """A caption so long that it tells of many things."""
    return len(picture.text.split()) > CAPTION


def _fit(material: Material, base: Told, seen: Told) -> float:
    """How well the two go together, 0 when nothing assures that they show one thing."""
    words = len(shared(base, seen))
    alike = akin(material, base, seen)
    head = " ".join(next(iter(sentences(seen.text)), "").split()[:HEAD])
    tied = SAME.search(head) or _DERIVED.search(head)
    if panels(base.shown) or panels(seen.shown):
        return 0.0
    if not (alike >= 2 or (words >= 2 and tied and not _long(base) and not _long(seen))):
        return 0.0
    late = base.shown.item > seen.shown.item
    if late and words < 3:
        return 0.0
    like = material.like(base.shown, seen.shown)
    if like.same_size and like.tone > 0.8:
        # All but the same picture: of several such, the one with the same colours.
        return min(words, 2) + 3.0 + like.tone - 10 * like.difference
    near = 1.0 if 0 < seen.shown.item - base.shown.item <= 3 else 0.0
    return words + near + (2 * like.structure if like.same_size else 0.0) - 1.5 * late
