"""Pages that repeat on their host, as a trap makes them: their links are not followed.

How often a host shows which signature (`stages/signature.py`) is counted in a sketch of fixed size,
one row for each host: Space-Saving (Metwally, Agrawal, El Abbadi 2005).
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence

from sqlalchemy import Connection, inspect, select, update

from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import add
from vqva_crawl.storage.units import UrlOutcome
from vqva_crawl.urls import host

SHARE = 0.8  # of a host's pages repeat where it is a trap: lists lead to pages that do not
KEPT = 32  # signatures of a host: any that more than a 32nd of its pages have is among them


class Sketch:
    """How often the commonest signatures were seen: signature -> (count, what may be too much)."""

    def __init__(self, counts: Mapping[str, Sequence[int]] | None = None) -> None:
        known = (counts or {}).items()
        self.counts = {signature: (count, excess) for signature, (count, excess) in known}

    def add(self, signature: str) -> None:
        count, excess = self.counts.get(signature) or self._place()
        self.counts[signature] = (count + 1, excess)

    def _place(self) -> tuple[int, int]:
        """What a newcomer starts from: the least count, since it may have been seen so often."""
        if len(self.counts) < KEPT:
            return 0, 0
        least = min(self.counts, key=lambda signature: (self.counts[signature], signature))
        count, _ = self.counts.pop(least)
        return count, count

    def repeating(self, most: int) -> int:
        """How many pages have a signature that surely more than `most` have."""
        counts = (count - excess for count, excess in self.counts.values())
        return sum(count for count in counts if count > most)

    def surely(self, signature: str) -> int:
        """How often it was seen at the least."""
        count, excess = self.counts.get(signature, (0, 0))
        return count - excess


def stopped(
    c: Connection, outcomes: Iterable[UrlOutcome], leading: Container[str], most: int
) -> set[str]:
    """The URL keys of a unit's pages that repeat and whose links are not followed; counts them all.

    A page is stopped where more than `most` pages of its host have its signature, and a SHARE of
    all the host's pages repeats so often. Only the keys in `leading` lead anywhere. The units of a
    host have to come in the order of the plan. Start pages are read every night, and are neither
    counted nor stopped; what could not be fetched is no page.
    """
    hosts: dict[str, list[UrlOutcome]] = {}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.key):
        if outcome.depth and outcome.stage != "fetch":
            hosts.setdefault(host(outcome.key), []).append(outcome)
    return {key for name, pages in hosts.items() for key in _stopped(c, name, pages, leading, most)}


def _stopped(
    c: Connection, name: str, pages: Sequence[UrlOutcome], leading: Container[str], most: int
) -> list[str]:
    r, found = t.repeats.c, list[str]()
    row = c.execute(select(r.counts, r.pages).where(r.host == name)).one_or_none()
    sketch = Sketch(json.loads(row.counts) if row else None)
    for seen, page in enumerate(pages, 1 + (row.pages if row else 0)):
        if page.signature:
            sketch.add(page.signature)
            often = page.key in leading and sketch.surely(page.signature) > most
            if often and sketch.repeating(most) > SHARE * seen:
                found.append(page.key)
    add(c, t.repeats, [{"host": name, "counts": "", "pages": 0, "stopped": 0}])
    values = {
        "counts": json.dumps(sketch.counts),
        "pages": r.pages + len(pages),
        "stopped": r.stopped + len(found),
    }
    c.execute(update(t.repeats).where(r.host == name).values(**values))
    return found


def by_host(c: Connection) -> dict[str, int]:
    """Host -> how many of its pages were stopped, where it is not 0; the most first."""
    if not inspect(c).has_table(t.repeats.name):  # a run from before they were counted
        return {}
    r = t.repeats.c
    query = select(r.host, r.stopped).where(r.stopped > 0).order_by(r.stopped.desc(), r.host)
    return {row.host: row.stopped for row in c.execute(query)}
