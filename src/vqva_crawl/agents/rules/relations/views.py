"""One subject shown in two ways: as a photo and as a diagram, a drawing and a micrograph."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.subjects import BROAD, cycle, kind, panels, subjects
from vqva_crawl.agents.rules.text import telling
from vqva_crawl.records import Relation

_THINGS = (
    (
        "plant",
        r"plants?|ferns?|moss(?:es)?|liverworts?|conifers?|flowers?|trees?|algae?|shrubs?|leaf|"
        r"leaves|seedlings?",
    ),
    ("fungus", r"fung(?:us|i)|mushrooms?|toadstools?|mold|yeasts?|lichens?"),
    ("insect", r"insects?|beetle|butterfl\w+|wasps?|flies|fly|grasshoppers?|mosquito\w*"),
    ("bird", r"birds?"),
    ("fish", r"fish(?:es)?|sharks?"),
    (
        "animal",
        r"animals?|mammals?|worms?|sponges?|jellyfish|snails?|squids?|spiders?|frogs?|lizards?|"
        r"corals?|sea stars?|crayfish",
    ),
)


def _kind(picture: Shown) -> str:
    return "life cycle" if cycle(picture) else kind(picture)


def _common(question: Shown, answer: Shown) -> frozenset[str]:
    """Telling words that both pictures' texts hold."""
    one, other = (telling(f"{p.caption} {p.alt}") - BROAD for p in (question, answer))
    return one & other


_CONTRAST = re.compile(r"\b(?:while|whereas|unlike|in contrast|on the other hand)\b", re.IGNORECASE)


def thing(*pictures: Shown) -> str:
    """A word for the subject that gives nothing away: plant, animal, organism, structure."""
    text = " ".join(f"{p.caption} {p.alt}" for p in pictures)
    for name, pattern in _THINGS:
        if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            return name
    return "object"


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    kinds = _kind(question), _kind(answer)
    asked = _ASKS.get(kinds)
    shared = subjects(question) & subjects(answer)
    if asked is None or not shared:
        return None
    # Several pictures in one file have no one subject; nor have two that only share a topic.
    if panels(question) or panels(answer):
        return None
    if "life cycle" not in kinds and len(_common(question, answer)) < 2:
        return None
    for picture, said in zip((question, answer), kinds, strict=True):
        if said == "photo" and not material.look(picture.sha256).photographic:
            return None
        if _CONTRAST.search(picture.caption):
            return None
    relation, asks, shows = asked
    what = thing(question, answer)
    if what == "object":  # a word that fits everything points at nothing
        return None
    filled = tuple(a.format(thing=what) for a in asks)
    return Finding(
        family="view",
        relation=relation,
        asks=filled,
        shows=shows.format(thing=what),
        keeps="the subject itself",
        evidence=f"Both pictures are of the same subject ({', '.join(sorted(shared))}): "
        f"'{question.said[:200]}' and '{answer.said[:200]}'.",
        strength=min(
            1.0, 0.55 + 0.1 * len(shared) + (0.1 if question.section == answer.section else 0)
        ),
        cues={"effect": f"{kinds[0]} -> {kinds[1]}", "subject": ", ".join(sorted(shared))},
    )


_ASKS: dict[tuple[str, str], tuple[Relation, tuple[str, ...], str]] = {
    ("photo", "life cycle"): (
        "temporal",
        (
            "Draw the life cycle of the kind of {thing} seen in this photo as a diagram, its "
            "stages linked by arrows.",
            "Explain in one labeled diagram how the {thing} in this photo reproduces and "
            "develops, stage by stage.",
            "Show all stages in the life of the {thing} in this photo as a cycle with arrows "
            "from each to the next.",
        ),
        "as a cycle of labeled stages",
    ),
    ("illustration", "micrograph"): (
        "analytical",
        (
            "Show the {thing} drawn in this illustration as a microscope really reveals it.",
            "Show a real micrograph of the {thing} that this diagram explains.",
        ),
        "under the microscope",
    ),
    ("micrograph", "illustration"): (
        "analytical",
        (
            "Draw a labeled diagram that explains how the {thing} in this micrograph is built.",
            "Turn this micrograph into an explanatory drawing that makes clear how the {thing} "
            "is built.",
        ),
        "as an explanatory, labeled drawing",
    ),
    ("photo", "illustration"): (
        "analytical",
        (
            "Draw a labeled diagram that explains how the {thing} in this photo is built.",
            "Show the parts of the {thing} in this photo in a labeled scientific drawing.",
        ),
        "as a labeled scientific drawing",
    ),
    ("illustration", "photo"): (
        "analytical",
        (
            "Show a photograph of a real example of the {thing} drawn in this diagram.",
            "What does the {thing} in this drawing look like in reality? Show it in a photo.",
        ),
        "in a photograph",
    ),
}
