"""Candidate -> variants of the instruction, best first."""

from __future__ import annotations

from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import question
from vqva_crawl.agents.vlm.echoes import no_echo
from vqva_crawl.agents.vlm.scaffolding import request_of
from vqva_crawl.agents.vlm.wording import requested
from vqva_crawl.errors import Unusable
from vqva_crawl.records import Candidate
from vqva_crawl.registry import Options, agent


class RewriterOptions(Options):
    variants: int = Field(3, ge=1, le=10)
    """How many to ask for."""
    max_tokens: int = Field(768, ge=64)
    """Of the answer."""


class Variants(BaseModel):
    variants: list[str]


@agent("rewriter", name="vlm", options=RewriterOptions, prompts=("system", "rewriter"))
async def rewriter(candidate: Candidate, context: AgentContext) -> list[str]:
    """Variants in the model's order; one that fails a check is left out, the others stay.

    One that tells more of the answer than the instruction does fails, too.
    """
    options = RewriterOptions.model_validate(context.options)
    answer = await question(
        context,
        Variants,
        "rewriter",
        (),
        options.max_tokens,
        instruction=candidate.instruction,
        count=options.variants,
    )
    kept: dict[str, str] = {_plainly(candidate.instruction): ""}
    for variant in answer.variants:
        try:
            text = requested(request_of(variant), candidate.expectation, context)
            no_echo(text, "rewriter")
        except Unusable:
            continue
        kept.setdefault(_plainly(text), text)
    return [text for text in kept.values() if text][: options.variants]


def _plainly(text: str) -> str:
    """Two texts that differ in case and punctuation alone are the same."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
