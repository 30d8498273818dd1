"""The frontier: URLs known to the run and not yet given to a unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    func,
    select,
    tuple_,
    update,
)

from vqva_crawl.errors import may_pass
from vqva_crawl.records import Target
from vqva_crawl.storage import domains
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.domains import ASIDE, Cap
from vqva_crawl.storage.ledger import add, get_fact, set_fact
from vqva_crawl.urls import host

NAMES = ("key", "url", "depth", "query", "topic", "backend", "place")
COMPARED = ("key", "depth", "url", "backend")
TURN = 2_000  # URLs of one host and depth, after which the next host has its turn
TAKEN = ("planned", "done", "dropped")
STARTS_ASKED = "starts_asked"  # the fact when start pages were last made to wait
CAP = "pages_per_domain"  # the fact under which cap URLs were set aside


def add_targets(c: Connection, targets: Iterable[Target], order: Sequence[str] = ()) -> int:
    """Adds URLs that are new to the run; returns how many were.

    Of a waiting URL that several pages lead to, the backend counts that comes first in `order`,
    then the least depth, then the first spelling, so that it does not matter which of them was
    committed first. Those of a domain that has had its pages (see `waiting_capped`) do not wait:
    what it has had changes between waves alone.
    """
    merged = _merged(targets, order)
    per_domain = get_fact(c, CAP)
    full = set(Cap(c, per_domain).full(target.key for target in merged)) if per_domain else ()
    states = ("beyond" if target.key in full else "new" for target in merged)
    pairs = zip(merged, states, strict=True)
    rows = [{**target.model_dump(), "state": state} for target, state in pairs]
    new = add(c, t.urls, rows)
    if new < len(rows):
        _settle(c, rows, order)
    return new


def _merged(targets: Iterable[Target], order: Sequence[str]) -> list[Target]:
    """Each URL once, as it would be after adding all: most links of a site lead to few pages."""
    rank = {name: n for n, name in enumerate(order)}
    found: dict[str, Target] = {}
    for target in targets:
        first = found.setdefault(target.key, target)
        better = (target.depth, target.url) < (first.depth, first.url)
        if rank.get(target.backend, len(rank)) < rank.get(first.backend, len(rank)):
            found[target.key] = target
        elif better and target.backend == first.backend:
            place = {"depth": target.depth, "url": target.url}
            found[target.key] = first.model_copy(update=place)
    return list(found.values())


def _settle(c: Connection, rows: list[dict[str, Any]], order: Sequence[str]) -> None:
    u = t.urls.c
    key, depth, url, backend = (bindparam(f"other_{n}", type_=u[n].type) for n in COMPARED)
    free = (u.key == key) & ((u.state == "new") | (u.state == "beyond"))
    better = (depth < u.depth) | ((depth == u.depth) & (url < u.url))
    mine = (u.backend == backend) & better
    if len(order) > 1:
        rank = {name: n for n, name in enumerate(order)}
        mine |= case(rank, value=backend, else_=len(rank)) < case(
            rank, value=u.backend, else_=len(rank)
        )
    statement = update(t.urls).where(free & mine).values(depth=depth, url=url, backend=backend)
    c.execute(statement, [{f"other_{name}": row[name] for name in COMPARED} for row in rows])


def waiting(
    c: Connection, limit: int | None, shares: Mapping[str, int] | None = None
) -> list[Target]:
    """The URLs without a unit that are next: an order that no timing changes.

    Shallow ones first, then by key; at most `limit` of them, and of a backend named in `shares` at
    most so many. Where a host has more than a TURN at one depth, the other hosts of this depth have
    theirs too, and nothing deeper is next. What this reads does not grow with what waits.
    """
    return _waiting(c, limit, shares or {}, None)


def _waiting(
    c: Connection, limit: int | None, shares: Mapping[str, int], cap: Cap | None
) -> list[Target]:
    found: list[Target] = []
    for backend in _waiting_backends(c):
        bounds = (n for n in (limit, shares.get(backend)) if n is not None)
        found += _next(c, backend, min(bounds, default=None), cap)
    found.sort(key=lambda target: (target.depth, target.key))
    return (cap.within(found) if cap else found)[:limit]


def waiting_capped(
    c: Connection, limit: int | None, shares: Mapping[str, int], per_domain: int
) -> list[Target] | None:
    """The same with no more than `per_domain` URLs of a domain, over all calls.

    The URLs of a domain that has had its pages are set aside when they are met, and not read again.
    None where that was enough for one transaction: ask again. `cap_domains` has to come first.
    """
    cap = Cap(c, per_domain)
    found = _waiting(c, limit, shares, cap)
    return found if cap.left > 0 else None


def cap_domains(c: Connection, per_domain: int | None) -> bool | None:
    """Brings back what another cap set aside, and begins to count domains where there is a cap.

    None where that was enough for one transaction: call it again.
    """
    u = t.urls.c
    if per_domain is None or get_fact(c, CAP) != per_domain:
        some = select(u.key).where(u.state == "beyond").limit(ASIDE)
        brought = c.execute(update(t.urls).where(u.key.in_(some)).values(state="new")).rowcount
        if brought == ASIDE:
            return None
        set_fact(c, CAP, per_domain)
    if per_domain is not None:
        domains.begin(c, TAKEN)
    return True


def beyond(c: Connection) -> int:
    """How many URLs were set aside, since their domains have had their pages."""
    return c.scalar(select(func.count()).where(t.urls.c.state == "beyond")) or 0


def _is_new() -> ColumnElement[bool]:
    """As the index `urls_waiting` has it: a database finds that by the written-out value alone."""
    return t.urls.c.state == bindparam(None, "new", literal_execute=True)


def _waiting_backends(c: Connection) -> Iterator[str]:
    """The backends with URLs that wait, found by one look into the index for each."""
    u = t.urls.c
    first = select(u.backend).where(_is_new()).order_by(u.backend).limit(1)
    backend: str | None = c.scalar(first)
    while backend is not None:
        yield backend
        backend = c.scalar(first.where(u.backend > backend))


def _next(c: Connection, backend: str, most: int | None, cap: Cap | None) -> list[Target]:
    """The URLs of one backend that are next, read by pages of a TURN in the order of the index."""
    u = t.urls.c
    mine = select(*(u[name] for name in NAMES)).where(_is_new() & (u.backend == backend))
    page = mine.order_by(u.depth, u.key).limit(TURN)
    found: list[Target] = []
    depth, key, passed = -1, "", False
    while (most is None or len(found) < most) and (cap is None or cap.left > 0):
        rows = c.execute(page.where(tuple_(u.depth, u.key) > tuple_(depth, key))).all()
        if passed:
            rows = [row for row in rows if row.depth == depth]
        if not rows:
            break
        full = cap.set_aside(row.key for row in rows) if cap else ()
        kept = [row for row in rows if row.key not in full]
        found += [Target(**row._mapping) for row in kept]
        depth, key = rows[-1].depth, rows[-1].key
        one = rows[0].depth == depth and host(rows[0].key) == host(key) != ""
        if kept and one and len(rows) == TURN:
            key, passed = behind(key), True
    return found[:most]


def behind(key: str) -> str:
    """What comes in the order of keys after all those of a key's host, and before other hosts'."""
    start = key[: key.index("/", key.index("//") + 2)]
    return f"{start}0"  # "0" follows "/"


def note_taken(c: Connection, targets: Iterable[Target]) -> None:
    """URLs that waited are given to units."""
    domains.note(c, (target.key for target in targets), 1)


def taken(c: Connection, backend: str | None = None) -> int:
    """How many URLs (of a backend) were given to units so far."""
    query = select(func.count()).where(t.urls.c.state.in_(TAKEN))
    if backend is not None:
        query = query.where(t.urls.c.backend == backend)
    return c.scalar(query) or 0


def read_again(c: Connection, keys: Iterable[str]) -> None:
    """Pages that were asked for wait again; what the run has of them stays as it is."""
    u = t.urls.c
    asked = u.key.in_(list(keys)) & u.state.in_(["done", "dropped"])
    wait_again(c, c.scalars(select(u.key).where(asked)).all())


def claim(c: Connection, starts: Iterable[Target]) -> None:
    """Start pages that another backend named are their own backend's, and wait for it.

    But for those in units that are not committed. So a site is asked for its start page where an
    archive holds a copy of it.
    """
    u = t.urls.c
    for start in starts:
        free = (u.key == start.key) & (u.backend != start.backend) & (u.state != "planned")
        if c.scalar(select(u.state).where(free)) is not None:
            read_again(c, [start.key])
            mine = {name: getattr(start, name) for name in NAMES if name != "key"}
            c.execute(update(t.urls).where(u.key == start.key).values(**mine))


class Dropped(NamedTuple):
    """A URL that gave no document."""

    key: str
    url: str
    stage: str
    reason: str


def reasons(c: Connection) -> Counter[tuple[str, str]]:
    """(stage, reason) of the URLs that gave no document -> how many."""
    u = t.urls.c
    where = u.state == "dropped"
    query = select(u.stage, u.reason, func.count()).where(where).group_by(u.stage, u.reason)
    return Counter({(stage, reason): count for stage, reason, count in c.execute(query)})


def dropped(c: Connection, why: Iterable[str]) -> Iterator[Dropped]:
    """The URLs that gave no document for one of these reasons, by key."""
    u = t.urls.c
    where = (u.state == "dropped") & u.reason.in_(list(why))
    query = select(u.key, u.url, u.stage, u.reason).where(where).order_by(u.key)
    return (Dropped(*row) for row in c.execute(query))


def wait_again(c: Connection, keys: Iterable[str]) -> None:
    """URLs that were given to a unit wait for another one."""
    rows = [{"again": key} for key in keys]
    domains.note(c, (row["again"] for row in rows), -1)
    waiting = update(t.urls).where(t.urls.c.key == bindparam("again"))
    if rows:
        c.execute(waiting.values(state="new", unit=None, stage="", reason=""), rows)


def give_back(c: Connection, before: int, resting: Container[str]) -> int:
    """URLs that failed in a round earlier than `before` for a reason that may have passed wait
    again, but for those of `resting` hosts; returns how many."""
    u = t.urls.c
    missed = u.stage.in_(["fetch", "render", "describe"]) | (u.reason == "pictures_unreachable")
    failed = (u.state == "dropped") & missed
    passing = [r for r in c.scalars(select(u.reason).where(failed).distinct()) if may_pass(r)]
    earlier = select(t.units.c.id).where(t.units.c.round < before)
    again = failed & u.reason.in_(passing) & u.unit.in_(earlier)
    rows = c.execute(select(u.key, u.url).where(again)).all()
    keys = [row.key for row in rows if host(row.url) not in resting]
    wait_again(c, keys)
    return len(keys)
