"""A critic says "none" or one suggestion, the text is written anew with it, and so on.

The loop of self-evaluation with iterative refinement (SEIR) that InterSyn's makers describe. Critic
and writer see both pictures and the text, no earlier suggestion and no word of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import Shared, question
from vqva_crawl.errors import Unusable

MOST = 3  # rounds
PROMPTS = ("critic", "revise")
Kind = Literal["question", "reasoning"]
_NOTHING = re.compile(r"\W*(?:none|nothing|no suggestions?|n/?a)?\W*", re.IGNORECASE)


class Suggestion(BaseModel):
    analysis: str
    suggestion: str


class Revision(BaseModel):
    text: str


async def refined(
    text: str,
    kind: Kind,
    context: AgentContext,
    shared: Shared,
    rounds: int,
    limit: int,
    check: Callable[[str], str],
    instruction: str = "",
) -> str:
    """The text after at most `rounds` revisions.

    `check` gives a revision as it goes on, or raises Unusable: then the text before it stands.
    `instruction` is what a reasoning belongs to.
    """
    told = {"kind": kind, "instruction": instruction}
    for _ in range(rounds):
        said = await question(context, Suggestion, "critic", shared, limit, text=text, **told)
        suggestion = " ".join(said.suggestion.split())
        if _NOTHING.fullmatch(suggestion):
            break
        told_more = {**told, "text": text, "suggestion": suggestion}
        revision = await question(context, Revision, "revise", shared, limit, **told_more)
        try:
            text = check(revision.text)
        except Unusable:
            break
    return text
