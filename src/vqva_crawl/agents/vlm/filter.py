"""Candidate -> three scores, each judged afresh in a call of its own, analysis before score.

The cheap judgements come first, and the first that fails ends the matter: what was not judged any
more gets its score and says so (a lower one would be taken for the reason). The context score is
backed by a blind run: a model that sees no picture says what the answer would show, and where it is
right, the question picture was not needed. No call holds a word of the page, so no page can say
what is to be found.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm import verify
from vqva_crawl.agents.vlm.agreement import Agreement, agreed
from vqva_crawl.agents.vlm.asking import pair_of, question
from vqva_crawl.agents.vlm.page import fenced, safe
from vqva_crawl.agents.vlm.wording import remark
from vqva_crawl.errors import Unusable
from vqva_crawl.records import Candidate, Corrected, Drop, Scores
from vqva_crawl.registry import Options, agent

UNTOLD = "cannot be told"
UNJUDGED = "not judged: another score had failed"


class FilterOptions(Options):
    stop_early: bool = True
    """Do not ask for the other scores once one has failed."""
    blind: bool = True
    """Back the context score with a run that sees no picture."""
    max_tokens: int = Field(768, ge=64)
    """Of each answer."""
    agreement: Agreement = "off"
    """A second model must come to the same verdict: on what the first one keeps, or on all."""
    verify: bool = False
    """Caption both pictures and ask whether the instruction says their difference, before it."""
    per_question_image: int = Field(30, ge=1)
    """Samples of a run that may share one question picture; kept at the round's end."""

    def idle(self) -> frozenset[str]:
        unguessed = () if self.blind else ("filter_blind",)
        return frozenset((*unguessed, *(() if self.verify else verify.PROMPTS)))


class Judgement(BaseModel):
    analysis: str
    score: int = Field(ge=0, le=2)


class Guess(BaseModel):
    analysis: str
    answer_shows: str


@agent(
    "filter",
    name="vlm",
    options=FilterOptions,
    prompts=(
        "system",
        "filter_question",
        "filter_answer",
        "filter_blind",
        "filter_context",
        *verify.PROMPTS,
    ),
)
async def filter(candidate: Candidate, context: AgentContext) -> Scores | Corrected | Drop:
    """Three scores; of another instruction where `verify` put it right, which is judged then."""
    options = FilterOptions.model_validate(context.options)
    if not options.verify:
        return await agreed(judged, candidate, context, options.agreement)
    right = await verify.verified(candidate, context, options.max_tokens)
    if isinstance(right, Drop):
        return right
    given = await agreed(judged, right, context, options.agreement)
    if isinstance(given, Drop) or right == candidate:
        return given
    return Corrected(candidate=right, scores=given)


async def judged(candidate: Candidate, context: AgentContext) -> Scores:
    """QS from the words alone, AS from both pictures, CDS with the blind guess beside them.

    Raises Unusable for a judgement whose analysis is none.
    """
    options = FilterOptions.model_validate(context.options)
    found: dict[str, Judgement] = {}
    for kind, judge in (("question", _question), ("answer", _answer), ("context", _context)):
        found[kind] = sound(await judge(candidate, context, options), context)
        if options.stop_early and found[kind].score < 2:
            break
    rest = Judgement(analysis=UNJUDGED, score=min(each.score for each in found.values()))
    said = {kind: found.get(kind, rest) for kind in ("question", "answer", "context")}
    return Scores(
        **{kind: each.score for kind, each in said.items()},
        **{f"{kind}_reason": each.analysis for kind, each in said.items()},
    )


def sound(said: Judgement, context: AgentContext) -> Judgement:
    """A judgement as it is published.

    Raises Unusable: a score beside a refusal, a loop, another script or nothing was not thought
    out.
    """
    return said.model_copy(update={"analysis": remark(said.analysis, context)})


def guessed(said: Guess, candidate: Candidate, context: AgentContext) -> str:
    """The blind guess, fenced, without addresses; a model that declines could not tell.

    It saw no picture, and may say so. Raises Unusable for a loop and the like.
    """
    try:
        told = remark(said.answer_shows, context)
    except Unusable as error:
        if error.reason not in ("refusal", "empty"):
            raise
        told = UNTOLD
    return fenced("guess", candidate.pair.answer, safe(told) or UNTOLD)


async def _question(
    candidate: Candidate, context: AgentContext, options: FilterOptions
) -> Judgement:
    return await question(
        context,
        Judgement,
        "filter_question",
        (),
        options.max_tokens,
        instruction=candidate.instruction,
    )


async def _answer(candidate: Candidate, context: AgentContext, options: FilterOptions) -> Judgement:
    shared = await pair_of(context, candidate.pair)
    return await question(
        context,
        Judgement,
        "filter_answer",
        shared,
        options.max_tokens,
        instruction=candidate.instruction,
        family=candidate.pair.relation,
    )


async def _context(
    candidate: Candidate, context: AgentContext, options: FilterOptions
) -> Judgement:
    guess = ""
    if options.blind:
        blind = await question(
            context,
            Guess,
            "filter_blind",
            (),
            options.max_tokens,
            instruction=candidate.instruction,
        )
        guess = guessed(blind, candidate, context)
    shared = await pair_of(context, candidate.pair)
    return await question(
        context,
        Judgement,
        "filter_context",
        shared,
        options.max_tokens,
        instruction=candidate.instruction,
        guess=guess,
    )
