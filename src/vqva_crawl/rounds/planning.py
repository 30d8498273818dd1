"""plan: the planner writes the round's queries."""

from __future__ import annotations

from sqlalchemy import Connection

from vqva_crawl.agents.base import AgentContext, PlanState, QueryYield
from vqva_crawl.clients.model.asked import Asked, told_without
from vqva_crawl.errors import FATAL, ConfigError
from vqva_crawl.foreign import contained
from vqva_crawl.masking import told
from vqva_crawl.records import Query
from vqva_crawl.registry import lookup
from vqva_crawl.rounds.driver import Driver
from vqva_crawl.storage import history
from vqva_crawl.storage.calls import ModelCall


async def plan(driver: Driver, number: int) -> None:
    """The planner writes the round's queries."""
    with driver.ledger.begin() as c:
        state = plan_state(c, number, driver.config.plan.queries_per_round)
    name = driver.config.plan.agent.name
    try:
        proposed, calls = await propose(driver, state)
    except FATAL:
        raise
    except Exception as error:
        raise ConfigError(f"plan.agent: the planner '{name}' failed: {told(error)}") from error
    sent = {past.query.id for past in state.history}
    fresh = {q.id: q for q in proposed if q.id not in sent}
    with driver.ledger.begin() as c:
        history.add_queries(c, number, list(fresh.values())[: state.queries])
        history.add_plan_calls(c, number, calls)


async def propose(driver: Driver, state: PlanState) -> tuple[list[Query], list[ModelCall]]:
    """The queries, and what the planner was answered; TypeError when it gives no list of them."""
    choice = driver.config.plan.agent
    calls: list[ModelCall] = []
    async with driver.models() as models:
        model = models.get("planner")
        context = AgentContext(
            options=choice.options,
            topics=driver.topics,
            model=model and Asked(model, "planner", "", "", calls.append),
            seed=driver.config.seed,
            tell=driver.watcher.line,
        )
        with contained("it"), told_without("planner", choice.name, context.model):
            given = await lookup("planner", choice.name)(state, context)
    if not isinstance(given, list) or not all(isinstance(query, Query) for query in given):
        raise TypeError(f"it gave {type(given).__name__}, not a list of Query")
    return given, calls


def plan_state(c: Connection, number: int, queries: int) -> PlanState:
    hits, documents = history.hits_by_query(c), history.documents_by_query(c)
    samples = history.accepted_by(c, "query")
    past = tuple(
        QueryYield(
            query=q,
            hits=hits.get(q.text, 0),
            documents=documents.get(q.text, 0),
            samples=samples.get(q.text, 0),
        )
        for q in history.queries(c)
    )
    accepted = history.accepted_by(c, "topic")
    return PlanState(round=number, queries=queries, accepted=accepted, history=past)
