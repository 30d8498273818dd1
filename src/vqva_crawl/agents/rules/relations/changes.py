"""A picture and its sequel: the second half of what the first one begins."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.text import telling

_ORDER = (
    ("first", "second"),
    ("second", "third"),
    ("third", "fourth"),
    ("initial", "final"),
    ("early", "late"),
)
_PIECE = re.compile(
    r"\b(first|second|third|fourth|initial|final|early|late) (half|part|phase|stage|step)\b",
    re.IGNORECASE,
)


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """Captions that count the pieces of one process: 'The first half of X', 'The second half'."""
    now, then = (_PIECE.search(p.caption) for p in (question, answer))
    if now is None or then is None or now[2].lower() != then[2].lower():
        return None
    if (now[1].lower(), then[1].lower()) not in _ORDER or now.start() > 30 or then.start() > 30:
        return None
    shared = telling(question.caption) & telling(answer.caption)
    if len(shared) < 2:
        return None
    piece = f"{then[1].lower()} {then[2].lower()}"
    return Finding(
        family="sequel",
        relation="temporal",
        asks=(
            f"Continue the process drawn in this diagram: show its {piece} in the same style.",
            f"This diagram shows the {now[1].lower()} {now[2].lower()} of a process; draw the "
            f"{piece} that comes next.",
        ),
        shows=f"in its {piece}",
        keeps="the style of the drawing and its notation",
        evidence=f"The captions count the pieces of one process: '{question.caption[:200]}' and "
        f"'{answer.caption[:200]}'.",
        strength=0.8,
        cues={"effect": piece},
    )
