"""The relations the rules can find between two pictures."""

from __future__ import annotations

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.relations import changes, edits, reveals, scenes, steps, twins, versions, views

FINDERS = (edits.find, twins.find, changes.find, steps.find, views.find, scenes.find, reveals.find, versions.find)

TOLD = frozenset({"scene", "reveal", "version"})  # families found by what the texts tell


def relate(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The best-founded relation in this direction, None when there is none."""
    found = [f for f in (find(material, question, answer) for find in FINDERS) if f is not None]
    return max(found, key=lambda f: f.strength) if found else None
