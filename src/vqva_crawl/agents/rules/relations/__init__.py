"""The relations the rules can find between two pictures."""

from __future__ import annotations

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.relations import changes, edits, views

FINDERS = (edits.find, changes.find, views.find)


def relate(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The best-founded relation in this direction, None when there is none."""
    found = [f for f in (find(material, question, answer) for find in FINDERS) if f is not None]
    return max(found, key=lambda f: f.strength) if found else None
