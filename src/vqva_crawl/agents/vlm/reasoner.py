"""Candidate -> reasoning: what is asked, what is seen, what changes, what stays, what to do.

A model that thinks in prose (QVQ and its kind) is not asked for JSON: its text is taken without
its scaffolding, and its conclusion stands at the end.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import language_of, pair_of, prose, question
from vqva_crawl.agents.vlm.echoes import no_echo
from vqva_crawl.agents.vlm.refine import MOST, PROMPTS, refined
from vqva_crawl.agents.vlm.scaffolding import prose_of
from vqva_crawl.agents.vlm.substance import Said, words
from vqva_crawl.agents.vlm.wording import off_the_page
from vqva_crawl.clients.model import guards
from vqva_crawl.clients.model.refusals import refusal
from vqva_crawl.errors import Unusable
from vqva_crawl.records import Candidate
from vqva_crawl.registry import Options, agent

LEAST = 30  # words of a reasoning; the prompt asks for 150
NOTHING = 2  # words at the most of a part that says nothing: "n/a", "Nothing."


class ReasonerOptions(Options):
    form: Literal["parts", "prose"] = "parts"
    """Five parts as JSON, or free prose for models that think aloud."""
    refine: int = Field(0, ge=0, le=MOST)
    """How often a critic may have it written anew; asks for JSON, in prose form too."""
    most: int = Field(guards.MAX_TOKENS, ge=50)
    """Tokens of a reasoning; longer ones are rejected."""
    max_tokens: int = Field(2048, ge=64)
    """Of the answer."""

    def idle(self) -> frozenset[str]:
        other = "reasoner" if self.form == "prose" else "reasoner_prose"
        return frozenset((other, *(() if self.refine else PROMPTS)))


class Parts(BaseModel):
    asks: Said
    sees: Said
    changes: Said
    stays: str  # may be nothing
    answer: Said


@agent(
    "reasoner",
    name="vlm",
    options=ReasonerOptions,
    prompts=("system", "reasoner", "reasoner_prose", *PROMPTS),
)
async def reasoner(candidate: Candidate, context: AgentContext) -> str:
    """One paragraph for each part, or the model's prose. Raises Unusable."""
    options = ReasonerOptions.model_validate(context.options)
    shared = await pair_of(context, candidate.pair)
    values = {"instruction": candidate.instruction, "expectation": candidate.expectation}
    name = "reasoner_prose" if options.form == "prose" else "reasoner"
    if options.form == "prose":
        text = await prose(context, name, shared, options.max_tokens, **values)
    else:
        parts = await question(context, Parts, name, shared, options.max_tokens, **values)
        text = "\n\n".join(each(parts))

    def check(text: str) -> str:
        return no_echo(checked(text, candidate.instruction, context, options.most), name)

    return await refined(
        check(text),
        "reasoning",
        context,
        shared,
        options.refine,
        options.max_tokens,
        check,
        candidate.instruction,
    )


def each(parts: Parts) -> list[str]:
    """The parts that say something; `stays` may be left out. Raises Unusable for one that declines.

    Some words of refusal are told only by where they stand: at the beginning.
    """
    said = ["\n".join(filter(str.strip, part.splitlines())) for _, part in parts]
    for part in said:
        if declined := refusal(part):
            raise Unusable("refusal", f"the model declined: '{declined[:60]}'", part)
    return [part for part in said if len(words(part)) > NOTHING]


def checked(text: str, instruction: str, context: AgentContext, most: int) -> str:
    """The reasoning in paragraphs.

    Raises Unusable: unreadable, empty, page_reference, leak, drift, and what prose is checked for.
    """
    text = prose_of(text)
    guards.prose(text, language_of(context), most)
    if len(words(text)) < LEAST:
        raise Unusable("empty", f"fewer than {LEAST} words of reasoning", text)
    guards.stays_with(text, instruction)
    off_the_page(text)
    return text
