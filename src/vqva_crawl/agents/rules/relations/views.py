"""One subject shown in two ways: as a photo and as a diagram, a drawing and a micrograph."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material
from vqva_crawl.agents.rules.subjects import kind, panels, subjects
from vqva_crawl.records import Relation

_THINGS = (
    ("plant", r"plants?|ferns?|moss(?:es)?|liverworts?|conifers?|flowers?|trees?|algae?|shrubs?|leaf|leaves|seedlings?"),
    ("fungus", r"fung(?:us|i)|mushrooms?|toadstools?|mold|yeasts?|lichens?"),
    ("insect", r"insects?|beetle|butterfl\w+|wasps?|flies|fly|grasshoppers?|mosquito\w*"),
    ("bird", r"birds?"),
    ("fish", r"fish(?:es)?|sharks?"),
    ("animal", r"animals?|mammals?|worms?|sponges?|jellyfish|snails?|squids?|spiders?|frogs?|lizards?|corals?|sea stars?|crayfish"),
    ("cells", r"neurons?|cells?"),
)


def thing(*pictures: Shown) -> str:
    """A word for the subject that gives nothing away: plant, animal, organism, structure."""
    text = " ".join(f"{p.caption} {p.alt}" for p in pictures)
    for name, pattern in _THINGS:
        if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            return name
    return "structure"


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    shared = subjects(question) & subjects(answer)
    if not shared or panels(question) or panels(answer):
        return None
    kinds = kind(question, material.look(question.sha256)), kind(answer, material.look(answer.sha256))
    asked = _ASKS.get(kinds)
    if asked is None:
        return None
    relation, asks, shows = asked
    what = thing(question, answer)
    filled = tuple(a.format(thing=what, being="organism" if what in ("structure", "cells") else what) for a in asks)
    return Finding(
        family="view",
        relation=relation,
        asks=filled,
        shows=shows.format(thing=what),
        keeps="the subject itself",
        evidence=f"Both pictures are of the same subject ({', '.join(sorted(shared))}): "
        f"'{question.said[:200]}' and '{answer.said[:200]}'.",
        strength=min(1.0, 0.55 + 0.1 * len(shared) + (0.1 if question.section == answer.section else 0)),
        cues={"effect": f"{kinds[0]} -> {kinds[1]}", "subject": ", ".join(sorted(shared))},
    )


_ASKS: dict[tuple[str, str], tuple[Relation, tuple[str, ...], str]] = {
    ("photo", "life cycle"): ("temporal", (
        "Draw the life cycle of the kind of {being} seen in this photo as a diagram, its stages linked by arrows.",
        "Explain in one labeled diagram how the {being} in this photo reproduces and develops, stage by stage.",
        "Show all stages in the life of the {being} in this photo as a cycle with arrows from each to the next.",
    ), "as a cycle of labeled stages"),
    ("life cycle", "photo"): ("compositional", (
        "Show a photograph of a real {being} of the kind whose life cycle is drawn in this diagram.",
        "What does the {being} from this diagram look like in nature? Show it in a photo.",
    ), "in nature, in a photograph"),
    ("illustration", "micrograph"): ("analytical", (
        "Show what the {thing} drawn in this illustration really looks like under a microscope.",
        "Show a real micrograph of the {thing} that this diagram explains.",
    ), "under the microscope"),
    ("micrograph", "illustration"): ("analytical", (
        "Draw a labeled diagram that explains the structure of the {thing} in this micrograph.",
        "Turn this micrograph into an explanatory drawing that makes the structure of the {thing} clear.",
    ), "as an explanatory, labeled drawing"),
    ("photo", "illustration"): ("analytical", (
        "Draw a labeled diagram that explains the structure of the {thing} in this photo.",
        "Show the parts of the {thing} in this photo in a labeled scientific drawing.",
    ), "as a labeled scientific drawing"),
    ("illustration", "photo"): ("analytical", (
        "Show a photograph of a real example of the {thing} drawn in this diagram.",
        "What does the {thing} in this drawing look like in reality? Show it in a photo.",
    ), "in a photograph"),
    ("photo", "micrograph"): ("spatial", (
        "Show what the {thing} in this photo looks like under a microscope.",
    ), "magnified under a microscope"),
    ("micrograph", "photo"): ("spatial", (
        "Show with the naked eye, in a photo, the {thing} that appears magnified in this micrograph.",
    ), "as the naked eye sees it"),
}
