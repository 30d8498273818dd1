"""What the page tells of each picture in running text: its own sentences, and when it was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Material
from vqva_crawl.agents.rules.relations.moments import Moment, later, moment
from vqva_crawl.agents.rules.text import telling, tidy
from vqva_crawl.records import Document, ImageItem, TextItem

_STEP = re.compile(r"^(?:step|stage|phase|part|figure)? ?\d+ ?[:.)-] ", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A picture with the text that tells of it.

    `text` is its caption, else the step or paragraph beside it that fits its alt best, else its
    alt; `lead` the paragraph right before it; `when` how much later it is than the one before.
    """

    shown: Shown
    text: str
    lead: str
    moments: tuple[Moment, ...]
    when: str

    @property
    def all(self) -> str:
        return f"{self.text}. {self.shown.alt}. {self.shown.over}"

    @property
    def nouns(self) -> frozenset[str]:
        return telling(f"{self.text} {self.shown.alt}")


_KNOWN: WeakKeyDictionary[Material, dict[int, Told]] = WeakKeyDictionary()


def told(material: Material) -> dict[int, Told]:
    """Of each picture, by the item at which it stands. Read once for each material."""
    if material not in _KNOWN:
        groups = [p.group for p in material.pictures if p.group >= 0]
        _KNOWN[material] = {
            p.item: _one(material.document, p, groups.count(p.group) == 1)
            for p in material.pictures
        }
    return _KNOWN[material]


def _one(document: Document, picture: Shown, alone: bool) -> Told:
    caption = picture.caption if picture.caption != picture.alt else ""
    own = caption or (picture.over if alone else "")
    label = own if len(own.split()) <= 2 else ""
    lead, ordinal = _before(document, picture)
    beside = "" if own else _beside(document, picture, lead)
    text = own if own and not label else beside or _STEP.sub("", picture.alt) or own
    if not own and text != lead:
        lead = ""  # it tells of the picture before
    moments = _moments(document, picture, (own, text, picture.alt, lead), ordinal)
    when = next((w for w in (later(t) for t in (own, text, lead, picture.alt)) if w), "")
    return Told(picture, _STEP.sub("", text), lead, moments, when)


def _before(document: Document, picture: Shown) -> tuple[str, int]:
    """The text right before a picture, and its ordinal when it is a numbered step."""
    item = document.items[picture.item - 1] if picture.item else None
    if not isinstance(item, TextItem) or item.role not in ("paragraph", "list"):
        return "", 0
    return tidy(item.text), item.level if item.role == "list" else 0


def _beside(document: Document, picture: Shown, lead: str) -> str:
    """Of the texts before and after a picture without caption, the one that its alt fits."""
    item = document.items[picture.item + 1] if picture.item + 1 < len(document.items) else None
    after = tidy(item.text) if isinstance(item, TextItem) and item.role == "paragraph" else ""
    alt = telling(picture.alt)
    fits = sorted(((len(alt & telling(t)), t == lead, t) for t in (lead, after) if t), reverse=True)
    return fits[0][2] if fits and fits[0][0] else ""


def _moments(
    document: Document, picture: Shown, texts: tuple[str, ...], ordinal: int
) -> tuple[Moment, ...]:
    """Everything that the texts, the heading and the place in a list say of the time."""
    found = [Moment("step", float(ordinal))] if ordinal else []
    heading = _heading(document, picture)
    item = document.items[picture.item]
    raw = (item.caption, item.alt, item.title) if isinstance(item, ImageItem) else ()
    for text in (*texts, heading, *raw):  # a tidied caption has lost its 'Step 2:'
        one = moment(text.strip()) if text else None
        if one and one.scale not in [m.scale for m in found]:
            found.append(one)
    return tuple(found)


def _heading(document: Document, picture: Shown) -> str:
    """The heading right above the picture, where nothing but text stands between."""
    for item in reversed(document.items[: picture.item]):
        if not isinstance(item, TextItem):
            return ""
        if item.role == "heading":
            return item.text
    return ""
