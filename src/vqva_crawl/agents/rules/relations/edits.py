"""A picture and what an operation made of it: 'Original image' -> 'Filter X applied'."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules import colours, cues, regions
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.effects import Effect, named, recognise
from vqva_crawl.agents.rules.effects.base import altered
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.phrasing.imperative import from_sentences
from vqva_crawl.agents.rules.phrasing.parameters import parameters
from vqva_crawl.agents.rules.pointing import this


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    near = nearness(question, answer)
    if near == 0 or not cues.plainness(question) or cues.plain(answer):
        return None
    if any(not cues.content(p) or cues.composite(p) for p in (question, answer)):
        return None
    like = material.like(question, answer)
    if like.indistinguishable or like.question.contrast < 0.02 or like.answer.contrast < 0.01:
        return None
    effect = recognise(_texts(answer), like)
    if effect is not None:
        return _known(material, question, answer, like, effect, near)
    return _described(material, question, answer, like, near)


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


def _texts(answer: Shown) -> tuple[str, ...]:
    """Where a page names the operation, most telling first."""
    return tuple(
        t for t in (answer.caption, answer.alt, answer.over, *reversed(answer.headings), answer.stem,
                    answer.before) if t
    )


def _fill(ask: str, pointer: str, like: Likeness) -> str:
    turning = colours.turning_words(like)
    where = regions.part(like.crop[1])
    return ask.format(
        this=pointer, where=where, colors=f", so that {turning}" if turning else ""
    )


def _known(
    material: Material, question: Shown, answer: Shown, like: Likeness, effect: Effect, near: float
) -> Finding | None:
    pointer = this(question, material.look(question.sha256))
    asks = tuple(_fill(a, pointer, like) for a in effect.ask if _fillable(a, like))
    if not asks:
        return None
    extra = parameters(answer.caption)
    return Finding(
        family="edit",
        relation="causal",
        asks=tuple(_with(a, extra) for a in asks),
        shows=effect.shows,
        keeps=effect.keeps,
        evidence=f"The page shows the untouched picture ('{question.said}') and beside it the result "
        f"of '{effect.name}' ('{answer.said}').",
        strength=min(1.0, 0.55 + 0.3 * near + 0.1 * (cues.plainness(question) - 1)),
        cues={"effect": effect.name, "parameters": extra},
    )


def _fillable(ask: str, like: Likeness) -> bool:
    return "{colors}" not in ask or bool(colours.turning(like))


def _with(ask: str, extra: str) -> str:
    return f"{ask[:-1]}; {extra}." if extra else ask


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
        keeps="the motif and the composition",
        evidence=f"The page shows the untouched picture ('{question.said}') and what was made of it "
        f"('{answer.said}'), and describes the operation.",
        strength=min(1.0, 0.4 + 0.3 * near),
        cues={"effect": re.sub(r"\W+", " ", answer.said)[:60]},
    )
