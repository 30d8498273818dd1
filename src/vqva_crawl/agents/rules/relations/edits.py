"""A picture and what an operation made of it: 'Original image' -> 'Filter X applied'."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules import colours, cues, regions
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.effects import EFFECTS, Effect, named, recognise
from vqva_crawl.agents.rules.effects.base import altered
from vqva_crawl.agents.rules.effects.kept import kept
from vqva_crawl.agents.rules.effects.recoverable import recoverable
from vqva_crawl.agents.rules.effects.undone import GEOMETRIC, undo
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.phrasing.imperative import from_sentences
from vqva_crawl.agents.rules.phrasing.parameters import parameters
from vqva_crawl.agents.rules.pointing import this


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """What an operation made of the question picture, or the picture it was made of."""
    if cues.plain(answer) and not cues.plain(question):
        return _backward(material, question, answer)
    near = _near(question, answer)
    if near == 0:
        return None
    like = material.like(question, answer)
    if not _usable(like) or _rivals(material, question, answer):
        return None
    effect = _named(material, answer, like, near)
    if effect is not None:
        return _known(material, question, answer, like, effect, near)
    return _described(material, question, answer, like, near) or _measured(
        material, question, answer, like, near
    )


def _near(plain: Shown, made: Shown) -> float:
    """How near a result stands to the untouched picture, 0 when they are no such two."""
    near = nearness(plain, made)
    if near == 0 or not cues.plainness(plain) or cues.plain(made):
        return 0.0
    if any(not cues.content(p) or cues.composite(p) for p in (plain, made)):
        return 0.0
    return near


def _usable(like: Likeness) -> bool:
    return (
        not like.indistinguishable
        and not like.question.doubled
        and like.question.contrast > 0.02
        and like.answer.contrast > 0.01
    )


def _rivals(material: Material, plain: Shown, made: Shown) -> bool:
    """Another untouched picture could as well be the source: the result may be made of both."""
    own = material.like(plain, made).structure
    for other in material.pictures:
        if other.sha256 in (plain.sha256, made.sha256) or not cues.plain(other):
            continue
        if nearness(other, made) < nearness(plain, made):
            continue
        like = material.like(other, made)
        twins = material.like(plain, other).structure > 0.9
        if like.same_shape and like.structure > max(0.4, 0.9 * own) and not twins:
            return True
    return False


def _backward(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """From the result back to the untouched picture, where a viewer can foresee it."""
    near = _near(answer, question)
    forward = material.like(answer, question)
    if near < 0.7 or not _usable(forward):
        return None
    if _rivals(material, answer, question):
        return None
    effect = _named(material, question, forward, near)
    back = undo(effect) if effect else None
    if effect is None or back is None:
        return None
    if not recoverable(effect, material.like(question, answer)):
        return None
    if not forward.question.photographic and effect.name not in GEOMETRIC:
        return None
    asks, shows = back
    pointer = this(question, material.look(question.sha256))
    return Finding(
        family="undo",
        relation="causal",
        asks=tuple(a.format(this=pointer) for a in asks),
        shows=shows,
        keeps=kept(effect.name),
        evidence=f"The page shows the result of '{effect.name}' ('{question.said}') and beside "
        f"it the untouched picture ('{answer.said}').",
        strength=min(1.0, 0.5 + 0.25 * near),
        cues={"effect": f"undo {effect.name}"},
    )


def nearness(question: Shown, answer: Shown) -> float:
    """1 in one figure, less in one section, little elsewhere, 0 when nothing links the two."""
    if question.sha256 == answer.sha256:
        return 0.0
    if question.group >= 0 and question.group == answer.group:
        return 1.0
    if question.section == answer.section:
        return 0.7
    shared = set(question.stem.split()[:2]) & set(answer.stem.split()[:2])
    return 0.5 if shared or question.headings[:2] == answer.headings[:2] else 0.0


def _named(material: Material, made: Shown, like: Likeness, near: float) -> Effect | None:
    """The operation that made this picture, from where a page names it, most telling first."""
    own = [t for t in (made.caption, made.alt, made.over, made.stem) if t]
    beside = [made.before] if made.before and not made.caption else []
    if near == 1 or _alone(material, made):
        beside += [t for t in reversed(made.headings) if t]
    return recognise((*own, *beside), like, len(own) + (len(beside) if near == 1 else 0))


def _alone(material: Material, picture: Shown) -> bool:
    """At most two results stand in the picture's section, so that its heading speaks of them."""
    beside = {p.sha256 for p in material.pictures if p.section == picture.section}
    return len(beside - {p.sha256 for p in material.pictures if cues.plain(p)}) <= 2


def _fill(ask: str, pointer: str, like: Likeness) -> str:
    turning = colours.turning_words(like)
    where = regions.part(like.crop[1])
    return ask.format(this=pointer, where=where, colors=f", so that {turning}" if turning else "")


def _known(
    material: Material, question: Shown, answer: Shown, like: Likeness, effect: Effect, near: float
) -> Finding | None:
    pointer = this(question, material.look(question.sha256))
    asks = tuple(_fill(a, pointer, like) for a in effect.ask if _fillable(a, like))
    if not asks:
        return None
    extra = parameters(answer.said)
    return Finding(
        family="edit",
        relation="causal",
        asks=tuple(_with(a, extra) for a in asks),
        shows=_fill(effect.shows, pointer, like) + _value(extra),
        keeps=kept(effect.name),
        evidence=f"The page shows the untouched picture ('{question.said}') and beside it the "
        f"result of '{effect.name}' ('{answer.said}').",
        strength=min(1.0, 0.55 + 0.3 * near + 0.1 * (cues.plainness(question) - 1)),
        cues={"effect": effect.name, "parameters": extra},
    )


def _fillable(ask: str, like: Likeness) -> bool:
    return "{colors}" not in ask or bool(colours.turning(like))


def _with(ask: str, extra: str) -> str:
    return f"{ask[:-1]}; {extra}." if extra else ask


def _value(extra: str) -> str:
    return " with " + extra.removeprefix("use ") if extra else ""


def _described(
    material: Material, question: Shown, answer: Shown, like: Likeness, near: float
) -> Finding | None:
    """No operation we know: build the request from the page's own sentences."""
    if not altered(like) or near < 0.7:
        return None
    if any(named(t) for t in (answer.caption, answer.alt)):
        return None  # a known operation whose look the pictures do not confirm
    pointer = this(question, material.look(question.sha256))
    turning = colours.turning_words(like)
    asks = from_sentences(material.document, answer, pointer, turning)
    if not asks:
        return None
    return Finding(
        family="edit",
        relation="causal",
        asks=asks,
        shows="changed as asked" + (f": {turning}" if turning else ""),
        keeps="the motif, as far as the request leaves it alone",
        evidence=f"The page shows the untouched picture ('{question.said}') and what was made of "
        f"it ('{answer.said}'), and describes the operation.",
        strength=min(1.0, 0.4 + 0.3 * near),
        cues={"effect": re.sub(r"\W+", " ", answer.said)[:60]},
    )


# Confirmed by the pictures so clearly that no text has to name them.
_EVIDENT = (
    "grayscale",
    "mirror",
    "upside-down flip",
    "half turn",
    "quarter turn right",
    "quarter turn left",
)


def _measured(
    material: Material, question: Shown, answer: Shown, like: Likeness, near: float
) -> Finding | None:
    """An unnamed operation whose outcome can be measured: colours replaced, a turn, no colour."""
    if near < 1 or not cues.done(answer):
        return None
    for effect in EFFECTS:
        if effect.name in _EVIDENT and effect.check(like):
            return _known(material, question, answer, like, effect, near)
    turning_pairs = colours.turning(like)
    turning = colours.turning_words(like)
    if not turning or like.outline < 0.75 or like.tone < 0.5 or not colours.clear(turning_pairs):
        return None
    pointer = this(question, material.look(question.sha256))
    return Finding(
        family="edit",
        relation="causal",
        asks=(
            f"Recolor {pointer} so that {turning}; leave all shapes as they are.",
            f"Change the colors of {pointer} so that {turning}, without touching its shapes.",
        ),
        shows=f"recolored: {turning}",
        keeps="all shapes and the composition",
        evidence=f"The page shows the untouched picture ('{question.said}') and its recolored "
        f"version ('{answer.said}').",
        strength=0.65,
        cues={"effect": "recolored"},
    )
