"""Units of work: how URLs and documents are shared out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from vqva_crawl.records import Target, digest
from vqva_crawl.storage.units import DocumentRef, Unit, UnitKind
from vqva_crawl.urls import host


def collect_units(targets: Iterable[Target], number: int, wave: int, size: int) -> list[Unit]:
    """Whole hosts hashed into buckets of at most `size` URLs; a larger host is a lane of slices.

    The hosts of a bucket take turns, so that the pace of one does not hold the others back.
    """
    hosts: dict[str, list[Target]] = {}
    for target in targets:
        hosts.setdefault(host(target.key), []).append(target)
    buckets: list[list[list[Target]]] = []  # of hosts
    units: list[Unit] = []
    for name in sorted(hosts, key=digest):
        mine = hosts[name]
        if len(mine) > size:
            slices = (mine[i : i + size] for i in range(0, len(mine), size))
            units += [_unit("collect", number, wave, name, targets=tuple(s)) for s in slices]
        elif buckets and sum(map(len, buckets[-1])) + len(mine) <= size:
            buckets[-1].append(mine)
        else:
            buckets.append([mine])
    units += [
        _unit("collect", number, wave, host(bucket[0][0].key), targets=_in_turns(bucket))
        for bucket in buckets
    ]
    return units


def _in_turns(hosts: Sequence[Sequence[Target]]) -> tuple[Target, ...]:
    """The first of each, then the second of each, and so on."""
    return tuple(target for turn in zip_longest(*hosts) for target in turn if target)


def annotate_units(documents: Sequence[DocumentRef], number: int, size: int) -> list[Unit]:
    """At most `size` documents of any host each."""
    slices = (tuple(documents[i : i + size]) for i in range(0, len(documents), size))
    return [_unit("annotate", number, 0, "", documents=s) for s in slices]


def _unit(
    kind: UnitKind,
    number: int,
    wave: int,
    lane: str,
    targets: tuple[Target, ...] = (),
    documents: tuple[DocumentRef, ...] = (),
) -> Unit:
    content = digest(
        kind, str(number), str(wave), *(t.key for t in targets), *(d.id for d in documents)
    )
    id = f"{kind}-{number:04d}-{content[:16]}"
    return Unit(
        id=id,
        kind=kind,
        round=number,
        wave=wave,
        lane=lane or id,
        targets=targets,
        documents=documents,
    )
