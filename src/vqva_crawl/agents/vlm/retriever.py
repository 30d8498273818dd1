"""Document -> pairs: the model reads the page with its pictures and proposes related ones.

To keep the price down it sees the pictures as one numbered contact sheet; only what it proposes is
looked at in reading size by the agents after it. The rules can prune before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import combinations
from typing import Annotated, Literal

from PIL import Image
from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.finding import Material, material
from vqva_crawl.agents.rules.retriever import candidates
from vqva_crawl.agents.vlm.asking import Shared, question
from vqva_crawl.agents.vlm.forms import Family, Number, Text, usable_of
from vqva_crawl.agents.vlm.page import numbered, places, reading
from vqva_crawl.clients.model.pictures import contact_sheets
from vqva_crawl.records import Document, Pair
from vqva_crawl.registry import Options, agent

PREFILTER = 0.3  # strength from which a finding of the rules keeps its pictures
ALIKE = 0.5  # structural likeness of two pictures of one motif, as in agents/rules/kinship.py


class RetrieverOptions(Options):
    view: Literal["sheet", "full"] = "sheet"
    """One contact sheet of all pictures, or each in reading size."""
    tile: int = Field(192, ge=64, le=512)
    """Pixels a side of a picture on the sheet."""
    per_sheet: int = Field(16, ge=2, le=64)
    """Pictures on one sheet."""
    prefilter: Literal["none", "likely", "rules"] = "none"
    """rules: show only pictures that the rules can relate to another one, and no page without any;
    likely: also those that share a figure with another one, or its structure."""
    reach: int | None = Field(None, ge=1)
    """Read only headings and so many texts before and after each shown picture; null: all."""
    max_pictures: int = Field(48, ge=2)
    """Of one document, in reading order."""
    max_pairs: int = Field(8, ge=1)
    """Of one document."""
    max_tokens: int = Field(2048, ge=64)
    """Of the answer."""


class Proposed(BaseModel):
    """Thoughts first, verdict last: a model that writes in order decides on what it has said."""

    relation: Text = ""
    why: Text = ""
    direction: Text = ""
    family: Family
    question: Number
    answer: Number


class Proposals(BaseModel):
    analysis: Text = ""
    pairs: Annotated[list[Proposed], usable_of(Proposed)]


@agent("retriever", name="vlm", options=RetrieverOptions, prompts=("system", "retriever"))
async def retriever(document: Document, context: AgentContext) -> list[Pair]:
    """Pairs in the order of the proposal; what names no picture, or one twice, is left out."""
    options = RetrieverOptions.model_validate(context.options)
    numbers = _chosen(document, context, options)
    if len(numbers) < 2:
        return []
    text = reading(document, numbers, reach=options.reach)
    shared = (text, *await _view(context, list(numbers), options))
    answer = await question(
        context,
        Proposals,
        "retriever",
        shared,
        options.max_tokens,
        count=len(numbers),
        most=options.max_pairs,
    )
    return pairs_of(document, numbers, answer.pairs)[: options.max_pairs]


def _chosen(document: Document, context: AgentContext, options: RetrieverOptions) -> dict[str, int]:
    """sha256 -> number of the pictures that are shown."""
    known = list(numbered(document))
    if options.prefilter != "none":
        stuff = material(context)
        kept = related(stuff) if options.prefilter == "rules" else related(stuff) | likely(stuff)
        known = [sha256 for sha256 in known if sha256 in kept]
    return {sha256: n for n, sha256 in enumerate(known[: options.max_pictures], 1)}


def related(stuff: Material) -> set[str]:
    """Pictures that the rules can relate to another one."""
    return {shown.sha256 for _, *two in candidates(stuff, PREFILTER) for shown in two}


def likely(stuff: Material) -> set[str]:
    """Pictures that share a figure with another one, or look as if they showed the same motif."""
    return {
        shown.sha256
        for one, other in combinations(stuff.pictures, 2)
        if one.sha256 != other.sha256
        and (one.group == other.group >= 0 or stuff.like(one, other).structure > ALIKE)
        for shown in (one, other)
    }


async def _view(context: AgentContext, shown: list[str], options: RetrieverOptions) -> Shared:
    if context.picture is None or context.jpeg is None:
        raise ValueError("the retriever needs the pictures")
    if options.view == "sheet":
        return await asyncio.to_thread(_sheets, context.picture, shown, options)
    parts: list[str | bytes] = []
    for n, sha256 in enumerate(shown, 1):
        parts += [f"Picture {n}:", await context.jpeg(sha256)]
    return tuple(parts)


def _sheets(
    picture: Callable[[str], Image.Image], shown: list[str], options: RetrieverOptions
) -> Shared:
    """Off the event loop: up to 48 pictures are decoded for it."""
    return tuple(contact_sheets(list(map(picture, shown)), options.tile, options.per_sheet))


def pairs_of(document: Document, numbers: dict[str, int], proposals: list[Proposed]) -> list[Pair]:
    """Proposals as records, each ordered pair once."""
    by_number = {n: sha256 for sha256, n in numbers.items()}
    stands = places(document)
    pairs: dict[tuple[int, int], Pair] = {}
    for said in proposals:
        two = (said.question, said.answer)
        if said.question == said.answer or two in pairs or not set(two) <= by_number.keys():
            continue
        asked, answered = by_number[said.question], by_number[said.answer]
        pairs[two] = Pair(
            document=document.id,
            question=asked,
            answer=answered,
            question_item=stands[asked],
            answer_item=stands[answered],
            relation=said.family,
            evidence=": ".join(filter(None, (_line(said.relation), _line(said.why)))),
            cues={"view": "model"},
            strength=0.5,
        )
    return list(pairs.values())


def _line(text: str) -> str:
    return " ".join(text.split()).rstrip(":")
