"""Which record is meant by an id, or by the beginning of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sqlalchemy import select

from vqva_crawl.errors import ConfigError
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore

# A pair that has no instruction yet is named by its document's id and its own.
ID = re.compile(r"[0-9a-f]{6,32}(-[0-9a-f]{0,32})?")
NAMED = 4  # of the records that an ambiguous id may mean


class Place(NamedTuple):
    """A record's row; `ended` says how it ended, such as "accepted" or "filter: answer_score"."""

    id: str
    unit: str
    part: Literal["samples", "rejected"]
    ended: str


def find(id: str, ledger: Ledger, parts: PartStore) -> tuple[Place, list[Place]]:
    """The record that `id` means, and others of the very same id (other documents, other rounds).

    A sample goes before rejected records, a later one before an earlier one. Raises ConfigError for
    an id that means none or several, StorageError.
    """
    if not ID.fullmatch(id):
        raise ConfigError(f"'{id}' is no id: give its first 6 or more hex digits")
    found = list(_samples(id, ledger))
    if id not in {place.id for place in found}:
        found += _rejected(id, ledger, parts)
    names = {place.id: place for place in found}
    meant = [place for place in found if place.id == id] or found
    if not meant:
        raise ConfigError(f"no sample and no rejected record has an id that begins with '{id}'")
    if len({place.id for place in meant}) > 1:
        some = ", ".join(f"{place.id} ({place.ended})" for place in list(names.values())[:NAMED])
        raise ConfigError(f"'{id}' may be any of {len(names)} records, such as {some}")
    ranked = sorted(meant, key=lambda place: place.part == "rejected")
    last = [place for place in ranked if place.part == ranked[0].part][-1]
    return last, [place for place in ranked if place is not last]


def _samples(id: str, ledger: Ledger) -> Iterator[Place]:
    s = t.samples.c
    query = select(s.id, s.unit, s.state).where(s.id.startswith(id)).order_by(s.id)
    with ledger.begin() as c:
        for row in c.execute(query):
            ended = row.state if row.state == "accepted" else f"barrier: {row.state}"
            yield Place(row.id, row.unit, "samples", ended)


def _rejected(id: str, ledger: Ledger, parts: PartStore) -> Iterator[Place]:
    with ledger.begin() as c:
        units = l.committed(c)
    for unit in units:
        for row in parts.read(unit, "rejected", ["id", "stage", "reason"]):
            if row["id"].startswith(id):
                yield Place(row["id"], unit, "rejected", f"{row['stage']}: {row['reason']}")
