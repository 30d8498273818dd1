"""The frontier: URLs known to the run and not yet given to a unit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from vqva_crawl.records import Target
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import add


def add_targets(c: Connection, targets: Iterable[Target]) -> int:
    """Adds URLs that are new to the run; returns how many were."""
    rows = [{**target.model_dump(), "state": "new"} for target in targets]
    return add(c, t.urls, rows)


def waiting(c: Connection, limit: int | None) -> list[Target]:
    """URLs without a unit, shallow ones first, then by key: an order that no timing changes."""
    u = t.urls.c
    columns = (u.key, u.url, u.depth, u.query, u.topic, u.backend)
    query = select(*columns).where(u.state == "new").order_by(u.depth, u.key).limit(limit)
    return [Target(**row._mapping) for row in c.execute(query)]


def taken(c: Connection) -> int:
    """How many URLs were given to units so far."""
    return c.scalar(select(func.count()).where(t.urls.c.state != "new")) or 0
