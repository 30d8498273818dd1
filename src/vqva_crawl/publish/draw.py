"""A fair draw that comes out the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from heapq import nsmallest
from itertools import chain, zip_longest
from typing import Protocol, TypeVar

from vqva_crawl.records import digest


class HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)


def draw(records: Iterable[T], limit: int, group: Callable[[T], str]) -> list[T]:
    """At most `limit` records, spread evenly over their groups.

    Within a group the order is by a hash of the id, so it is random and yet always the same;
    groups take turns in the order of their names, and one that runs out leaves its turns to the
    others.
    """
    groups: dict[str, list[T]] = defaultdict(list)
    for record in records:
        members = groups[group(record)]
        members.append(record)
        if len(members) >= 2 * limit + 16:  # keeps memory bounded on long streams
            members[:] = nsmallest(limit, members, key=_lot)
    turns = zip_longest(*(nsmallest(limit, groups[name], key=_lot) for name in sorted(groups)))
    return [record for record in chain.from_iterable(turns) if record is not None][:limit]


def _lot(record: HasId) -> str:
    return digest("draw", record.id)
