"""A critic says "none" or one suggestion, the text is written anew with it, and so on.

The loop of self-evaluation with iterative refinement (SEIR) that InterSyn's makers describe. Critic
and writer see both pictures and the text, no earlier suggestion and no word of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import structlog
from pydantic import BaseModel

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.asking import Shared, question
from vqva_crawl.agents.vlm.forms import Text
from vqva_crawl.clients.model.refusals import refusal
from vqva_crawl.errors import Unusable

log = structlog.get_logger()

MOST = 3  # rounds
PROMPTS = ("critic", "revise")
Kind = Literal["question", "reasoning"]
# A whole suggestion that says that there is nothing to say: at most a remark may follow.
_NOTHING = re.compile(
    r"\W*(?:(?:none|nothing|n/?a)(?:\W*\Z|\s*[,.;:\u2013\u2014-])|nothing (?:to|needs)\b|"
    r"no (?:further |more |other )?(?:changes?|suggestions?|improvements?|revisions?|edits?)\b|"
    r"(?:it|(?:the|this) (?:question|request|reasoning|text)) (?:is|reads|looks|works|seems) "
    r"(?:already |very |quite )?(?:fine|good|well|ok(?:ay)?|clear)\b|\Z).{0,60}",
    re.IGNORECASE | re.DOTALL,
)


class Suggestion(BaseModel):
    analysis: Text = ""
    suggestion: Text


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

    `check` gives a revision as it goes on, or raises Unusable: then the text before it stands, as
    where critic or writer give nothing that can be used. `instruction` is what a reasoning belongs
    to.
    """
    told = {"kind": kind, "instruction": instruction}
    for _ in range(rounds):
        try:
            said = await question(context, Suggestion, "critic", shared, limit, text=text, **told)
            suggestion = " ".join(said.suggestion.split())
            if _NOTHING.fullmatch(suggestion) or refusal(suggestion):
                break
            more = {**told, "text": text, "suggestion": suggestion}
            text = check((await question(context, Revision, "revise", shared, limit, **more)).text)
        except Unusable as error:
            log.info("refine_ends", kind=kind, why=str(error))
            break
    return text
