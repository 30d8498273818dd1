"""Numbers for people: what `status`, the summary, the report and the card show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import get_fact, set_fact
from vqva_crawl.storage.units import UnitKind

ASKED = "asked"  # the fact that counts requests to JSON interfaces


@dataclass
class Line:
    """One line of the survival table."""

    seen: int = 0
    passed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def units_survival(c: Connection, kinds: Iterable[UnitKind]) -> dict[str, Line]:
    """The same without the barrier, of units of these kinds."""
    lines: dict[str, Line] = {}
    for _, counts in _counted(c, kinds):
        for stage, count in counts.items():
            line = lines.setdefault(stage, Line())
            line.seen += count["seen"]
            line.passed += count["passed"]
            line.reasons.update(count["reasons"])
    return lines


def units_losing(c: Connection, reasons: Container[str]) -> list[str]:
    """The annotate units that lost a record for one of these reasons."""
    return [
        unit
        for unit, counts in _counted(c, ["annotate"])
        if any(why in reasons for count in counts.values() for why in count["reasons"])
    ]


def _counted(
    c: Connection, kinds: Iterable[UnitKind]
) -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    """(committed unit, stage -> its counts); collect units come before annotate units."""
    u = t.units.c
    mine = (u.committed == 1) & u.kind.in_(list(kinds))
    order = (u.kind.desc(), u.round, u.wave, u.position)
    for unit, text in c.execute(select(u.id, u.survival).where(mine).order_by(*order)):
        yield unit, json.loads(text)


def survival(c: Connection) -> dict[str, Line]:
    """Stage -> how many records it saw, let through and rejected, over all committed units."""
    lines = units_survival(c, ("collect", "annotate"))
    by_state = select(t.samples.c.state, func.count()).group_by(t.samples.c.state)
    states = {row[0]: row[1] for row in c.execute(by_state)}
    finished = lines["reason"].passed if "reason" in lines else 0
    if finished:
        accepted = states.pop("accepted", 0)
        # Two documents may give the very same sample: the ledger knows it once.
        same = finished - accepted - sum(states.values())
        reasons = Counter({"same_sample": same, **states})
        lines["barrier"] = Line(finished, accepted, +reasons)
    return lines


def has_no_document(c: Connection) -> bool:
    return c.scalar(select(t.documents.c.id).limit(1)) is None


def counts(c: Connection) -> dict[str, int]:
    """Pages (those that were fetched), documents, images, samples, units (and those committed),
    queries, URLs, requests, asked.

    Requests are those for pages and pictures by committed units: without robots.txt, redirects and
    tries again, and without what a unit had asked for when it was killed. Asked are the JSON
    interfaces of search services and sources, by calls of the program that were not killed.
    """

    def count(table: object, *where: object) -> int:
        return c.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]

    u = t.urls.c
    fetched = (u.state == "done") | ((u.state == "dropped") & (u.stage != "fetch"))
    return {
        "queries": count(t.queries),
        "urls": count(t.urls),
        "pages": count(t.urls, fetched),
        "documents": count(t.documents),
        "images": count(t.images),
        "samples": count(t.samples, t.samples.c.state == "accepted"),
        "units": count(t.units),
        "committed": count(t.units, t.units.c.committed == 1),
        "requests": c.scalar(select(func.coalesce(func.sum(t.units.c.requests), 0))) or 0,
        "asked": get_fact(c, ASKED) or 0,
    }


def add_asked(c: Connection, count: int) -> None:
    """So many more requests to JSON interfaces were sent."""
    if count:
        set_fact(c, ASKED, (get_fact(c, ASKED) or 0) + count)


def accepted(c: Connection) -> dict[str, tuple[str, int]]:
    """Sample id -> (annotate unit, round) of all accepted samples."""
    s = t.samples.c
    query = select(s.id, s.unit, s.round).where(s.state == "accepted")
    return {row.id: (row.unit, row.round) for row in c.execute(query)}


def errors(c: Connection) -> dict[str, int]:
    """Why URLs gave no document, most frequent first: not fetched, or turned down afterwards."""
    u = t.urls.c
    query = select(u.reason, func.count()).where(u.state == "dropped").group_by(u.reason)
    return dict(sorted(((r, n) for r, n in c.execute(query)), key=lambda row: (-row[1], row[0])))


def examples(c: Connection) -> dict[str, str]:
    """Reason why URLs were dropped -> one of them."""
    u = t.urls.c
    query = select(u.reason, func.min(u.url)).where(u.state == "dropped").group_by(u.reason)
    return {row[0]: row[1] for row in c.execute(query)}
