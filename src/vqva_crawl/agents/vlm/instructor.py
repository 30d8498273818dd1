"""Pair -> instruction: the model reasons about the relation, then writes one question."""

from __future__ import annotations

from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import pair_of, question, words_of
from vqva_crawl.agents.vlm.wording import unspoilt, usable
from vqva_crawl.records import Candidate, Drop, Pair
from vqva_crawl.registry import Options, agent


class InstructorOptions(Options):
    max_tokens: int = Field(1024, ge=64)
    """Of the answer."""


class Question(BaseModel):
    analysis: str
    works: bool
    question: str
    expectation: str


@agent("instructor", name="vlm", options=InstructorOptions, prompts=("system", "instructor"))
async def instructor(pair: Pair, context: AgentContext) -> Candidate | Drop:
    """An instruction that points at the question picture, or a Drop where none is to be had."""
    options = InstructorOptions.model_validate(context.options)
    shared = (*await pair_of(context, pair), words_of(context, pair))
    answer = await question(
        context,
        Question,
        "instructor",
        shared,
        options.max_tokens,
        relation=pair.relation,
        why=unspoilt(pair.evidence, context),
    )
    if not answer.works:
        return Drop(reason="no_question", detail=answer.analysis[:500])
    instruction = usable(answer.question, context)
    expectation = unspoilt(answer.expectation, context)
    return Candidate(pair=pair, instruction=instruction, expectation=expectation)
