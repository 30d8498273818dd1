"""The frontier: URLs known to the run and not yet given to a unit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from vqva_crawl.errors import may_pass
from vqva_crawl.records import Target
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import add
from vqva_crawl.urls import host

NAMES = ("key", "url", "depth", "query", "topic", "backend", "place")
COMPARED = ("key", "depth", "url")


def add_targets(c: Connection, targets: Iterable[Target]) -> int:
    """Adds URLs that are new to the run; returns how many were.

    Of a waiting URL that several pages lead to, the least depth counts, then the first spelling,
    so that it does not matter which of them was committed first.
    """
    rows = [{**target.model_dump(), "state": "new"} for target in targets]
    new = add(c, t.urls, rows)
    if new < len(rows):
        _settle(c, rows)
    return new


def _settle(c: Connection, rows: list[dict[str, Any]]) -> None:
    u = t.urls.c
    key, depth, url = (bindparam(f"other_{name}", type_=u[name].type) for name in COMPARED)
    waits = (u.key == key) & (u.state == "new") & (u.backend == bindparam("other_backend"))
    better = (depth < u.depth) | ((depth == u.depth) & (url < u.url))
    statement = update(t.urls).where(waits & better).values(depth=depth, url=url)
    c.execute(statement, [{f"other_{n}": row[n] for n in (*COMPARED, "backend")} for row in rows])


def waiting(
    c: Connection, limit: int | None, shares: Mapping[str, int] | None = None
) -> list[Target]:
    """URLs without a unit, shallow ones first, then by key: an order that no timing changes.

    At most `limit` of them, and of a backend named in `shares` at most so many.
    """
    u = t.urls.c
    order = (u.depth, u.key)
    columns = [u[name] for name in NAMES]
    nth = func.row_number().over(partition_by=u.backend, order_by=order).label("nth")
    new = select(*columns, nth).where(u.state == "new").subquery()
    query = select(new).order_by(new.c.depth, new.c.key).limit(limit)
    for backend, share in (shares or {}).items():
        query = query.where((new.c.backend != backend) | (new.c.nth <= share))
    return [Target(**{n: row._mapping[n] for n in NAMES}) for row in c.execute(query)]


def taken(c: Connection, backend: str | None = None) -> int:
    """How many URLs (of a backend) were given to units so far."""
    query = select(func.count()).where(t.urls.c.state != "new")
    if backend is not None:
        query = query.where(t.urls.c.backend == backend)
    return c.scalar(query) or 0


def read_again(c: Connection, keys: Iterable[str]) -> None:
    """Pages that were asked for wait again; what the run has of them stays as it is."""
    u = t.urls.c
    asked = u.key.in_(list(keys)) & u.state.in_(["done", "dropped"])
    c.execute(update(t.urls).where(asked).values(state="new", unit=None, stage="", reason=""))


def give_back(c: Connection, before: int, resting: Container[str]) -> int:
    """URLs that failed in a round earlier than `before` for a reason that may have passed wait
    again, but for those of `resting` hosts; returns how many."""
    u = t.urls.c
    missed = u.stage.in_(["fetch", "describe"]) | (u.reason == "pictures_unreachable")
    failed = (u.state == "dropped") & missed
    passing = [r for r in c.scalars(select(u.reason).where(failed).distinct()) if may_pass(r)]
    earlier = select(t.units.c.id).where(t.units.c.round < before)
    again = failed & u.reason.in_(passing) & u.unit.in_(earlier)
    rows = c.execute(select(u.key, u.url).where(again)).all()
    keys = [{"again": row.key} for row in rows if host(row.url) not in resting]
    waiting = update(t.urls).where(u.key == bindparam("again"))
    if keys:
        c.execute(waiting.values(state="new", unit=None, stage="", reason=""), keys)
    return len(keys)
