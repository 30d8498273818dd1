"""Which pictures a run's accepted samples show, and where each came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vqva_crawl.records import Picture, Sample, digest
from vqva_crawl.storage import totals
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import decode


class Shown(NamedTuple):
    """A picture as it was when it was fetched: the sha256 is of the bytes that `check` made of it.

    `phash` is "" for a figure of which only panels were kept.
    """

    url: str
    sha256: str
    phash: str


def shown(picture: Picture) -> Shown:
    """What was fetched for a picture; of a panel, the whole figure."""
    if picture.parent:
        return Shown(picture.url.partition("#")[0], picture.parent, "")
    return Shown(picture.url, picture.sha256, picture.phash)


def stored(folder: RunFolder, ledger: Ledger) -> list[Shown]:
    """What the accepted samples show, each once, by URL. Raises StorageError."""
    with ledger.begin() as c:
        places = totals.accepted(c)
    parts, found = folder.parts(), set[Shown]()
    for unit in sorted({unit for unit, _ in places.values()}):
        rows = (r for r in parts.read(unit, "samples", ["id", "record"]) if r["id"] in places)
        for sample in decode(rows, Sample):
            found |= {shown(sample.question), shown(sample.answer)}
    return sorted(found)


def drawn(pictures: Iterable[Shown], count: int | None, seed: int) -> list[Shown]:
    """At most `count` of them, all equally likely; a larger draw begins with the smaller one."""
    order = sorted(pictures, key=lambda p: digest("verify", str(seed), p.url, p.sha256))
    return order[:count]
