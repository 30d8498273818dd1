"""Pair -> instruction: the model reasons about the relation, then writes one question.

Of the page it sees what the retriever said of the pair and the captions, and of these only what the
page speaks of in several places: the retriever alone reads whole pages (threat 19).
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import document_of, language_of, pair_of, question
from vqva_crawl.agents.vlm.echoes import no_echo
from vqva_crawl.agents.vlm.forms import Text
from vqva_crawl.agents.vlm.page import captions, fenced
from vqva_crawl.agents.vlm.refine import MOST, PROMPTS, refined
from vqva_crawl.agents.vlm.scaffolding import request_of
from vqva_crawl.agents.vlm.wording import expected, on_subject, requested
from vqva_crawl.config.languages import CODES
from vqva_crawl.records import Candidate, Drop, Pair
from vqva_crawl.registry import Options, agent

MOST_OF_A_TEXT = 400  # characters


class InstructorOptions(Options):
    refine: int = Field(0, ge=0, le=MOST)
    """How often a critic may have the question written anew."""
    max_tokens: int = Field(1024, ge=64)
    """Of the answer."""

    def idle(self) -> frozenset[str]:
        return frozenset(() if self.refine else PROMPTS)


class Question(BaseModel):
    analysis: Text = ""
    works: bool
    question: Text = ""
    expectation: Text = ""


@agent(
    "instructor",
    name="vlm",
    options=InstructorOptions,
    prompts=("system", "instructor", *PROMPTS),
)
async def instructor(pair: Pair, context: AgentContext) -> Candidate | Drop:
    """An instruction that points at the question picture, or a Drop where none is to be had."""
    options = InstructorOptions.model_validate(context.options)
    pictures = await pair_of(context, pair)
    answer = await question(
        context,
        Question,
        "instructor",
        (*pictures, note(pair, context)),
        options.max_tokens,
        family=pair.relation,
        language=_code(language_of(context)),
    )
    if not answer.works:
        return Drop(reason="no_question", detail=answer.analysis[:500])

    def check(text: str) -> str:
        text = requested(request_of(text), answer.expectation, context)
        return no_echo(text, "instructor")

    first, expectation = check(answer.question), expected(answer.expectation, context)
    instruction = await refined(
        first,
        "question",
        context,
        pictures,
        options.refine,
        options.max_tokens,
        check,
    )
    if instruction != first:  # nobody has compared it with a revision
        expectation = ""
    return Candidate(pair=pair, instruction=instruction, expectation=expectation)


def _code(language: str) -> str:
    """A language's ISO 639-1 code; "" for what else a page may declare as one (threat 19)."""
    return language if language in CODES else ""


def note(pair: Pair, context: AgentContext) -> str:
    """What is known of the two pictures besides what they show, as fenced data."""
    document = document_of(context)
    said = [("why", pair.evidence)]
    said += [("question picture", text) for text in captions(document, pair.question_item)]
    said += [("answer picture", text) for text in captions(document, pair.answer_item)]
    kept = [(what, on_subject(text, context)) for what, text in said]
    lines = [f"{what}: {text[:MOST_OF_A_TEXT]}" for what, text in kept if text]
    return fenced("page", document.id, "\n".join(lines) or "nothing is said")
