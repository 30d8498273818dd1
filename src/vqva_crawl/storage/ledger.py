"""The ledger: the memory of a run. Only the driver writes it.

This file opens it and holds what commits: rounds, units and manifests. What is asked of it lives
beside it: `frontier` (URLs), `history` (queries and their yield), `barrier` (what compares across
units), `totals` and `losses` (numbers for people).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from vqva_crawl.errors import ConfigError, StorageError
from vqva_crawl.records import Picture
from vqva_crawl.storage import sqlite as lite
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.advice import advice
from vqva_crawl.storage.units import Manifest, Unit, UnitKind
from vqva_crawl.urls import url_key


class Ledger:
    def __init__(
        self, url: str | URL, create: bool = True, read_only: bool = False, schema: str = ""
    ) -> None:
        """Opens the ledger at a database URL, or makes it; or, `read_only`, writes nothing at all.

        On PostgreSQL its tables are in `schema`, so that one database holds the ledgers of many
        runs; a SQLite file holds one.

        Raises ConfigError for a URL that is none, StorageError when it cannot be opened or, with
        `create` off or `read_only`, when there is none yet.
        """
        try:
            self.engine: Engine = _engine(make_url(url), read_only, schema)
        except (SQLAlchemyError, ImportError) as error:
            raise ConfigError(f"storage.ledger: {str(error).splitlines()[0]}") from error
        self._schema = schema if self.engine.dialect.name == "postgresql" else ""
        try:
            if (read_only or not create) and not self._exists():
                raise StorageError(
                    f"{self.place}: the run's ledger is not there; if it lies elsewhere, "
                    f"say --set storage.ledger=URL"
                )
            if not read_only:
                self._create()
        except StorageError:
            self.close()
            raise

    @property
    def place(self) -> str:
        """Where it is, for people: a file, or a URL without its password."""
        url = self.engine.url
        return (url.get_backend_name() == "sqlite" and url.database) or url.render_as_string()

    def _exists(self) -> bool:
        if self.engine.dialect.name == "sqlite":
            return os.path.exists(self.place)
        with self._errors():
            return inspect(self.engine).has_table(t.facts.name, self._schema or None)

    def _create(self) -> None:
        with self._errors():
            # To ask for a schema takes a right, even where it is there.
            if self._schema and not inspect(self.engine).has_schema(self._schema):
                with self.engine.begin() as c:
                    c.execute(CreateSchema(self._schema, if_not_exists=True))
            t.metadata.create_all(self.engine)
            t.add_columns(self.engine)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StorageError(f"ledger {self.place}: {advice(error, said)}") from error

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: all of the block or nothing of it. Raises StorageError."""
        with self._errors(), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: URL, read_only: bool, schema: str) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url)
        if schema and engine.dialect.name == "postgresql":
            event.listen(engine, "connect", partial(_enter, schema), insert=True)
        return engine
    if read_only:
        return create_engine(url, creator=lambda: lite.reading(url.database or ""))
    engine = create_engine(url)
    event.listen(engine, "connect", lite.writing)
    return engine


def _enter(schema: str, connection: Any, _: object) -> None:
    """Has all names of a new connection mean those of the schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (schema,))
    connection.commit()


def add(c: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts rows, leaving those whose key is there already; returns how many were new."""
    if not rows:
        return 0
    statement = (
        postgresql.insert(table).on_conflict_do_nothing()
        if c.dialect.name == "postgresql"
        else sqlite.insert(table).on_conflict_do_nothing()
    )
    # Without the option some drivers say -1.
    statement = statement.execution_options(preserve_rowcount=True)
    return c.execute(statement, rows).rowcount


# facts and rounds -----------------------------------------------------------------------------


def get_fact(c: Connection, name: str) -> Any:
    value = c.scalar(select(t.facts.c.value).where(t.facts.c.name == name))
    return None if value is None else json.loads(value)


def set_fact(c: Connection, name: str, value: Any) -> None:
    add(c, t.facts, [{"name": name, "value": ""}])
    c.execute(update(t.facts).where(t.facts.c.name == name).values(value=json.dumps(value)))


def last_round(c: Connection) -> int:
    """The number of the newest round; 0 before the first."""
    return c.scalar(select(func.max(t.rounds.c.round))) or 0


def unfinished(c: Connection) -> list[tuple[int, str]]:
    """(number, phase reached) of the rounds that are not done, oldest first."""
    r = t.rounds.c
    query = select(r.round, r.phase).where(r.phase != "done").order_by(r.round)
    return [(row.round, row.phase) for row in c.execute(query)]


def set_phase(c: Connection, number: int, phase: str) -> None:
    add(c, t.rounds, [{"round": number, "phase": phase}])
    c.execute(update(t.rounds).where(t.rounds.c.round == number).values(phase=phase))


def forget_all(c: Connection) -> None:
    """Empties the ledger but for the lease."""
    for table in reversed(t.metadata.sorted_tables):
        if table is not t.lease:
            c.execute(delete(table))


# units ----------------------------------------------------------------------------------------


def plan_units(c: Connection, units: Iterable[Unit]) -> None:
    """Files units, and marks their URLs and documents as theirs."""
    for position, unit in enumerate(units):
        row = {"id": unit.id, "position": position, "kind": unit.kind, "round": unit.round}
        add(c, t.units, [{**row, "wave": unit.wave, "payload": unit.model_dump_json()}])
        mine = update(t.urls).where(t.urls.c.key == bindparam("mine"))
        if keys := [{"mine": target.key} for target in unit.targets]:
            c.execute(mine.values(unit=unit.id, state="planned"), keys)
        for document in unit.documents:
            chosen = t.documents.c.id == document.id
            c.execute(update(t.documents).where(chosen).values(annotate_unit=unit.id))


def open_units(c: Connection, number: int, kind: UnitKind) -> list[Unit]:
    """The planned, uncommitted units of a round, in the order they were planned."""
    u = t.units.c
    where = (u.round == number) & (u.kind == kind) & (u.committed == 0)
    query = select(u.payload).where(where).order_by(u.wave, u.position)
    return [Unit.model_validate_json(payload) for payload in c.scalars(query)]


def last_wave(c: Connection, number: int, kind: UnitKind) -> int:
    """The highest wave planned in a round; -1 when there is none."""
    where = (t.units.c.round == number) & (t.units.c.kind == kind)
    query = select(t.units.c.wave).where(where).order_by(t.units.c.wave.desc()).limit(1)
    wave = c.scalar(query)
    return -1 if wave is None else wave


def committed(c: Connection, kind: UnitKind | None = None) -> list[str]:
    """The ids of committed units, in the order of rounds, waves and planning."""
    u = t.units.c
    query = select(u.id).where(u.committed == 1).order_by(u.round, u.wave, u.position)
    return list(c.scalars(query if kind is None else query.where(u.kind == kind)))


def note_attempt(c: Connection, unit: str) -> None:
    u = t.units.c
    c.execute(update(t.units).where(u.id == unit).values(attempts=u.attempts + 1))


def commit(c: Connection, manifest: Manifest) -> None:
    """Makes a finished unit count: its row, and everything the run learned from it."""
    unit = Unit.model_validate_json(
        c.scalar(select(t.units.c.payload).where(t.units.c.id == manifest.unit)) or "null"
    )
    survival = {name: count.model_dump() for name, count in manifest.survival.items()}
    values = {
        "committed": 1,
        "files": json.dumps(manifest.files),
        "survival": json.dumps(survival),
        "requests": manifest.requests,
    }
    c.execute(update(t.units).where(t.units.c.id == unit.id).values(**values))
    _commit_urls(c, manifest)
    _commit_documents(c, manifest, unit.round)
    _commit_pictures(c, manifest, unit.round)
    _commit_losses(c, manifest)
    _commit_samples(c, manifest, unit.round)


def _commit_urls(c: Connection, manifest: Manifest) -> None:
    names = ("state", "stage", "reason")
    rows = [
        {
            "mine": outcome.key,
            "to_state": "dropped" if outcome.reason else "done",
            "to_stage": outcome.stage,
            "to_reason": outcome.reason,
        }
        for outcome in manifest.urls
    ]
    mine = update(t.urls).where(t.urls.c.key == bindparam("mine"))
    if rows:
        c.execute(mine.values({name: bindparam(f"to_{name}") for name in names}), rows)


def _commit_documents(c: Connection, manifest: Manifest, number: int) -> None:
    rows = [{**d.model_dump(), "unit": manifest.unit, "round": number} for d in manifest.documents]
    add(c, t.documents, rows)


def _commit_pictures(c: Connection, manifest: Manifest, number: int) -> None:
    for picture in manifest.pictures:
        row = {"sha256": picture.sha256, "round": number}
        add(c, t.images, [{**row, "unit": manifest.unit}])
        key = url_key(picture.url)
        add(c, t.image_urls, [{**row, "url": key, "picture": picture.model_dump_json()}])


def _commit_losses(c: Connection, manifest: Manifest) -> None:
    """What was found is lost no more; of what is still lost, the last reason counts."""
    found = {url_key(url) for url in manifest.had}
    lost = {url_key(loss.url): loss.reason for loss in manifest.losses}
    gone = delete(t.picture_losses).where(t.picture_losses.c.url == bindparam("gone"))
    if keys := found | lost.keys():
        c.execute(gone, [{"gone": key} for key in keys])
    add(
        c,
        t.picture_losses,
        [{"url": key, "reason": reason} for key, reason in lost.items() if key not in found],
    )


def _commit_samples(c: Connection, manifest: Manifest, number: int) -> None:
    """Of units that made the same sample the one planned first has it, in any order of commits."""
    s = t.samples.c
    for line in manifest.samples:
        row = {**line.model_dump(), "unit": manifest.unit, "round": number}
        if add(c, t.samples, [row]):
            continue
        holder = c.scalar(select(s.unit).where(s.id == line.id)) or ""
        if _planned(c, manifest.unit) < _planned(c, holder):
            c.execute(update(t.samples).where(s.id == line.id).values(**row))


def _planned(c: Connection, unit: str) -> tuple[int, int, int]:
    """A unit's place in the run's plan."""
    u = t.units.c
    row = c.execute(select(u.round, u.wave, u.position).where(u.id == unit)).one()
    return row.round, row.wave, row.position


def unit_of_image(c: Connection, sha256: str) -> str:
    """The unit whose part holds the bytes; KeyError when none does."""
    unit: str | None = c.scalar(select(t.images.c.unit).where(t.images.c.sha256 == sha256))
    if unit is None:
        raise KeyError(sha256)
    return unit


def holds_picture(c: Connection, sha256: str, before: int) -> bool:
    """Whether an earlier round's part holds the bytes."""
    i = t.images.c
    found = select(i.unit).where((i.sha256 == sha256) & (i.round < before))
    return c.scalar(found) is not None


def known_picture(c: Connection, url: str, before: int) -> Picture | None:
    """What an earlier round found at an image URL."""
    i = t.image_urls.c
    query = select(i.picture).where((i.url == url_key(url)) & (i.round < before))
    found = c.scalar(query)
    return None if found is None else Picture.model_validate_json(found)
