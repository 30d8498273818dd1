"""The relations the rules can find between two pictures."""

from __future__ import annotations

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.kinship import strangers
from vqva_crawl.agents.rules.relations import (
    changes,
    edits,
    reveals,
    scenes,
    steps,
    twins,
    versions,
    views,
)

FINDERS = (
    edits.find,
    twins.find,
    changes.find,
    steps.find,
    views.find,
    scenes.find,
    reveals.find,
    versions.find,
)

TOLD = frozenset({"scene", "reveal", "version"})  # families found by what the texts tell
LIKENED = frozenset({"scene", "version"})  # those of them whose two pictures look alike


def relate(material: Material, question: Shown, answer: Shown) -> Finding | None:
    """The best-founded relation in this direction, None when there is none."""
    found = [f for f in (find(material, question, answer) for find in FINDERS) if f is not None]
    if any(f.family in LIKENED for f in found):
        like = material.like(question, answer)
        if strangers(question, answer, like):
            found = [f for f in found if f.family not in LIKENED]
    # What the pictures themselves confirm comes before what only words tell.
    found = [f for f in found if f.family in ("edit", "undo")] or found
    return max(found, key=lambda f: f.strength) if found else None
