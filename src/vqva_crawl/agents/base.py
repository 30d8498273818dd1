"""What an agent of each role gets and gives. An agent is any async callable of this shape.

    planner     (PlanState, context)  -> list[Query]
    retriever   (Document, context)   -> list[Pair]
    instructor  (Pair, context)       -> Candidate | Drop
    filter      (Candidate, context)  -> Scores | Corrected | Drop
    rewriter    (Candidate, context)  -> list[str]      best variant first
    reasoner    (Candidate, context)  -> str

An agent that cannot do its work on a record raises; the record is quarantined and the rest go on.
Agents share no memory. Given the same input, options and seed, an agent without a model gives the
same output.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL.Image import Image

from vqva_crawl.clients.base import ChatModel
from vqva_crawl.records import Document, Query, Topic


@dataclass(frozen=True)
class AgentContext:
    """What an agent may use besides its input.

    `options` are the config's `agents.<role>.options`; `document` is the document at hand (None
    for the planner); `picture(sha256)` opens an accepted picture as RGB, flattened on white;
    `topics` is the taxonomy. For agents that ask a model (None for rules): `model`,
    `second` where `agents.<role>.second` names one, and `jpeg(sha256)`, the bytes that every agent
    sends of a picture. `tell` gives a line to whoever watches the run (the planner's context alone;
    elsewhere nobody hears it).
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
    picture: Callable[[str], Image] | None = None
    topics: tuple[Topic, ...] = ()
    model: ChatModel | None = None
    second: ChatModel | None = None
    jpeg: Callable[[str], Awaitable[bytes]] | None = None
    seed: int = 0
    tell: Callable[[str], object] = lambda line: None


@dataclass(frozen=True)
class QueryYield:
    """What a query of an earlier round brought: numbers only, never page text."""

    query: Query
    hits: int
    documents: int
    samples: int


@dataclass(frozen=True)
class PlanState:
    """What the planner knows at the start of a round."""

    round: int
    queries: int  # how many to propose
    accepted: Mapping[str, int]  # topic name -> accepted samples
    history: tuple[QueryYield, ...]  # every query ever sent; none may be sent again
