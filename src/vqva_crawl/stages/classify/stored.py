"""The documents of a run, as its ledger and parts have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from vqva_crawl.records import Document
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore, decode


def known_documents(ledger: Ledger) -> dict[str, tuple[str, str]]:
    """(unit, URL) of each committed document by id."""
    d = t.documents.c
    with ledger.begin() as c:
        return {row.id: (row.unit, row.url) for row in c.execute(select(d.id, d.unit, d.url))}


def read_documents(parts: PartStore, units: Mapping[str, str]) -> Iterator[Document]:
    """Whole documents of id -> unit, unit by unit. Raises StorageError."""
    for unit in sorted(set(units.values())):
        rows = parts.read(unit, "documents", ["id", "record"])
        yield from decode((row for row in rows if units.get(row["id"]) == unit), Document)
