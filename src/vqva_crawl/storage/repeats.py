"""Pages that repeat on their host, as a trap makes them: their links are not followed.

How often a host shows which signature (`stages/signature.py`) is counted in a sketch of fixed size,
one row for each host: Space-Saving (Metwally, Agrawal, El Abbadi 2005).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, inspect, select, update

from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import add
from vqva_crawl.storage.units import UrlOutcome
from vqva_crawl.urls import host

# Pages of a host with one signature whose links are followed. The most that honest pages had of
# one and needed was 37: lists of the members of classes, in the 7,192 pages of OpenCV's manual.
REPEATS = 50
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

    def surely(self, signature: str) -> int:
        """How often it was seen at the least."""
        count, excess = self.counts.get(signature, (0, 0))
        return count - excess


def stopped(c: Connection, outcomes: Iterable[UrlOutcome]) -> set[str]:
    """The URL keys of a unit's pages that repeat and whose links are not followed; counts them all.

    The units of a host have to come in the order of the plan. Start pages are read every night, and
    are neither counted nor stopped.
    """
    hosts: dict[str, list[UrlOutcome]] = {}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.key):
        if outcome.signature and outcome.depth:
            hosts.setdefault(host(outcome.key), []).append(outcome)
    return {key for name, pages in hosts.items() for key in _stopped(c, name, pages)}


def _stopped(c: Connection, name: str, pages: Iterable[UrlOutcome]) -> list[str]:
    r, found = t.repeats.c, list[str]()
    row = c.execute(select(r.counts, r.stopped).where(r.host == name)).one_or_none()
    sketch = Sketch(json.loads(row.counts) if row else None)
    for page in pages:
        sketch.add(page.signature)
        if sketch.surely(page.signature) > REPEATS:
            found.append(page.key)
    add(c, t.repeats, [{"host": name, "counts": "", "stopped": 0}])
    values = {"counts": json.dumps(sketch.counts), "stopped": r.stopped + len(found)}
    c.execute(update(t.repeats).where(r.host == name).values(**values))
    return found


def by_host(c: Connection) -> dict[str, int]:
    """Host -> how many of its pages were stopped, where it is not 0; the most first."""
    if not inspect(c).has_table(t.repeats.name):  # a run from before they were counted
        return {}
    r = t.repeats.c
    query = select(r.host, r.stopped).where(r.stopped > 0).order_by(r.stopped.desc(), r.host)
    return {row.host: row.stopped for row in c.execute(query)}
