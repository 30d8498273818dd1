"""Candidate -> a chain of thought of 60 to 200 words that ends in the answer picture.

Every statement comes from the relation that was found or from measuring the two pictures. How it is
worded depends on the pair alone, so that a run gives the same words again.
"""

from __future__ import annotations

import re

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.colours import listed, main_colours, turning_words
from vqva_crawl.agents.rules.finding import Finding, material
from vqva_crawl.agents.rules.instructor import choice
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import Look
from vqva_crawl.agents.rules.pointing import kind
from vqva_crawl.agents.rules.regions import part
from vqva_crawl.agents.rules.relations import TOLD, relate
from vqva_crawl.agents.rules.subjects import panels
from vqva_crawl.agents.rules.text import capital, lower_first
from vqva_crawl.records import Candidate
from vqva_crawl.registry import Options, agent

IN_PLACE = 0.5  # structure from which things stand where they stood


class Voice:
    """Chooses among wordings by the pair's id."""

    def __init__(self, key: str) -> None:
        self._key = key

    def say(self, *wordings: str) -> str:
        return wordings[choice(self._key + wordings[0], len(wordings))]


@agent("reasoner", name="rules", options=Options, asks=False)
async def reasoner(candidate: Candidate, context: AgentContext) -> str:
    """What is asked, seen, changed, kept, and what the answer shows."""
    stuff = material(context)
    pair = candidate.pair
    question, answer = stuff.at(pair.question_item), stuff.at(pair.answer_item)
    finding = relate(stuff, question, answer)
    like = stuff.like(question, answer)
    name = kind(question, like.question)
    voice = Voice(pair.id)
    parts = [
        asked(candidate.instruction, voice),
        seen(name, like.question, voice),
        told(question),
        *changes(like, finding, name, voice),
        kept(finding, voice),
        frame(like),
        ending(like, finding, candidate, voice),
    ]
    return " ".join(p for p in parts if p)


def asked(instruction: str, voice: Voice) -> str:
    whole = re.match(r"(?:what|how|which|this|these|the)\b", instruction, re.IGNORECASE)
    if whole or re.search(r"[.?!] ", instruction):
        return voice.say(f'I am asked: "{instruction}"', f'The request reads: "{instruction}"')
    order = lower_first(instruction.rstrip(".!?"))
    return voice.say(
        f"The request is to {order}.", f"I am asked to {order}.", f"My task is to {order}."
    )


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


def seen(name: str, look: Look, voice: Voice) -> str:
    """The question picture in what can be measured of it."""
    colours = main_colours(look.rgb)
    hues = listed(colours) if colours else "many colors, none of which prevails"
    tone = (
        "dark"
        if look.brightness < 0.3
        else "bright"
        if look.brightness > 0.7
        else "of medium brightness"
    )
    detail = "rich in fine detail" if look.detail > 0.06 else "made of smooth, even areas"
    form = shape(look)
    return voice.say(
        f"The {name} I am given is {form}, {tone} and {detail}; it is mostly {hues}."
        if colours
        else f"The {name} I am given is {form}, {tone} and {detail}.",
        f"What I have is a {name}, {form}, in {hues}: {tone}, and {detail}.",
        f"I look at the {name} first: {form}, {detail}, {tone}, with {hues}.",
    )


def shape(look: Look) -> str:
    if look.width > 1.15 * look.height:
        return "wider than high"
    return "higher than wide" if look.height > 1.15 * look.width else "about square"


def changes(like: Likeness, finding: Finding | None, name: str, voice: Voice) -> list[str]:
    """What is different in the answer: what the relation says, then what was measured."""
    if finding is None:
        return []
    if finding.family in TOLD:
        return _retold(like, finding, voice)
    if finding.family not in ("edit", "undo"):
        return [
            voice.say(
                f"The answer is no edit of it but another picture, which shows its subject "
                f"{finding.shows}.",
                f"No filter leads there: a new picture has to show its subject {finding.shows}.",
            )
        ]
    step = voice.say(
        f"The key step is to make the {name} appear {finding.shows}.",
        f"In the end the {name} has to be seen {finding.shows}.",
        f"So the {name} must come out {finding.shows}.",
    )
    return [step, *measured(like, voice)]


def measured(like: Likeness, voice: Voice) -> list[str]:
    """How light, colours, detail and place differ, each only where it can be compared at all."""
    found = []
    placed = like.same_shape and like.structure > IN_PLACE
    turning = turning_words(like) if placed else ""
    if turning:
        found.append(
            voice.say(f"In terms of color, {turning}.", f"Color by color, this means: {turning}.")
        )
    step = like.answer.brightness - like.question.brightness
    if abs(step) > 0.04:
        amount = "much" if abs(step) > 0.2 else "clearly" if abs(step) > 0.1 else "a little"
        found.append(f"Overall it becomes {amount} {'brighter' if step > 0 else 'darker'}.")
    if like.same_size and like.detail_ratio < 0.75:
        found.append(
            voice.say(
                "Fine detail and sharp transitions give way to softer ones.",
                "Much of the fine detail is lost on the way.",
            )
        )
    elif like.same_size and like.detail_ratio > 1.35:
        found.append(
            voice.say(
                "More fine lines and abrupt transitions appear than there were before.",
                "It gains fine structure: small, abrupt transitions all over.",
            )
        )
    place = like.changed_box if placed else None
    if place is not None:
        found.append(f"The change is confined to {part(place)}.")
    return found


def _retold(like: Likeness, finding: Finding, voice: Voice) -> list[str]:
    """For a change that the request tells in words: what there is now, and what becomes of it."""
    found = [f"Its starting point: {finding.before}."] if finding.before else []
    found.append(
        voice.say(
            f"The same subject has to appear {finding.shows}.",
            f"The subject has to be seen {finding.shows}.",
            f"What I have to picture is the same subject {finding.shows}.",
        )
    )
    step = like.answer.brightness - like.question.brightness
    if like.same_size and abs(step) > 0.08:
        found.append(f"The whole picture becomes {'brighter' if step > 0 else 'darker'} with it.")
    place = like.changed_box if like.same_size and like.structure > IN_PLACE else None
    if place is not None:
        found.append(f"Most of this happens in {part(place)}.")
    return found


def kept(finding: Finding | None, voice: Voice) -> str:
    """What the relation leaves alone."""
    keeps = finding.keeps if finding else "the subject"
    return voice.say(
        f"What stays: {keeps}.",
        f"I keep {keeps}.",
        f"Left as it is: {keeps}.",
        f"From the question picture I take over {keeps}.",
    )


def frame(like: Likeness) -> str:
    """What becomes of the picture's format, measured."""
    if like.same_size:
        return "The frame keeps its size."
    if like.same_shape:
        return "The frame keeps its proportions, though not its size."
    before, after = shape(like.question), shape(like.answer)
    if before != after:
        return f"The frame changes as well, from {before} to {after}."
    return "The proportions of the frame change a little as well."


def ending(like: Likeness, finding: Finding | None, candidate: Candidate, voice: Voice) -> str:
    shows = finding.shows if finding else lower_first(candidate.expectation.rstrip("."))
    colours = main_colours(like.answer.rgb)
    hues = ""
    if colours:
        mostly = listed(colours)
        hues = voice.say(
            f"The result is mostly {mostly}. ",
            f"{capital(mostly)} will prevail in it. ",
        )
    if finding is not None and finding.family in TOLD:
        shows = re.split(r"[:;] ", shows, maxsplit=1)[0]  # told in full before
    if not shows:  # a model's instructor may expect nothing it could vouch for
        return f"{hues}With this, the answer picture shows what was asked."
    return hues + voice.say(
        f"The answer picture therefore shows it {shows}.",
        f"So the answer picture shows it {shows}.",
        f"With this, the answer picture shows it {shows}.",
    )
