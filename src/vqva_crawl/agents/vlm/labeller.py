"""The labeller with a model: which class a document belongs to (stage 1 of VQ-VA World)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import question
from vqva_crawl.agents.vlm.page import fenced, safe
from vqva_crawl.records import digest
from vqva_crawl.registry import Options, labeller


class LabellerOptions(Options):
    max_chars: int = Field(6000, ge=200)
    """Characters of the document that are read."""
    max_tokens: int = Field(512, ge=64)
    """Of the answer."""


class Class(BaseModel):
    analysis: str
    label: Literal["world_knowledge", "design_knowledge", "reasoning", "other"]


@labeller("vlm", options=LabellerOptions, prompts=("system", "labeller"))
def vlm(context: AgentContext) -> Callable[[str, str, Sequence[str]], Awaitable[tuple[str, str]]]:
    """`(text, title, captions) -> (class, reason)`; no picture is looked at."""
    options = LabellerOptions.model_validate(context.options)

    async def by_model(text: str, title: str, captions: Sequence[str]) -> tuple[str, str]:
        lines = [f"Title: {safe(title)}", *(f"Picture: {safe(c)[:200]}" for c in captions[:20])]
        said = "\n".join([*lines, safe(text)])[: options.max_chars]
        shared = (fenced("page", digest(text), said),)
        topics = [{"name": t.name, "domain": t.domain} for t in context.topics]
        answer = await question(
            context, Class, "labeller", shared, options.max_tokens, topics=topics
        )
        return answer.label, answer.analysis

    return by_model
