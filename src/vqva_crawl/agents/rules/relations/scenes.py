"""One scene at two moments, told in words: 'Day 4' and 'Day 7', 'At six', 'At nine', a step on."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.pointing import kind
from vqva_crawl.agents.rules.relations.clauses import imperative, verbs
from vqva_crawl.agents.rules.relations.descriptions import (
    description,
    pointed,
    same_thing,
    split_subject,
)
from vqva_crawl.agents.rules.relations.links import Link, before, manual
from vqva_crawl.agents.rules.relations.reveals import source
from vqva_crawl.agents.rules.relations.told import Told, told
from vqva_crawl.agents.rules.text import sentences

SAME_VIEW = 0.4  # structure from which two pictures of a size have one viewpoint
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
_AGAIN = (
    "Show this same scene again: {what}.",
    "Show what the scene in this picture looks like later on: {what}.",
    "Draw this same scene once more: {what}.",
)
_CHANGED = (
    "Redraw this {name} with one change: {what}.",
    "Keep this {name} as it is except for one change: {what}.",
    "Show how this {name} looks after a change: {what}.",
)
_AFTER = (
    "Show how this {name} looks {what}.",
    "Show what this {name} looks like {what}.",
    "Redraw this {name} as it appears {what}.",
)
_SAME = (
    "Show {this} {how}.",
    "Show how {this} {look} {how}.",
    "Show {this} again, but {how}.",
)
_DONE = (
    "Show {things} {how}.",
    "Show how {things} would look {how}.",
    "Take {things} and show {them} {how}.",
)
# What only time brings: perfect tenses, what is gone, what is left.
_GROWN = re.compile(
    r"\b(?:(?:has|have) (?:\w+ly )?\w+(?:ed|own|en|ung|orn|ome|one|urnt)|(?:is|are) (?:\w+ )?gone|"
    r"no longer|has gone|(?:is|are) left|still|not yet|darkens|at last)\b",
    re.IGNORECASE,
)
_LINKS: WeakKeyDictionary[Material, dict[int, Link | None]] = WeakKeyDictionary()


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The next moment of what the question picture shows."""
    link = _link(material, answer)
    if link is None or link.base.shown.sha256 != question.sha256 or source(material, answer):
        return None
    made = source(material, question)
    if made is not None and made[0].shown.sha256 == answer.sha256:
        return None  # a cut thing does not become whole again
    later = told(material)[answer.item]
    asks, shows = phrased(later, link, kind(question, material.look(question.sha256)))
    if not asks:
        return None
    return Finding(
        family="scene",
        relation="temporal",
        asks=asks,
        shows=shows,
        keeps=_keeps(material, question, answer),
        evidence=f"The page shows one scene twice ({link.reason}): '{link.base.text[:160]}' and "
        f"then '{later.text[:160]}'.",
        strength=link.sure,
        cues={"effect": link.when or link.reason},
        before=description(link.base.text, link.base.shown.alt),
    )


def _keeps(material: Material, question: Shown, answer: Shown) -> str:
    """The viewpoint only where the pictures show that it is the same."""
    like = material.like(question, answer)
    same = like.same_size and like.structure > SAME_VIEW
    return f"{'the viewpoint' if same else 'the subject'} and all that is not said to change"


def _link(material: Material, answer: Shown) -> Link | None:
    """What the answer continues, worked out once for each answer."""
    known = _LINKS.setdefault(material, {})
    if answer.item not in known:
        pictures = told(material)
        known[answer.item] = (
            None if manual(material) else before(material, pictures, pictures[answer.item])
        )
    return known[answer.item]


def phrased(later: Told, link: Link, name: str) -> tuple[tuple[str, ...], str]:
    """The ways to ask for the later picture, and what it shows in a few words."""
    step = link.when.endswith(("step later", "steps later", "stage later", "phase later"))
    what = description(later.text, later.shown.alt, orders=step)
    if not what:
        return (), ""
    subject, how = split_subject(what)
    if how:
        things, them = pointed(subject)
        return _filled(_DONE, things=things, them=them, how=how), how
    thing, how = same_thing(later.text)
    if how and not link.when:
        return _same(thing, how, what, name)
    what = one_colon(what)
    drawn = re.match(
        r"(?:the |an? )?(?:\w+ )?(?:diagram|drawing|map|view|plan|scene) (with .+)$", what
    )
    if drawn and not link.when:
        return _same("diagram" if name == "diagram" else "scene", drawn[1], "", name)
    if step:
        return _filled(_NEXT, what=what), f"one step further: {what}"
    if link.when:
        return _filled(_AT, when=link.when, what=what), f"{link.when}: {what}"
    if what.startswith("after "):
        return _afterwards(what, name)
    if _GROWN.search(f"{later.text} {later.shown.alt}") and not _ordered(later.lead):
        return _filled(_AT, when="some time later", what=what), f"some time later: {what}"
    return _filled(_CHANGED, name=name, what=what), f"after the change: {what}"


def _afterwards(what: str, name: str) -> tuple[tuple[str, ...], str]:
    """For clauses that begin with 'after': its first part, where it can be told from the rest."""
    first, mark, rest = re.match(r"([^,:;]*)([,:;]?)(.*)", what).groups()  # type: ignore[union-attr]
    if mark in (",", ":") and verbs(first) < 2:
        what = f"{first}:{rest}"
        return _filled(_AFTER, name=name, what=what), what
    return _filled(_AGAIN, what=what), what


def _ordered(lead: str) -> bool:
    """The text before tells the reader to do something that makes the difference."""
    return any(imperative(re.sub(r"^.*?\bthen ", "", s)) for s in sentences(lead))


def _same(thing: str, how: str, what: str, name: str) -> tuple[tuple[str, ...], str]:
    """For 'The same living room with pale walls': the rest of that, said of this picture."""
    things, them = pointed(thing)
    look = "look" if them == "them" else "looks"
    this = things if "object" not in things else f"this same {_genre(thing, name)}"
    more = what.split("; ", 1)[1] if "; " in what else ""
    if more:
        how += (": " if ":" not in how else "; ") + more
    return _filled(_SAME, this=this, look=look, how=how), how


def _genre(thing: str, name: str) -> str:
    """What the page calls it, when that is a kind of picture; else a scene."""
    last = thing.rsplit(" ", 1)[-1].lower()
    known = ("diagram", "drawing", "map", "design", "view", "graph", "chart", "plan", "layout")
    return last if last in known else "diagram" if name == "diagram" else "scene"


def one_colon(what: str) -> str:
    """The clause without colons of its own, for a place after one."""
    return what.replace(": ", ", ")


def _filled(asks: tuple[str, ...], **words: str) -> tuple[str, ...]:
    return tuple(a.format(**words) for a in asks)
