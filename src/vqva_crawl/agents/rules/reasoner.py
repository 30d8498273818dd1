"""Candidate -> a chain of thought of 60 to 200 words that ends in the answer picture.

Every statement comes from the relation that was found or from measuring the two pictures.
"""

from __future__ import annotations

import re

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.colours import listed, main_colours, turning_words
from vqva_crawl.agents.rules.finding import Finding, material
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import Look
from vqva_crawl.agents.rules.pointing import kind
from vqva_crawl.agents.rules.regions import part
from vqva_crawl.agents.rules.relations import TOLD, relate
from vqva_crawl.agents.rules.subjects import panels
from vqva_crawl.agents.rules.text import lower_first
from vqva_crawl.records import Candidate
from vqva_crawl.registry import Options, agent


@agent("reasoner", name="rules", options=Options)
async def reasoner(candidate: Candidate, context: AgentContext) -> str:
    """What is asked, seen, changed, kept, and what the answer shows."""
    stuff = material(context)
    pair = candidate.pair
    question, answer = stuff.at(pair.question_item), stuff.at(pair.answer_item)
    finding = relate(stuff, question, answer)
    like = stuff.like(question, answer)
    name = kind(question, like.question)
    parts = [
        asked(candidate.instruction),
        seen(name, like.question),
        told(question),
        *changes(like, finding),
        kept(like, finding),
        ending(like, finding, candidate),
    ]
    return " ".join(p for p in parts if p)


def asked(instruction: str) -> str:
    if re.match(r"(?:what|how|which|this|these|the)\b", instruction, re.IGNORECASE):
        return f'I am asked: "{instruction}"'
    return f"The request is to {lower_first(instruction.rstrip('.!?'))}."


_SHOWS = re.compile(
    r"^(?:the |this |a )?(?:photo(?:graph)?|illustration|image|picture|diagram|drawing|micrograph)"
    r"\s(?:shows|depicts) (.{8,160}?)[.;]",
    re.IGNORECASE,
)


def told(question: Shown) -> str:
    """What the page's own description says of it, when that is a plain 'Photo shows ...'."""
    found = _SHOWS.match(f"{question.alt}.")
    if found is None or panels(question) or "(" in found[1]:
        return ""
    return f"It shows {found[1]}."


def seen(name: str, look: Look) -> str:
    """The question picture in what can be measured of it."""
    colours = main_colours(look.rgb)
    tone = (
        "dark"
        if look.brightness < 0.3
        else "bright"
        if look.brightness > 0.7
        else "of medium brightness"
    )
    shape = (
        "wider than high"
        if look.width > 1.15 * look.height
        else ("higher than wide" if look.height > 1.15 * look.width else "about square")
    )
    hues = f", dominated by {listed(colours)}" if colours else ""
    detail = "rich in fine detail" if look.detail > 0.06 else "made of smooth, even areas"
    return f"The {name} I am given is {shape}, {tone} and {detail}{hues}."


def changes(like: Likeness, finding: Finding | None) -> list[str]:
    """What is different in the answer, measured."""
    if finding is None:
        return []
    if finding.family in TOLD:
        return _retold(like, finding)
    if finding.family not in ("edit", "undo"):
        return [
            f"The answer is not an edit of it but another picture, which shows its subject "
            f"{finding.shows}."
        ]
    found = [f"The key step is to bring it to the point where it appears {finding.shows}."]
    turning = turning_words(like)
    if turning:
        found.append(f"In terms of color, {turning}.")
    step = like.answer.brightness - like.question.brightness
    if abs(step) > 0.04:
        found.append(f"Overall it becomes {'brighter' if step > 0 else 'darker'} than before.")
    if like.detail_ratio < 0.75:
        found.append("Fine detail and sharp transitions give way to softer ones.")
    elif like.detail_ratio > 1.35:
        found.append("More fine lines and abrupt transitions appear than there were before.")
    place = like.changed_box if like.same_shape else None
    if place is not None:
        found.append(f"The change is concentrated in {part(place)}; the rest stays as it is.")
    return found


def _retold(like: Likeness, finding: Finding) -> list[str]:
    """For a change that the request tells in words: what there is now, and what becomes of it."""
    found = [f"Its starting point: {finding.before}."] if finding.before else []
    found.append(f"The same subject has to appear {finding.shows}.")
    step = like.answer.brightness - like.question.brightness
    if like.same_size and abs(step) > 0.08:
        found.append(f"The whole picture becomes {'brighter' if step > 0 else 'darker'} with it.")
    place = like.changed_box if like.same_size else None
    if place is not None:
        found.append(f"Most of this happens in {part(place)}; the rest can stay as it is.")
    return found


def kept(like: Likeness, finding: Finding | None) -> str:
    keeps = finding.keeps if finding else "the subject"
    frame = " and the proportions of the frame" if like.same_shape else ""
    return f"What stays is {keeps}{frame}, so that a viewer still sees where it comes from."


def ending(like: Likeness, finding: Finding | None, candidate: Candidate) -> str:
    shows = finding.shows if finding else lower_first(candidate.expectation.rstrip("."))
    colours = main_colours(like.answer.rgb)
    plural = "s are" if len(colours) > 1 else " is"
    hues = f"Its main color{plural} {listed(colours)}. " if colours else ""
    if finding is not None and finding.family in TOLD:
        shows = shows.split("; ", 1)[0]  # told in full before
    return f"{hues}The answer picture therefore shows it {shows}."
