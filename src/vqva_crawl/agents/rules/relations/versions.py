"""One design in two versions, told in words: reversed, in one colour, dark mode, redesigned."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.relations.descriptions import description, same_thing, split_subject
from vqva_crawl.agents.rules.relations.links import akin, manual
from vqva_crawl.agents.rules.relations.told import Told, told

_VERSION = re.compile(
    r"\b(?:(?:night|day|dark|light|colou?r|black|mono\w*|outline|horizontal|vertical|small|large|"
    r"summer|winter|modern) version|same \w+ (?:reversed|redrawn|recolou?red|restyled)|"
    r"reduced to (?:one|two|black)|(?:dark|light) mode|(?:night|day) colou?rs|"
    r"(?:selected|resting|active|hover|pressed|disabled) state|in plain black|monochrome)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^the (?P<which>\w+ version)(?: of the [\w ]+)?(?P<rest>(?:[:,] .+)?)$")
_IN = (
    "Show this same design in a {which}{rest}.",
    "Turn the design in this picture into a {which}{rest}.",
    "Redraw the design in this picture as a {which}{rest}.",
)
_HOW = (
    "Show this same design {how}.",
    "Show how the design in this picture looks {how}.",
    "Keep the design in this picture, but show it {how}.",
)
_WHAT = (
    "Show another version of the design in this picture: {what}.",
    "Redraw the design in this picture in another version: {what}.",
    "Keep the layout of this design but change its look: {what}.",
)

_BASES: WeakKeyDictionary[Material, dict[int, Told | None]] = WeakKeyDictionary()


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The question's design as the answer's text says that it was varied."""
    if manual(material) or question.item > answer.item:
        return None
    pictures = told(material)
    base, other = pictures[question.item], pictures[answer.item]
    if not _version(other) or base is not _varied(material, pictures, other):
        return None
    asks, shows = _phrased(other)
    if not asks:
        return None
    return Finding(
        family="version",
        relation="variant",
        asks=asks,
        shows=shows,
        keeps="the layout and all shapes of the design",
        evidence=f"The page shows a design ('{base.text[:160]}') and a version of it "
        f"('{other.text[:160]}').",
        strength=0.85,
        cues={"effect": "version"},
        before=description(base.text, base.shown.alt),
    )


def _version(picture: Told) -> bool:
    return any(_VERSION.search(t) for t in (picture.text, picture.shown.alt))


def _varied(material: Material, pictures: dict[int, Told], other: Told) -> Told | None:
    known = _BASES.setdefault(material, {})
    if other.shown.item not in known:
        known[other.shown.item] = _first(material, pictures, other)
    return known[other.shown.item]


def _first(material: Material, pictures: dict[int, Told], other: Told) -> Told | None:
    """The first picture of the page that shows the same design: the one that was varied."""
    for base in pictures.values():
        if base.shown.item >= other.shown.item:
            return None
        like = material.like(base.shown, other.shown)
        if akin(material, base, other) >= 2 and like.structure >= 0.5:
            return base
    return None


def _phrased(other: Told) -> tuple[tuple[str, ...], str]:
    what = description(other.text, other.shown.alt)
    if not what:
        return (), ""
    named = _NAMED.match(what)
    if named:
        which, rest = named["which"], named["rest"]
        return tuple(a.format(which=which, rest=rest) for a in _IN), f"in a {which}{rest}"
    how = split_subject(what)[1] or same_thing(other.text)[1]
    if how:
        return tuple(a.format(how=how) for a in _HOW), how
    what = what.replace(": ", ", ")
    return tuple(a.format(what=what) for a in _WHAT), f"in another version: {what}"
