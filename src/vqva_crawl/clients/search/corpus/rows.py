"""Rows of Parquet and JSON-lines files, and one row alone.

A row's position is its number in a Parquet file, its first byte in a JSON-lines one (unpacked).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from vqva_crawl.clients.plain import sound
from vqva_crawl.errors import ConfigError

LONGEST = 50_000_000  # bytes of a line; what is longer is no row
BATCH = 1000  # rows in memory at once while a file is listed
UNREADABLE = (OSError, EOFError, pa.ArrowException)  # what a damaged file raises

Row = Mapping[str, Any]


def listed(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """(position, row) of all rows; of Parquet rows these columns alone, as far as they are there.

    A line that is no JSON object is an empty row, and so is a row of text that is no UTF-8.
    Raises UNREADABLE; ConfigError for other files.
    """
    return _parquet_rows(path, columns) if _is_parquet(path) else _lines(path)


def row_at(path: Path, position: int) -> Row:
    """One row whole. Raises UNREADABLE, ConfigError; ValueError when there is no such row."""
    return _parquet_row(path, position) if _is_parquet(path) else _line(path, position)


def _is_parquet(path: Path) -> bool:
    if path.suffix == ".parquet":
        return True
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return False
    raise ConfigError(f"{path}: is no .parquet, .jsonl or .jsonl.gz file; name such in paths")


def _parquet_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    with pq.ParquetFile(path) as file:
        there = [name for name in columns if name in file.schema_arrow.names]
        position = 0
        for batch in file.iter_batches(batch_size=BATCH, columns=there):
            for row in _rows(batch) if there else [{}] * batch.num_rows:
                yield position, row
                position += 1


def _rows(batch: pa.RecordBatch) -> list[Row]:
    try:
        return cast(list[Row], batch.to_pylist())
    except UnicodeDecodeError:
        if batch.num_rows == 1:
            return [{}]
        half = batch.num_rows // 2
        return _rows(batch.slice(0, half)) + _rows(batch.slice(half))


def _parquet_row(path: Path, position: int) -> Row:
    """Reads the row's group, not the file."""
    footer = _footer(path)
    left = position
    for group in range(footer.num_row_groups):
        size = footer.row_group(group).num_rows
        if left < size:
            with pq.ParquetFile(path, metadata=footer) as file:
                rows = file.read_row_group(group).slice(left, 1).to_pylist()
            return cast(Row, rows[0])
        left -= size
    raise ValueError(f"the file has no row {position}")


@lru_cache(maxsize=64)
def _footer(path: Path) -> Any:
    return pq.read_metadata(path)


def _lines(path: Path) -> Iterator[tuple[int, Row]]:
    with _opened(path) as file:
        position = 0
        while line := file.readline(LONGEST):
            if line.strip():
                yield position, _object(line)
            position += len(line)


def _line(path: Path, position: int) -> Row:
    with _opened(path) as file:
        file.seek(position)
        return _object(file.readline(LONGEST))


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _object(line: bytes) -> Row:
    try:
        row = sound(json.loads(line))
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}
