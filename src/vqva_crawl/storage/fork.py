"""A fork: a new run that starts with another run's collected documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, inspect, select

from vqva_crawl.storage import tables as t
from vqva_crawl.storage.frontier import STARTS_ASKED
from vqva_crawl.storage.ledger import Ledger, add, committed, get_fact, set_fact
from vqva_crawl.storage.parts import PartStore

COPIED = (
    t.queries,
    t.plan_calls,
    t.hits,
    t.urls,
    t.repeats,
    t.images,
    t.image_urls,
    t.picture_losses,
)


def copy_collected(old: Ledger, old_parts: PartStore, new: Ledger, new_parts: PartStore) -> int:
    """Copies what was collected, planned and searched; returns the number of documents.

    Samples and annotate units stay behind: the fork's rounds annotate afresh. A round that the old
    run did not finish collecting is taken up where it was.
    """
    with old.begin() as source:
        units = committed(source, "collect")
        for unit in units:
            new_parts.copy_from(old_parts, unit)
        with new.begin() as target:
            kept = inspect(source).get_table_names()  # a run of an older version may lack one
            for table in (table for table in COPIED if table.name in kept):
                add(target, table, _rows(source, table))
            if (asked := get_fact(source, STARTS_ASKED)) is not None:
                set_fact(target, STARTS_ASKED, asked)
            add(target, t.units, [u for u in _rows(source, t.units) if u["kind"] == "collect"])
            documents = _rows(source, t.documents)
            add(target, t.documents, [{**row, "annotate_unit": None} for row in documents])
            rounds = _rows(source, t.rounds)
            add(target, t.rounds, [{**row, "phase": _reached(row["phase"])} for row in rounds])
    return len(documents)


def _rows(c: Connection, table: Table) -> list[dict[str, Any]]:
    """All of a table, without columns that a run of an older version lacks: they have defaults."""
    there = {column["name"] for column in inspect(c).get_columns(table.name)}
    query = select(*(column for column in table.columns if column.name in there))
    return [dict(row._mapping) for row in c.execute(query)]


def _reached(phase: str) -> str:
    """Annotating is to be done again, everything before it is not."""
    return "compare" if phase in ("annotate", "done") else phase
