"""One scene at two moments, told in words: 'Day 4' and 'Day 7', 'At six', 'At nine', a step on."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from vqva_crawl.agents.rules import cues
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.effects import named
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.pointing import kind
from vqva_crawl.agents.rules.relations.clauses import description, split_subject
from vqva_crawl.agents.rules.relations.links import Link, before
from vqva_crawl.agents.rules.relations.reveals import source
from vqva_crawl.agents.rules.relations.told import told

_LINKS: WeakKeyDictionary[Material, dict[int, Link | None]] = WeakKeyDictionary()
_AT = (
    "Show this same scene {when}: {what}.",
    "Show how the scene in this picture looks {when}: {what}.",
    "Draw this same scene {when}, seen from the same place: {what}.",
    "Keep the viewpoint and style of this picture and show the scene {when}: {what}.",
)
_NEXT = (
    "Take what happens in this picture one step further: {what}.",
    "Show the next stage of what this picture shows: {what}.",
    "Draw what comes right after this picture: {what}.",
)
_CHANGED = (
    "Redraw this picture with one change: {what}.",
    "Keep this {name} as it is except for one change: {what}.",
    "Show how this {name} looks after a change: {what}.",
)
_DONE = (
    "Show the {things} in this picture {how}.",
    "Show how the {things} in this picture would look {how}.",
    "Take the {things} in this picture and show {them} {how}.",
)


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The next moment of what the question picture shows."""
    link = _link(material, answer)
    if link is None or link.base.shown.sha256 != question.sha256 or cues.plain(question):
        return None
    later = told(material)[answer.item]
    if named(answer.said) or source(material, answer):
        return None
    what = description(later.text, answer.alt)
    if not what:
        return None
    asks = phrased(what, link, kind(question, material.look(question.sha256)))
    return Finding(
        family="scene",
        relation="temporal",
        asks=asks,
        shows=f"{link.when or 'after the change'}: {what}",
        keeps="the viewpoint, the style and everything that is not said to change",
        evidence=f"The page shows one scene twice ({link.reason}): '{link.base.text[:160]}' and "
        f"then '{later.text[:160]}'.",
        strength=link.sure,
        cues={"effect": link.when or link.reason},
    )


def _link(material: Material, answer: Shown) -> Link | None:
    known = _LINKS.setdefault(material, {})
    if answer.item not in known:
        pictures = told(material)
        known[answer.item] = before(material, pictures, pictures[answer.item])
    return known[answer.item]


def phrased(what: str, link: Link, name: str) -> tuple[str, ...]:
    """The ways to ask for the later picture: by its time, its step, or the change alone."""
    subject, how = split_subject(what)
    if how:
        things, them = ("things", "them") if re.search(r"[^s]s$", subject) else ("object", "it")
        return tuple(a.format(things=things, them=them, how=how) for a in _DONE)
    if link.when.endswith(("step later", "steps later")):
        return tuple(a.format(what=what) for a in _NEXT)
    if link.when:
        return tuple(a.format(when=link.when, what=what) for a in _AT)
    return tuple(a.format(what=what, name=name) for a in _CHANGED)
