"""Does the instruction say what leads from one picture to the other?

Each picture is captioned in a call of its own, so that neither caption knows of the other; then a
call with both says the difference and whether the instruction asks for it (UnicEdit). A caption is
stored like any answer: a picture of several pairs is captioned once. It goes on fenced, without
addresses and without what speaks to a model: the picture may have writing in it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import pair_of, picture_of, question
from vqva_crawl.agents.vlm.echoes import no_echo
from vqva_crawl.agents.vlm.page import fenced, safe
from vqva_crawl.agents.vlm.scaffolding import request_of
from vqva_crawl.agents.vlm.substance import says_nothing
from vqva_crawl.agents.vlm.wording import expected, remark, requested
from vqva_crawl.records import Candidate, Drop

PROMPTS = ("verify_caption", "verify")


class Caption(BaseModel):
    caption: str


class Difference(BaseModel):
    difference: str
    analysis: str
    verdict: Literal["keep", "correct", "drop"]
    instruction: str
    expectation: str


async def verified(candidate: Candidate, context: AgentContext, limit: int) -> Candidate | Drop:
    """The candidate, or one with a corrected instruction and its expectation, or a Drop (verify).

    Raises Unusable for a correction that cannot be used, and for captions, a difference or an
    analysis that are none (a refusal, a loop): then nobody has looked.
    """
    pair = candidate.pair
    before = await _caption(pair.question, context, limit)
    after = await _caption(pair.answer, context, limit)
    found = await question(
        context,
        Difference,
        "verify",
        await pair_of(context, pair),
        limit,
        instruction=candidate.instruction,
        before=before,
        after=after,
    )
    difference, analysis = (
        "" if says_nothing(said) else remark(said, context)
        for said in (found.difference, found.analysis)
    )
    if found.verdict == "drop":
        facts = {"difference": difference, "analysis": analysis}
        return Drop(reason="verify", detail=difference[:500], facts=facts)
    if found.verdict == "keep":
        return candidate
    told = expected(found.expectation, context)
    # The answer picture is the same: what the old request's answer shows, this one's does, too.
    both = [requested(request_of(found.instruction), each, context) for each in
            (found.expectation, candidate.expectation)]  # fmt: skip
    return Candidate(pair=pair, instruction=no_echo(both[0], "verify"), expectation=told)


async def _caption(sha256: str, context: AgentContext, limit: int) -> str:
    shared = await picture_of(context, "picture", sha256)
    said = (await question(context, Caption, "verify_caption", shared, limit)).caption
    return fenced("caption", sha256, safe(remark(said, context)))
