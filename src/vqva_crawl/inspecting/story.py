"""The story of one record: what it was made of, how it ended, and who was asked on the way."""

from __future__ import annotations

from vqva_crawl.records import AgentMark, Credit, Record, Relation, Scores
from vqva_crawl.storage.calls import ModelCall


class Origin(Record):
    """The document and what led to it. `id` is "" where the document was not kept."""

    id: str = ""
    title: str = ""
    url: str = ""
    query: str = ""
    topic: str = ""
    backend: str = ""
    fetched_at: str = ""
    language: str = ""
    licence: str = ""
    licence_evidence: str = ""


class Shown(Record):
    """A picture and what the page says of it; `size` in bytes."""

    sha256: str
    url: str
    width: int
    height: int
    format: str
    size: int
    caption: str = ""
    alt: str = ""
    credit: Credit = Credit()


class Related(Record):
    """The pair. `evidence` is "" for samples, which do not keep it."""

    id: str
    relation: Relation
    evidence: str = ""
    cues: dict[str, str] = {}


class Told(ModelCall):
    """An answer. `prompt_name` is "" where no prompt on disk has the call's digest any more."""

    prompt_name: str = ""


class Story(Record):
    """`state` is "accepted", or why not; `stage` where it ended ("" for accepted samples).

    `planning` are the planner's answers that hold the document's query, where a model wrote it;
    `agents` are those that it got to; `others` tells where records of the same id ended.
    `payload` is what a rejected record was remembered by.
    """

    run: str
    id: str
    unit: str
    round: int
    state: str
    stage: str = ""
    detail: str = ""
    document: Origin
    question: Shown | None = None
    answer: Shown | None = None
    pair: Related | None = None
    instruction: str = ""
    variants: tuple[str, ...] = ()
    scores: Scores | None = None
    reasoning: str = ""
    planning: tuple[Told, ...] = ()
    agents: tuple[AgentMark, ...] = ()
    calls: tuple[Told, ...] = ()
    payload: dict[str, object] = {}
    others: tuple[str, ...] = ()
