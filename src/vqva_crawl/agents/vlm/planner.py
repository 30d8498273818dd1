"""The planner with a model: queries from the target mix, coverage and earlier yield.

It sees numbers and query strings, never page text (threat 19). Where the model fails, the rules
plan.
"""

from __future__ import annotations

from typing import Annotated

import structlog
from pydantic import BaseModel, Field

from vqva_crawl.agents.base import AgentContext, PlanState
from vqva_crawl.agents.rules import planner as rules
from vqva_crawl.agents.vlm.asking import question
from vqva_crawl.agents.vlm.forms import Family, Text, usable_of
from vqva_crawl.agents.vlm.queries import fault
from vqva_crawl.errors import ModelError, Unusable
from vqva_crawl.records import Query, Topic
from vqva_crawl.registry import Options, agent

log = structlog.get_logger()
REMEMBERED = 60  # earlier queries that are told, the best and the latest


class PlannerOptions(Options):
    max_tokens: int = Field(2048, ge=64)
    """Of the answer."""


class Planned(BaseModel):
    text: str
    topic: str
    family: Family


class Plan(BaseModel):
    analysis: Text = ""
    queries: Annotated[list[Planned], usable_of(Planned)]


@agent("planner", name="vlm", options=PlannerOptions, prompts=("system", "planner"))
async def plan(state: PlanState, context: AgentContext) -> list[Query]:
    """At most `state.queries` new queries; the rules fill up what the model leaves open."""
    options = PlannerOptions.model_validate(context.options)
    try:
        answer = await question(
            context,
            Plan,
            "planner",
            (),
            options.max_tokens,
            topics=[_told(topic, state) for topic in context.topics],
            history=_history(state),
            count=state.queries,
        )
    except (Unusable, ModelError) as error:
        log.warning("planner_falls_back", error=str(error))
        context.tell(f"plan: the rules plan round {state.round}, the model does not: {error}")
        return await rules.plan(state, context)
    mine = checked(answer.queries, state, context.topics)[: state.queries]
    more = await rules.plan(state, context) if len(mine) < state.queries else []
    merged = {query.id: query for query in (*mine, *more)}
    return list(merged.values())[: state.queries]


def checked(planned: list[Planned], state: PlanState, topics: tuple[Topic, ...]) -> list[Query]:
    """New queries for known topics and their families, of those that may be sent (queries.py)."""
    by_name = {topic.name: topic for topic in topics}
    sent = {past.query.id for past in state.history}
    found: dict[str, Query] = {}
    for said in planned:
        topic, text = by_name.get(said.topic), " ".join(said.text.split())
        if topic is None or said.family not in topic.families:
            continue
        if wrong := fault(text, topics):
            log.info("query_left_out", query=text[:120], why=wrong)
            continue
        query = Query(text=text, topic=topic.name, domain=topic.domain, family=said.family)
        if query.id not in sent:
            found.setdefault(query.id, query)
    return list(found.values())


def _told(topic: Topic, state: PlanState) -> dict[str, object]:
    accepted = state.accepted.get(topic.name, 0)
    return {
        "name": topic.name,
        "domain": topic.domain,
        "families": ", ".join(topic.families),
        "keywords": ", ".join(topic.keywords[:12]),
        "share": round(topic.share, 3),
        "accepted": accepted,
        "reached": round(accepted / max(1, sum(state.accepted.values())), 3),
    }


def _history(state: PlanState) -> list[dict[str, object]]:
    latest = state.history[-REMEMBERED // 2 :]
    best = sorted(state.history, key=lambda past: -past.samples)[: REMEMBERED // 2]
    told = {past.query.id: past for past in (*best, *latest)}
    return [
        {
            "text": past.query.text,
            "topic": past.query.topic,
            "hits": past.hits,
            "documents": past.documents,
            "samples": past.samples,
        }
        for past in told.values()
    ]
