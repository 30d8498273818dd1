"""Numbered steps: the state after one step, and the state after the next."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules import cues
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.rules.pointing import kind
from vqva_crawl.agents.rules.text import capital, lower_first, sentences, tidy
from vqva_crawl.records import Document, TextItem

_NUMBER = re.compile(
    r"^\s*(?:step\s*)?(\d{1,2})\s*(?:[.:)\u2013-]|\s-\s)\s*(?=[A-Za-z])", re.IGNORECASE
)
# What a hand can do to a thing; a step that begins otherwise is not asked for.
_VERBS = frozenset(
    "add apply arrange assemble attach bend braid bring brush build carve close coat color "
    "connect "
    "cover crease cross cut decorate dip divide draw drill fasten fill fit flatten flip fold "
    "form "
    "frost glue hang insert join knead knot lay lift line make mark melt mix mold open paint "
    "peel "
    "pinch pipe place plant pleat polish pour press pull push put raise remove roll rotate sand "
    "score sew shade shape slice slide smooth solder split spread sprinkle squeeze stack stain "
    "stitch stretch stir strip tape tie tighten trace trim tuck turn twist unfold weave wind "
    "wipe "
    "wrap".split()
)


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The picture of step n and that of step n + 1, whose text is an order a hand can follow."""
    if not 0 < answer.item - question.item <= 8 or cues.composite(answer):
        return None
    if not cues.content(question) or not cues.content(answer):
        return None
    now, then = (_step(material.document, p) for p in (question, answer))
    if now is None or then is None or then[0] != now[0] + 1:
        return None
    like = material.like(question, answer)
    if like.indistinguishable or max(like.structure, like.crop[0]) < 0.3:
        return None
    order = _order(then[1])
    if not order:
        return None
    name = kind(question, material.look(question.sha256))
    asks = (
        f"Continue from the state shown in this {name}: {lower_first(order)}",
        f"Take the work seen in this {name} one step further: {lower_first(order)}",
    )
    return Finding(
        family="step",
        relation="temporal",
        asks=tuple(a for a in asks if not fault(a)),
        shows="after this step",
        keeps="the material and what the earlier steps have made of it",
        evidence=f"Consecutive numbered steps: '{now[1][:200]}' and '{then[1][:200]}'.",
        strength=0.7,
        cues={"effect": f"step {then[0]}"},
    )


def _order(text: str) -> str:
    """The step's first sentence when it is a plain order, "" otherwise."""
    first = next(iter(sentences(text)), "")
    verb = first.split(" ", 1)[0].lower().strip(",.")
    if verb not in _VERBS or not 4 <= len(first.split()) <= 30:
        return ""
    return capital(first.rstrip(".!") + ".")


def _step(document: Document, picture: Shown) -> tuple[int, str] | None:
    """The number and text of the step that a picture belongs to."""
    found = _NUMBER.match(picture.caption)
    if found:
        return int(found[1]), picture.caption[found.end() :]
    for at in range(picture.item - 1, max(-1, picture.item - 4), -1):
        item = document.items[at]
        if not isinstance(item, TextItem):
            return None
        found = _NUMBER.match(item.text)
        if found:
            rest = item.text[found.end() :]
            return int(found[1]), tidy(rest)
        if item.role == "list" and item.level > 0:
            return item.level, tidy(item.text)
    return None
