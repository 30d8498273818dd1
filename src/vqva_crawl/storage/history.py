"""Queries, their hits, and what they brought."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, func, inspect, select, update

from vqva_crawl.records import Hit, Query
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.ledger import add

POSTPONED = 100_000  # more than a round has queries: what waited longest comes first


def add_queries(c: Connection, number: int, queries: Iterable[Query]) -> None:
    rows = [
        {"id": q.id, "round": number, "position": i, **q.model_dump()}
        for i, q in enumerate(queries)
    ]
    add(c, t.queries, rows)


def add_plan_calls(c: Connection, number: int, calls: Iterable[ModelCall]) -> None:
    rows = [
        {"round": number, "position": i, "call": call.model_dump_json()}
        for i, call in enumerate(calls)
    ]
    add(c, t.plan_calls, rows)


def plan_calls(c: Connection, text: str) -> list[ModelCall]:
    """What the planner was answered in the round that a query was written in."""
    if not inspect(c).has_table(t.plan_calls.name):  # a run from before it was kept
        return []
    p, q = t.plan_calls.c, t.queries.c
    query = select(p.call).join(t.queries, q.round == p.round).where(q.text == text)
    return [
        ModelCall.model_validate_json(row.call) for row in c.execute(query.order_by(p.position))
    ]


def queries(c: Connection, number: int | None = None, unanswered: bool = False) -> list[Query]:
    """The queries of one round, or of all."""
    q = t.queries.c
    query = select(q.text, q.topic, q.domain, q.family).order_by(q.round, q.position)
    if number is not None:
        query = query.where(q.round == number)
    if unanswered:
        query = query.where(q.answered == 0)
    return [Query.model_validate(dict(row._mapping)) for row in c.execute(query)]


def add_hits(c: Connection, query: Query, found: list[tuple[str, Hit]]) -> None:
    """Files the (URL key, hit) pairs of a query and marks it as answered."""
    rows = [
        {"key": key, **hit.model_dump(exclude={"snippet"}), "query": query.id} for key, hit in found
    ]
    add(c, t.hits, rows)
    c.execute(update(t.queries).where(t.queries.c.id == query.id).values(answered=1))


def postpone(c: Connection, queries: Iterable[Query], number: int) -> None:
    """Queries that nobody could answer are those of a later round, before its own."""
    ids = [query.id for query in queries]
    q = t.queries.c
    values = {"round": number, "position": q.position - POSTPONED}
    c.execute(update(t.queries).where(q.id.in_(ids)).values(values))


def hits(c: Connection, number: int) -> list[tuple[str, Hit]]:
    """The (URL key, hit) pairs of a round's queries: query by query, best rank first."""
    return _pairs(c, _hits().where(t.queries.c.round == number))


def late_hits(c: Connection, number: int) -> list[tuple[str, Hit]]:
    """The same of all earlier rounds, for the documents that no annotate unit has.

    Their pages could not be had when they were found, or are to be annotated again.
    """
    d = t.documents.c
    left = select(d.key).where(d.annotate_unit.is_(None) & (d.round <= number))
    earlier = (t.queries.c.round < number) & t.hits.c.key.in_(left)
    return _pairs(c, _hits().where(earlier))


def _hits() -> Select[Any]:
    h, q = t.hits.c, t.queries.c
    columns = (h.key, h.url, h.rank, h.title, q.text.label("query"), h.topic, h.backend)
    joined = select(*columns).join(t.queries, q.id == h.query)
    return joined.order_by(q.round, q.position, h.rank, h.key)


def _pairs(c: Connection, query: Select[Any]) -> list[tuple[str, Hit]]:
    rows = (dict(row._mapping) for row in c.execute(query))
    return [(row.pop("key"), Hit(**row)) for row in rows]


def accepted_by(c: Connection, column: str) -> dict[str, int]:
    """Accepted samples counted by a column of the samples table (topic, domain, query, …)."""
    s = t.samples.c
    query = select(s[column], func.count()).where(s.state == "accepted").group_by(s[column])
    return {row[0]: row[1] for row in c.execute(query)}


def documents_by_query(c: Connection) -> dict[str, int]:
    d = t.documents.c
    return {row[0]: row[1] for row in c.execute(select(d.query, func.count()).group_by(d.query))}


def hits_by_query(c: Connection) -> dict[str, int]:
    query = (
        select(t.queries.c.text, func.count())
        .join(t.hits, t.hits.c.query == t.queries.c.id)
        .group_by(t.queries.c.text)
    )
    return {row[0]: row[1] for row in c.execute(query)}
