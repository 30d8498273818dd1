"""Rows to Parquet shards, in a stream, in an order that is stated: by id, ascending.

The same rows give the same bytes. Ids are hashes, so that order is a shuffle too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from fsspec import AbstractFileSystem

from vqva_crawl.errors import StorageError
from vqva_crawl.publish.files import finish_replacing, make_durable, replace_folder
from vqva_crawl.publish.schema import IMAGE_COLUMNS, SCHEMA

Row = dict[str, Any]

PATTERN = "train-*.parquet"
GROUP_BYTES = 128 << 20  # of pictures in one row group: what a reader has to hold at once
_ENCODED = [f"{name}.bytes" for name in IMAGE_COLUMNS]


def write_shards(
    rows: Iterable[Row],
    fs: AbstractFileSystem,
    folder: str,
    rows_per_shard: int = 1000,
    rows_per_group: int = 100,
) -> list[str]:
    """Writes `rows` as `train-00000-of-00003.parquet` and so on; gives the names.

    All shards are written and verified in the sibling `<folder>.new` before they take the place
    of an earlier publish's (see `replace_folder`). Without rows there is one shard of none.
    One row group is held in memory at a time. Raises ValueError for ids that are not ascending
    or a null, StorageError when the folder cannot be written; the earlier shards then stay.
    """
    folder = folder.rstrip("/")
    staging = f"{folder}.new"
    try:
        finish_replacing(fs, folder, PATTERN)
        if fs.exists(staging):
            fs.rm(staging, recursive=True)
        fs.makedirs(staging)
        names = _write_all(fs, staging, _ascending(rows), rows_per_shard, rows_per_group)
        replace_folder(fs, staging, folder, PATTERN)
    except OSError as error:
        with suppress(OSError):  # what is half written would only keep a full disk full
            finish_replacing(fs, folder, PATTERN)
            fs.rm(staging, recursive=True)
        raise StorageError(f"{folder}: cannot write the dataset: {error}") from error
    return names


def _write_all(
    fs: AbstractFileSystem, folder: str, rows: Iterator[Row], per_shard: int, per_group: int
) -> list[str]:
    """All shards, renamed when their number is known: the last of a shard's name is the total."""
    count = 0
    first = next(rows, None)
    while first is not None or count == 0:
        head = [] if first is None else [first]
        shard = chain(head, islice(rows, per_shard - len(head)))
        _write_one(fs, f"{folder}/{count}.tmp", shard, per_group)
        first = next(rows, None)
        count += 1
    names = [f"train-{index:05d}-of-{count:05d}.parquet" for index in range(count)]
    for index, name in enumerate(names):
        fs.mv(f"{folder}/{index}.tmp", f"{folder}/{name}")
    return names


def _write_one(fs: AbstractFileSystem, path: str, rows: Iterator[Row], per_group: int) -> None:
    """One shard, closed, durable, and its footer read again."""
    written = 0
    with fs.open(path, "wb") as sink:
        with _writer(sink) as writer:
            for group in _groups(rows, per_group):
                writer.write_table(_table(group), row_group_size=len(group))
                written += len(group)
        make_durable(fs, sink)
    with fs.open(path, "rb") as source:
        found = pq.read_metadata(source).num_rows
    if found != written:
        raise StorageError(f"{path}: {written} rows were written, {found} can be read")


def _writer(sink: Any) -> pq.ParquetWriter:
    """zstd; no dictionaries and no min/max of picture bytes, which are incompressible.

    The page index and content-defined chunks are what the Hugging Face Hub asks for: previews
    read single pages, and an upload of a grown dataset sends only what is new.
    """
    leaves = [leaf for leaf in _leaves(SCHEMA) if leaf not in _ENCODED]
    return pq.ParquetWriter(
        sink,
        SCHEMA,
        compression="zstd",
        compression_level=3,
        use_dictionary=leaves,
        write_statistics=leaves,
        write_page_index=True,
        use_content_defined_chunking=True,
    )


def _leaves(fields: Iterable[pa.Field], prefix: str = "") -> Iterator[str]:
    """The dotted paths of all Parquet columns."""
    for field in fields:
        path = f"{prefix}{field.name}"
        if pa.types.is_struct(field.type):
            yield from _leaves(field.type, f"{path}.")
        elif pa.types.is_list(field.type):
            yield from _leaves([field.type.value_field.with_name("element")], f"{path}.list.")
        else:
            yield path


def _groups(rows: Iterator[Row], per_group: int) -> Iterator[list[Row]]:
    """Row groups of at most `per_group` rows and about GROUP_BYTES."""
    group: list[Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += sum(len(row[name]["bytes"]) for name in IMAGE_COLUMNS)
        if len(group) == per_group or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _table(group: list[Row]) -> pa.Table:
    table = pa.Table.from_pylist(group, schema=SCHEMA)
    for name, column in zip(table.column_names, table.columns, strict=True):
        for array in column.chunks:
            if _has_null(array):
                raise ValueError(f"column {name} holds a null")
    return table


def _has_null(array: pa.Array) -> bool:
    if array.null_count:
        return True
    if pa.types.is_struct(array.type):
        return any(map(_has_null, array.flatten()))
    return pa.types.is_list(array.type) and _has_null(array.flatten())


def _ascending(rows: Iterable[Row]) -> Iterator[Row]:
    last = ""
    for row in rows:
        if row["id"] <= last:
            raise ValueError(f"row {row['id']} after {last}: rows must come by id, each once")
        last = row["id"]
        yield row
