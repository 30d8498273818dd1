"""How many URLs of each registrable domain were given to units: for a cap on them.

Which hosts make a domain is not for a database to say (Public Suffix List), so the counts are a
table of their own. They are begun when a run is first capped, and kept up from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, func, select, update

from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import add, get_fact, set_fact
from vqva_crawl.storage.losses import host_of
from vqva_crawl.urls import domain, host

COUNTED = "domains_counted"  # the fact that the table is kept up


def begin(c: Connection, states: Sequence[str]) -> None:
    """Counts the URLs in these states, unless they are counted already."""
    if get_fact(c, COUNTED):
        return
    u = t.urls.c
    place = host_of(c, u.key)
    found = Counter[str]()
    for name, count in c.execute(
        select(place, func.count()).where(u.state.in_(states)).group_by(place)
    ):
        found[domain(name)] += count
    c.execute(delete(t.domains))
    add(c, t.domains, [{"domain": name, "taken": count} for name, count in found.items()])
    set_fact(c, COUNTED, True)


def note(c: Connection, keys: Iterable[str], by: int) -> None:
    """URLs were given to units (`by` 1), or wait again (-1)."""
    if not get_fact(c, COUNTED):
        return
    found = named(keys)
    add(c, t.domains, [{"domain": name, "taken": 0} for name in found])
    d = t.domains.c
    more = update(t.domains).where(d.domain == bindparam("name"))
    if rows := [{"name": name, "more": by * count} for name, count in found.items()]:
        c.execute(more.values(taken=d.taken + bindparam("more")), rows)


def named(keys: Iterable[str]) -> Counter[str]:
    """Domain -> how many of the URL keys are its."""
    found = Counter[str]()
    for name, count in Counter(map(host, keys)).items():
        found[domain(name)] += count
    return found


def taken(c: Connection, names: Iterable[str]) -> dict[str, int]:
    """Domain -> how many of its URLs were given to units, where it is not 0."""
    d = t.domains.c
    query = select(d.domain, d.taken).where(d.domain.in_(list(names)))
    return {row.domain: row.taken for row in c.execute(query)}
