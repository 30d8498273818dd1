"""The ledger's tables (SQLAlchemy Core; the same on SQLite and PostgreSQL)."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Engine,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy.schema import CreateColumn

metadata = MetaData()

facts = Table(  # one line each about the run: its deciding config, version, why it stopped
    "facts", metadata, Column("name", String, primary_key=True), Column("value", Text)
)
lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", String, nullable=False),  # of the process, against reused pids
    Column("expires", Float, nullable=False),
)
rounds = Table(
    "rounds",
    metadata,
    Column("round", Integer, primary_key=True),
    Column("phase", String, nullable=False),  # the phases that are done: see rounds.PHASES
)
queries = Table(
    "queries",
    metadata,
    Column("id", String, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("topic", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("family", String, nullable=False),
    Column("answered", Integer, nullable=False, default=0),
)
plan_calls = Table(  # what the planner of a round was answered, where it asks a model
    "plan_calls",
    metadata,
    Column("round", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("call", Text, nullable=False),  # the ModelCall as JSON
)
hits = Table(
    "hits",
    metadata,
    Column("query", String, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("topic", String, nullable=False),
    Column("backend", String, nullable=False),
)
urls = Table(
    "urls",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("backend", String, nullable=False),
    Column("query", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("unit", String),  # null: waiting in the frontier
    Column("state", String, nullable=False),  # new, beyond (a cap), planned, done, dropped
    Column("stage", String, nullable=False, default=""),
    Column("reason", String, nullable=False, default=""),
    Index("urls_by_fate", "state", "backend", "stage", "reason"),
    Index(  # only what waits: see frontier.waiting
        "urls_waiting",
        "backend",
        "depth",
        "key",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
)
domains = Table(  # see `domains.py`
    "domains",
    metadata,
    Column("domain", Text, primary_key=True),
    Column("taken", Integer, nullable=False),
)
repeats = Table(  # see `repeats.py`
    "repeats",
    metadata,
    Column("host", Text, primary_key=True),
    Column("counts", Text, nullable=False),  # the Sketch as JSON
    Column("pages", Integer, nullable=False, server_default="0"),  # all but start pages
    Column("stopped", Integer, nullable=False),  # pages whose links were not followed
)
units = Table(
    "units",
    metadata,
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("payload", Text, nullable=False),  # the Unit as JSON
    Column("committed", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("files", Text, nullable=False, default="{}"),
    Column("survival", Text, nullable=False, default="{}"),
    Column("requests", Integer, nullable=False, default=0),
)
documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("minhash", LargeBinary, nullable=False),
    Column("query", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("backend", String, nullable=False),
    Column("duplicate_of", String, nullable=False, default=""),
    Column("checked", Integer, nullable=False, default=0),  # against near-duplicates
    Column("annotate_unit", String),  # null: not yet chosen
)
images = Table(
    "images",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("round", Integer, nullable=False),
)
image_urls = Table(
    "image_urls",
    metadata,
    Column("url", Text, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("picture", Text, nullable=False),  # the Picture as JSON
)
picture_losses = Table(  # pictures that could not be had when they were last asked for
    "picture_losses",
    metadata,
    Column("url", Text, primary_key=True),
    Column("reason", String, nullable=False),
)
samples = Table(
    "samples",
    metadata,
    Column("id", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("round", Integer, nullable=False),
    Column("document", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("relation", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("query", String, nullable=False),
    Column("question", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("state", String, nullable=False, default="accepted"),  # or why the barrier dropped it
)


def add_columns(engine: Engine) -> None:
    """Gives the ledger of an earlier version the columns and indexes that came later.

    Each such column has a default.
    """
    known = inspect(engine)
    for table in metadata.sorted_tables:
        there = {column["name"] for column in known.get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                spelled = CreateColumn(column).compile(dialect=engine.dialect)
                with engine.begin() as c:
                    c.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {spelled}"))
        for index in table.indexes:
            index.create(engine, checkfirst=True)
