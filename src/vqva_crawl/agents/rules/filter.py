"""Candidate -> three scores, each with a reason that says what was measured or read.

What counts is what a stranger sees: question picture, instruction, answer picture. The retriever's
cues are not read: the relation is found anew from the page, so that the pairs of any retriever are
judged by evidence. For pairs of the rules' own retriever that part repeats its judgement. New here
are the checks of the wording, of the pictures' size, content and kinship, of closer sources, of the
things that the request names, and of what it gives away.
"""

from __future__ import annotations

import re

from pydantic import Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules import cues
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.colours import listed
from vqva_crawl.agents.rules.effects.base import palette_gap
from vqva_crawl.agents.rules.finding import Finding, Material, material
from vqva_crawl.agents.rules.guards import POINTS, fault, repetitive
from vqva_crawl.agents.rules.kinship import strangers
from vqva_crawl.agents.rules.leaks import copied, unknown_things
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.relations import LIKENED, TOLD, relate
from vqva_crawl.agents.rules.text import number_of_words, telling
from vqva_crawl.records import Candidate, Scores
from vqva_crawl.registry import Options, agent

Score = tuple[int, str]


class FilterOptions(Options):
    min_side: int = Field(96, ge=1)
    """Pixels of the shorter side below which an answer picture cannot be judged."""
    per_question_image: int = Field(30, ge=1)
    """Samples of a run that may share one question picture; kept at the round's end."""


@agent("filter", name="rules", options=FilterOptions, asks=False)
async def filter(candidate: Candidate, context: AgentContext) -> Scores:
    """QS, AS and CDS."""
    stuff = material(context)
    pair = candidate.pair
    question, answer = stuff.at(pair.question_item), stuff.at(pair.answer_item)
    side = FilterOptions.model_validate(context.options).min_side
    finding = relate(stuff, question, answer)
    qs, why_q = question_score(candidate.instruction, question, finding)
    a, why_a = answer_score(stuff, question, answer, finding, side)
    c, why_c = context_score(candidate.instruction, question, answer, finding, stuff)
    return Scores(
        question=qs,
        answer=a,
        context=c,
        question_reason=why_q,
        answer_reason=why_a,
        context_reason=why_c,
    )


def question_score(instruction: str, question: Shown, finding: Finding | None) -> Score:
    """Is it one sound request that needs no page beside it, and speaks of what is there?

    Requests for edits are ready-made: their nouns ("the grain in this photo") name no things.
    """
    wrong = fault(instruction)
    if wrong:
        return 0, f"The wording {wrong}."
    if repetitive(instruction):
        return 1, "A word is repeated too often."
    ready = finding is not None and finding.family in ("edit", "undo")
    if unknown := [] if ready else unknown_things(instruction, question):
        said = listed([f"'{thing}'" for thing in unknown])
        return 1, f"It speaks of {said}, of which nothing said of the question picture knows."
    return 2, f"One sound request of {number_of_words(instruction)} words, no reference to a page."


def answer_score(
    stuff: Material, question: Shown, answer: Shown, finding: Finding | None, side: int
) -> Score:
    """Does the answer picture show what such a request must lead to, in good quality?"""
    like = stuff.like(question, answer)
    shorter = min(like.answer.width, like.answer.height)
    if like.indistinguishable and not tells(finding):
        return 0, f"The two pictures cannot be told apart: {compared(like)}."
    if shorter < side:
        return 1, f"The answer picture's shorter side has {shorter} pixels, fewer than {side}."
    if like.answer.contrast < 0.015:
        return 0, "The answer picture is almost empty."
    if not tells(finding) and (not cues.content(answer) or cues.composite(answer)):
        return 0, "The answer picture is a window, a table or several pictures in one."
    if contradiction(stuff, question, answer, like):
        return 1, "Another picture of the page is a closer source of the answer."
    if finding is None:
        return 1, f"The pictures do not confirm what the texts claim: {compared(like)}."
    if finding.family in LIKENED and strangers(question, answer, like):
        return 1, f"Neither look nor texts show that both are of one thing: {compared(like)}."
    return 2, f"{finding.evidence} Measured: {compared(like)}."


def compared(like: Likeness) -> str:
    """How alike the two pictures are, in words and figures."""
    grades = ((0.8, "closely"), (0.5, "largely"), (0.25, "in part"), (-1.0, "hardly"))
    much = next(word for least, word in grades if like.structure >= least)
    found = f"their structures agree {much} ({like.structure:.2f})"
    if not like.same_shape:
        return f"{found}; the frames have other proportions"
    return f"{found}; {like.changed:.0%} of the area differs"


def contradiction(stuff: Material, question: Shown, answer: Shown, like: Likeness) -> bool:
    """A closer source exists: the answer was made from another picture of the document."""
    if like.structure > 0.6:
        return False
    for other in stuff.pictures:
        if other.sha256 in (question.sha256, answer.sha256) or not cues.plain(other):
            continue
        rival = stuff.like(other, answer)
        if rival.same_shape and rival.structure > max(0.6, like.structure + 0.25):
            return True
    return False


def tells(finding: Finding | None) -> bool:
    """The request tells what changes in a scene or thing, so that it has to name its parts."""
    return finding is not None and finding.family in TOLD


def context_score(
    instruction: str, question: Shown, answer: Shown, finding: Finding | None, stuff: Material
) -> Score:
    """Is the question picture needed to know what the answer must show?

    Where a change is told in words, naming some parts is no leak; telling nearly all of them is.
    """
    pointer = POINTS.search(instruction)
    if pointer is None:
        return 0, "The request does not point at a picture; its text alone could be answered."
    subject = telling(question.caption) | telling(question.alt)
    shared = sorted(subject & telling(instruction))
    if len(shared) >= (max(4, 0.9 * len(subject)) if tells(finding) else 3):
        return 1, f"The request names what the picture shows ({', '.join(shared)})."
    if copied(instruction, answer) and not carried(stuff.like(question, answer)):
        return 1, (
            "The request repeats the answer's caption nearly word for word, and nothing of the "
            "question picture returns in the answer."
        )
    pointing = re.sub(r"\s+", " ", pointer[0])
    if not shared:
        return 2, f"It points with '{pointing}': only the question picture tells what is meant."
    named = listed([f"'{word}'" for word in shared])
    return 2, f"It points with '{pointing}' and names only {named} of what is said of its picture."


def carried(like: Likeness) -> bool:
    """Something of the question picture is there again: its outlines, or frame and colors."""
    return like.structure > 0.25 or (like.same_size and palette_gap(like) < 0.45)
