"""Numbers for people: what `status`, the summary, the report and the card show."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from vqva_crawl.storage import tables as t


@dataclass
class Line:
    """One line of the survival table."""

    seen: int = 0
    passed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def survival(c: Connection) -> dict[str, Line]:
    """Stage -> how many records it saw, let through and rejected, over all committed units."""
    lines: dict[str, Line] = {}
    u = t.units.c
    order = (u.kind.desc(), u.round, u.wave, u.position)  # collect before annotate
    for text in c.scalars(select(u.survival).where(u.committed == 1).order_by(*order)):
        for stage, count in json.loads(text).items():
            line = lines.setdefault(stage, Line())
            line.seen += count["seen"]
            line.passed += count["passed"]
            line.reasons.update(count["reasons"])
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


def counts(c: Connection) -> dict[str, int]:
    """Pages (those that were fetched), documents, images, samples, units (and those committed),
    queries, URLs, requests.

    Requests are those for pages and pictures by committed units: without robots.txt, redirects and
    tries again, and without what a unit had asked for when it was killed.
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
    }


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


def lost(c: Connection) -> dict[str, tuple[int, str]]:
    """Why URLs could not be fetched, most frequent first -> how many, and one of them."""
    u = t.urls.c
    where = (u.state == "dropped") & (u.stage == "fetch")
    query = select(u.reason, func.count(), func.min(u.url)).where(where).group_by(u.reason)
    rows = sorted(c.execute(query), key=lambda row: (-row[1], row[0]))
    return {reason: (count, url) for reason, count, url in rows}


def examples(c: Connection) -> dict[str, str]:
    """Reason why URLs were dropped -> one of them."""
    u = t.urls.c
    query = select(u.reason, func.min(u.url)).where(u.state == "dropped").group_by(u.reason)
    return {row[0]: row[1] for row in c.execute(query)}
