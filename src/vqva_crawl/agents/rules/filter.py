"""Candidate -> three scores with a reason each, judged afresh: the retriever's cues are not read.

What counts is what a stranger sees: question picture, instruction, answer picture.
"""

from __future__ import annotations

from pydantic import Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules import cues
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Material, material
from vqva_crawl.agents.rules.guards import fault, points, repetitive
from vqva_crawl.agents.rules.kinship import strangers
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.relations import LIKENED, TOLD, relate
from vqva_crawl.agents.rules.text import telling
from vqva_crawl.records import Candidate, Scores
from vqva_crawl.registry import Options, agent

Score = tuple[int, str]


class FilterOptions(Options):
    min_side: int = Field(96, ge=1)
    """Pixels of the shorter side below which an answer picture cannot be judged."""
    per_question_image: int = Field(30, ge=1)
    """Samples of a run that may share one question picture; kept at the round's end."""


@agent("filter", name="rules", options=FilterOptions)
async def filter(candidate: Candidate, context: AgentContext) -> Scores:
    """QS, AS and CDS."""
    stuff = material(context)
    pair = candidate.pair
    question, answer = stuff.at(pair.question_item), stuff.at(pair.answer_item)
    side = FilterOptions.model_validate(context.options).min_side
    qs, why_q = question_score(candidate.instruction)
    a, why_a = answer_score(stuff, question, answer, side)
    c, why_c = context_score(candidate.instruction, question, tells(stuff, question, answer))
    return Scores(
        question=qs,
        answer=a,
        context=c,
        question_reason=why_q,
        answer_reason=why_a,
        context_reason=why_c,
    )


def question_score(instruction: str) -> Score:
    """Is it one sound request that needs no page beside it?"""
    wrong = fault(instruction)
    if wrong:
        return 0, f"The wording {wrong}."
    if repetitive(instruction):
        return 1, "A word is repeated too often."
    return 2, "A clear request in plain words without references to a page."


def answer_score(stuff: Material, question: Shown, answer: Shown, side: int) -> Score:
    """Does the answer picture show what such a request must lead to, in good quality?"""
    like = stuff.like(question, answer)
    if like.indistinguishable and not tells(stuff, question, answer):
        return 0, "The two pictures cannot be told apart."
    if min(like.answer.width, like.answer.height) < side:
        return 1, f"The answer picture is smaller than {side} pixels."
    if like.answer.contrast < 0.015:
        return 0, "The answer picture is almost empty."
    if not tells(stuff, question, answer) and (not cues.content(answer) or cues.composite(answer)):
        return 0, "The answer picture is a window, a table or several pictures in one."
    if contradiction(stuff, question, answer, like):
        return 1, "A detail of the answer contradicts the question picture."
    finding = relate(stuff, question, answer)
    if finding is None:
        return 1, "The pictures do not confirm what the texts claim."
    if finding.family in LIKENED and strangers(question, answer, like):
        return 1, "Neither look nor texts show that both pictures are of one thing."
    return 2, "The answer picture fits the question picture and shows what is asked."


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


def tells(stuff: Material, question: Shown, answer: Shown) -> bool:
    """The request tells what changes in a scene or thing, so that it has to name its parts."""
    finding = relate(stuff, question, answer)
    return finding is not None and finding.family in TOLD


def context_score(instruction: str, question: Shown, told: bool = False) -> Score:
    """Is the question picture needed to know what the answer must show?

    Where a change is told in words, naming some parts is no leak; telling nearly all of them is.
    """
    if not points(instruction):
        return 0, "The request does not point at a picture; its text alone could be answered."
    subject = telling(question.caption) | telling(question.alt)
    leaked = subject & telling(instruction)
    if len(leaked) >= (max(4, 0.9 * len(subject)) if told else 3):
        return 1, f"The request names what the picture shows ({', '.join(sorted(leaked))})."
    return 2, "The request points at the question picture and leaves its content to it."
