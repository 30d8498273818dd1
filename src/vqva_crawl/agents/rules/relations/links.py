"""Which earlier picture a picture continues, judged by what its texts say and by its look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from vqva_crawl.agents.rules import cues
from vqva_crawl.agents.rules.finding import Material
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import Array
from vqva_crawl.agents.rules.relations.clauses import imperative
from vqva_crawl.agents.rules.relations.moments import Moment, between
from vqva_crawl.agents.rules.relations.told import Told
from vqva_crawl.agents.rules.subjects import BROAD
from vqva_crawl.agents.rules.text import stem

SAME = re.compile(
    r"\bthe same\b(?! (?:time|way|size|kind|number|as)\b)|^same\b|\bsame (?:layout|view|place)\b",
    re.IGNORECASE,
)
CHANGE = re.compile(
    r"\b(?:now|no longer|again|after|later|still|instead|(?:is|are) gone|has gone|"
    r"(?:has|have) (?:\w+ly )?(?:been )?(?:become|turned|grown|changed|moved|"
    r"come|gone|opened|closed|fallen|broken|climbed|collapsed|filled|dropped|rusted|straightened|"
    r"\w+ed)|only \w+ (?:\w+ )?(?:is|are) left|in place of|turned into|pulled apart|"
    r"put together|taken apart|with \w+ \w+(?: \w+)? added|(?:more|less) \w+ly?|\w+er than|"
    r"with (?:the|its|their) \w+ (?:removed|taken off|lifted|closed|opened|switched on|lit)|"
    r"redrawn|redesign|finished|just covered)\b|"
    r"^(?:the|a) more \w+|\bfrom the \w+ (?:laid|made|built|put)\b",
    re.IGNORECASE,
)
_SAME_NOUN = re.compile(r"\bthe (?:very )?same (?:\w+ ){0,2}?(\w+)(?= \w+|[,.:;]|$)", re.IGNORECASE)
_REDONE = re.compile(r"\b(?:after|before) the (?:re\w+|change|treatment|repair|clean\w+)\b", re.I)
REACH = 4  # pictures looked back at


@dataclass(frozen=True)
class Link:
    """The picture that another one continues: `when` says how much later, "" if nothing does."""

    base: Told
    when: str
    reason: str
    sure: float  # 0..1


def shared(one: Told, other: Told) -> frozenset[str]:
    """Telling words that the texts of both pictures hold."""
    return (one.nouns & other.nouns) - BROAD


def before(material: Material, pictures: dict[int, Told], answer: Told) -> Link | None:
    """What the answer continues: the moment before it, else the likest of the pictures before."""
    others = [p for p in pictures.values() if p.shown.sha256 != answer.shown.sha256]
    usable = [p for p in others if cues.content(p.shown) or p.moments]
    return _by_moment(material, usable, answer) or _by_words(material, usable, answer)


def _by_moment(material: Material, others: list[Told], answer: Told) -> Link | None:
    for now in answer.moments:
        earlier = [(p, m) for p in others for m in p.moments if _precedes(m, now)]
        earlier.sort(key=lambda e: (-e[1].value, abs(e[0].shown.item - answer.shown.item)))
        for base, then in earlier[:2]:
            alike = akin(material, base, answer)
            if alike >= 1 and _together(base, answer):
                when = answer.when if _previous(base, answer) else ""
                if now.scale == "hour" and then.words and now.words:
                    when = now.words
                return Link(base, when or between(then, now), f"{now.scale}s", 0.6 + 0.1 * alike)
    return None


def _precedes(then: Moment, now: Moment) -> bool:
    return then.scale == now.scale and then.value < now.value


def _together(base: Told, answer: Told) -> bool:
    """In one section, or under sibling headings of one page: always so for small pages."""
    return base.shown.headings[:2] == answer.shown.headings[:2]


def _previous(base: Told, answer: Told) -> bool:
    return 0 < answer.shown.item - base.shown.item <= REACH


def _by_words(material: Material, others: list[Told], answer: Told) -> Link | None:
    reason = continues(answer)
    if not reason:
        return None
    earlier = [p for p in others if p.shown.item < answer.shown.item][-REACH:]
    found: list[tuple[float, int, Told, int]] = []
    for base in earlier:
        alike = akin(material, base, answer)
        like = material.like(base.shown, answer.shown)
        timed = bool(answer.when) or reason == "the same thing again"
        needed = 1 if timed and like.structure >= 0.5 else 2
        sure = reason != "a change" or like.structure >= 0.5 or same_ground(like)
        if alike >= needed and sure and _together(base, answer):
            bonus = 0.02 if base is earlier[-1] else 0.0
            found.append((like.structure + bonus, base.shown.item, base, alike))
    if not found:
        return None
    _, _, best, alike = max(found, key=lambda f: f[:2])
    words = next((m.words for m in answer.moments if m.words), "")
    when = answer.when if best is earlier[-1] else ""
    return Link(best, when or words, reason, 0.5 + 0.1 * alike)


def continues(answer: Told) -> str:
    """What in the answer's texts says that it continues something, "" when nothing does."""
    texts = (answer.text, answer.shown.alt, answer.lead)
    if answer.when:
        return "time passed"
    if any(SAME.search(t) or _REDONE.search(t) for t in texts[:2]):
        return "the same thing again"
    if any(m.words for m in answer.moments):
        return "a named time"
    if any(CHANGE.search(t) for t in texts) or imperative(answer.lead):
        return "a change"
    return ""


def akin(material: Material, base: Told, answer: Told) -> int:
    """0 strangers, 1 perhaps, 2 likely, 3 surely of one thing: by size, look and shared words."""
    like = material.like(base.shown, answer.shown)
    words = len(shared(base, answer))
    if not visible(like):
        return 0
    if not like.same_size and not (like.same_shape and like.structure >= 0.6):
        return 2 if words >= 2 and _again(base, answer) else 0
    if like.structure >= 0.5:  # where the look agrees, broad nouns ('map', 'tree') count too
        words = len(base.nouns & answer.nouns)
        return 3 if words >= 2 else 2 if words or like.structure >= 0.8 else 1
    return 2 if words >= 2 or (words and same_ground(like)) else 1


def _again(base: Told, answer: Told) -> bool:
    """In the base's section the answer is called the same thing, by a noun that the base has."""
    found = _SAME_NOUN.search(answer.text) or _SAME_NOUN.search(answer.shown.alt)
    noun = found is not None and stem(found[1].lower()) in base.nouns
    return noun and base.shown.section == answer.shown.section


def visible(like: Likeness) -> bool:
    """Something clearly differs, if only in a small part: a root, a lamp, a pair of legs."""
    one, other = like.question.fine, like.answer.fine
    if one.shape != other.shape:
        return True
    return float((np.abs(one - other) > 0.1).mean()) > 0.002 or not like.indistinguishable


def same_ground(like: Likeness) -> bool:
    """Both pictures have the same margin, and not just a white one: drawn on one ground."""
    one, other = (_margin(p.rgb) for p in (like.question, like.answer))
    return bool(np.abs(one - other).mean() < 0.04) and float(one.mean()) < 0.97


def _margin(rgb: Array) -> Array:
    """The pixels along the four sides of a small copy."""
    sides = (rgb[:4], rgb[-4:], rgb[4:-4, :4].swapaxes(0, 1), rgb[4:-4, -4:].swapaxes(0, 1))
    margin: Array = np.concatenate(sides, axis=1)
    return margin


_MANUAL = re.compile(
    r"\b(?:pixels?|filters?|plug-?ins?|layers?|dialogs?|menus?|algorithms?|click(?:ing)?|toolbox|"
    r"tutorial|parameters?|thresholds?|gr[ae]yscale|software|selections?|toolbar|checkbox|command|"
    r"source code|input image|default)\b",
    re.IGNORECASE,
)
MANUAL = 0.12  # share of the texts: GIMP's manual 0.13 to 0.9, a biology textbook below 0.1
_MANUALS: WeakKeyDictionary[Material, bool] = WeakKeyDictionary()


def manual(material: Material) -> bool:
    """The document explains software: what happens to its pictures are effects, not stories."""
    if material not in _MANUALS:
        texts = [t.text for t in material.document.texts()]
        hits = sum(_MANUAL.search(t) is not None for t in texts)
        _MANUALS[material] = hits > max(1, MANUAL * len(texts))
    return _MANUALS[material]
