"""How many URLs of each registrable domain were given to units: for a cap on them.

Which hosts make a domain is not for a database to say (Public Suffix List), so the counts are a
table of their own. They are begun when a run is first capped, and kept up from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, func, select, update

from vqva_crawl.records import Target
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import add, get_fact, set_fact
from vqva_crawl.storage.losses import host_of
from vqva_crawl.urls import domain, host

COUNTED = "domains_counted"  # the fact that the table is kept up
ASIDE = 50_000  # URLs set aside or brought back in one transaction: a few seconds


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


class Cap:
    """At most `per_domain` URLs of a domain, those counted that units have already.

    What has no host (a row of a corpus without a URL) has no domain, and is not bounded. Good for
    one transaction, in which nothing else is given to units; `left` is how many URLs may still be
    set aside in it.
    """

    def __init__(self, c: Connection, per_domain: int) -> None:
        self._c = c
        self._per_domain = per_domain
        self._domains: dict[str, str] = {}  # by host
        self._taken: dict[str, int] = {}  # by domain
        self.left = ASIDE

    def full(self, keys: Iterable[str]) -> list[str]:
        """Those of the URL keys whose domain has had its pages."""
        places = [(key, self._domain(key)) for key in keys]
        self._look_up({name for _, name in places})
        return [key for key, name in places if name and self._taken[name] >= self._per_domain]

    def set_aside(self, keys: Iterable[str]) -> set[str]:
        """The same, which wait no more from now on."""
        full = self.full(keys)
        aside = update(t.urls).where(t.urls.c.key.in_(full)).values(state="beyond")
        if full:
            self._c.execute(aside)
            self.left -= len(full)
        return set(full)

    def within(self, targets: Iterable[Target]) -> list[Target]:
        """The first of each domain, as many as it may have yet."""
        places = [(target, self._domain(target.key)) for target in targets]
        self._look_up({name for _, name in places})
        had, found = Counter(self._taken), []
        for target, name in places:
            had[name] += 1
            if not name or had[name] <= self._per_domain:
                found.append(target)
        return found

    def _domain(self, key: str) -> str:
        name = host(key)
        if name not in self._domains:
            self._domains[name] = domain(name)
        return self._domains[name]

    def _look_up(self, names: set[str]) -> None:
        if new := names - self._taken.keys():
            self._taken |= dict.fromkeys(new, 0) | taken(self._c, new)
