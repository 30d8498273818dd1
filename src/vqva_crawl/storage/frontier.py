"""The frontier: URLs known to the run and not yet given to a unit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select, update

from vqva_crawl.errors import may_pass
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


def give_back(c: Connection, before: int) -> int:
    """URLs that failed in a round earlier than `before` for a reason that may have passed wait
    again; returns how many."""
    u = t.urls.c
    failed = (u.state == "dropped") & (u.stage == "fetch")
    passing = [r for r in c.scalars(select(u.reason).where(failed).distinct()) if may_pass(r)]
    earlier = select(t.units.c.id).where(t.units.c.round < before)
    again = failed & u.reason.in_(passing) & u.unit.in_(earlier)
    waiting = update(t.urls).where(again).values(state="new", unit=None, stage="", reason="")
    return c.execute(waiting).rowcount
