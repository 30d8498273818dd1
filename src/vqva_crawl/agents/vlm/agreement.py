"""Two models, one verdict: what they disagree on is for people to look at.

Agreement of a weak and a strong model as a sign of a label that can be trusted: the consistency
criterion of Athena. The second model gets the same prompts and sees nothing of what the first said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.records import Candidate, Drop, Scores

Agreement = Literal["off", "kept", "all"]
Judge = Callable[[Candidate, AgentContext], Awaitable[Scores]]


async def agreed(
    judge: Judge, candidate: Candidate, context: AgentContext, asked: Agreement
) -> Scores | Drop:
    """The first model's scores where the second comes to the same verdict, else a Drop with both.

    With "kept" the second is asked about what the first keeps, with "all" about everything.
    """
    first = await judge(candidate, context)
    if asked == "off" or (asked == "kept" and not first.perfect):
        return first
    if context.second is None:
        raise ValueError("the option 'agreement' needs context.second")
    second = await judge(candidate, replace(context, model=context.second))
    if second.perfect == first.perfect:
        return first
    keeps, drops = ("first", "second") if first.perfect else ("second", "first")
    return Drop(
        reason="disagreement",
        detail=f"the {keeps} model keeps it, the {drops} does not",
        facts={"first": first.model_dump(), "second": second.model_dump()},
    )
