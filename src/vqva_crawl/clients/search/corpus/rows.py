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
TOLD = 60  # characters of a wrong value that are told
BATCH = 1000  # rows in memory at once while a file is listed
UNREADABLE = (OSError, EOFError, pa.ArrowException)  # what a damaged file raises

Row = Mapping[str, Any]


class BadRow(ValueError):
    """A row that does not hold what its layout says; the message says what is wrong."""


def listed(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """(position, row) of all rows; of Parquet rows these columns alone, as far as they are there.

    A row that cannot be read is an empty one here; `row_at` says why. Raises UNREADABLE;
    ConfigError for other files.
    """
    return _parquet_rows(path, columns) if _is_parquet(path) else _rows_of_lines(path)


def row_at(path: Path, position: int) -> Row:
    """One row whole.

    Raises BadRow when it cannot be read, ValueError when there is none; UNREADABLE, ConfigError.
    """
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


def _rows_of_lines(path: Path) -> Iterator[tuple[int, Row]]:
    with _opened(path) as file:
        for position, line in _lines(file):
            try:
                yield position, _object(line)
            except BadRow:
                yield position, {}


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """(position, line) of what is not blank; of a line that is too long its beginning."""
    position = 0
    while line := file.readline(LONGEST):
        if line.strip():
            yield position, line
        position += len(line)
        while _is_cut(line) and (line := file.readline(LONGEST)):
            position += len(line)


def _is_cut(line: bytes) -> bool:
    return len(line) >= LONGEST and not line.endswith(b"\n")


def _line(path: Path, position: int) -> Row:
    with _opened(path) as file:
        file.seek(position)
        if line := file.readline(LONGEST):
            return _object(line)
    raise ValueError("the file has no row there")


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _object(line: bytes) -> Row:
    """Raises BadRow."""
    if _is_cut(line):
        raise BadRow(f"its line has {LONGEST} bytes or more")
    try:
        row = sound(json.loads(line))
    except UnicodeDecodeError as error:
        raise BadRow(f"it is no UTF-8: {error}") from error
    except ValueError as error:
        raise BadRow(f"it is no JSON that can be read: {error}") from error
    except RecursionError as error:
        raise BadRow("its JSON is nested too deeply") from error
    if not isinstance(row, dict):
        raise BadRow(f"it is no JSON object, but {line[:TOLD].decode(errors='replace').strip()!r}")
    return row
