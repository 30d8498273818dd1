"""Parts: the Parquet files of a unit, and the one way to write them.

A part is written as `<name>.tmp`, closed, its footer read back, flushed to the disk, then renamed.
Until a ledger row names the unit, its parts do not exist for anybody.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, TypeVar, cast

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from vqva_crawl.errors import ConfigError, StorageError
from vqva_crawl.records import Document, Picture, Record, Rejected, Sample

R = TypeVar("R", bound=Record)

# Typed columns for those who look at parts with other tools; `record` holds the whole record.
DOCUMENTS = pa.schema(
    [
        (n, pa.string())
        for n in ("id", "key", "url", "title", "language", "licence", "text", "record")
    ]
)
IMAGES = pa.schema(
    [(n, pa.string()) for n in ("id", "url", "format", "phash", "fetched_at")]
    + [(n, pa.int64()) for n in ("width", "height", "size")]
    + [("bytes", pa.binary())]
)
SAMPLES = pa.schema(
    [(n, pa.string()) for n in ("id", "question", "answer", "instruction", "page_url", "record")]
)
REJECTED = pa.schema(
    [(n, pa.string()) for n in ("id", "stage", "reason", "detail", "url", "payload")]
)
IMAGE_GROUP = 16  # rows; one picture is read without its neighbours' megabytes


def document_row(document: Document) -> dict[str, Any]:
    row = document.model_dump(include={"url", "title", "language", "licence"})
    text = "\n".join(item.text for item in document.texts())
    return {
        "id": document.id,
        "key": document.target.key,
        **row,
        "text": text,
        "record": document.model_dump_json(),
    }


def image_row(picture: Picture, body: bytes) -> dict[str, Any]:
    return {"id": picture.id, **picture.model_dump(exclude={"sha256"}), "bytes": body}


def sample_row(sample: Sample) -> dict[str, Any]:
    return {
        "id": sample.id,
        "question": sample.question.sha256,
        "answer": sample.answer.sha256,
        "instruction": sample.instruction,
        "page_url": sample.page_url,
        "record": sample.model_dump_json(),
    }


def rejected_row(rejected: Rejected) -> dict[str, Any]:
    return rejected.model_dump()


@contextmanager
def storage_errors(where: str) -> Iterator[None]:
    """Names the place of a disk or object-store failure."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        said = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise StorageError(f"{where}: {said}") from error


class PartStore:
    """Parts below one folder or fsspec URL."""

    def __init__(self, url: str) -> None:
        try:
            self.fs, self.root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise ConfigError(f"storage.parts: {url}: {error}") from error
        self._local = "file" in self.fs.protocol

    def _path(self, unit: str, name: str) -> str:
        return f"{self.root}/{unit}/{name}.parquet"

    def write(
        self, unit: str, name: str, schema: pa.Schema, rows: Iterable[dict[str, Any]], group: int
    ) -> int:
        """Writes one part whole or not at all; returns its rows. Raises StorageError."""
        path = self._path(unit, name)
        with storage_errors(path):
            self.fs.makedirs(os.path.dirname(path), exist_ok=True)
            count = self._write_rows(f"{path}.tmp", schema, rows, group)
            with self.fs.open(f"{path}.tmp", "rb") as file:
                stored = pq.read_metadata(file).num_rows
            if stored != count:
                raise StorageError(f"{path}: {count} rows written, {stored} found")
            if self._local:
                sync(f"{path}.tmp")
            self.fs.mv(f"{path}.tmp", path)
            if self._local:
                sync(os.path.dirname(path))
        return count

    def _write_rows(
        self, path: str, schema: pa.Schema, rows: Iterable[dict[str, Any]], group: int
    ) -> int:
        count = 0
        with (
            self.fs.open(path, "wb") as file,
            pq.ParquetWriter(file, schema, compression="zstd") as out,
        ):
            for batch in batches(rows, group):
                out.write_table(pa.Table.from_pylist(batch, schema=schema))
                count += len(batch)
        return count

    def read(
        self, unit: str, name: str, columns: list[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The rows of a part, one row group in memory at a time. Raises StorageError."""
        path = self._path(unit, name)
        with storage_errors(path), self.fs.open(path, "rb") as file:
            for batch in pq.ParquetFile(file).iter_batches(100, columns=columns):
                yield from batch.to_pylist()

    def open(self, unit: str, name: str) -> IO[bytes]:
        return cast(IO[bytes], self.fs.open(self._path(unit, name), "rb"))

    def units(self) -> list[str]:
        """The ids of all units with a folder here, committed or not."""
        if not self.fs.exists(self.root):
            return []
        return sorted(os.path.basename(p.rstrip("/")) for p in self.fs.ls(self.root, detail=False))

    def remove(self, unit: str) -> None:
        if self.fs.exists(f"{self.root}/{unit}"):
            self.fs.rm(f"{self.root}/{unit}", recursive=True)

    def copy_from(self, other: PartStore, unit: str) -> None:
        """Takes over a unit's parts from another run (hard links where the disk allows)."""
        for source in other.fs.ls(f"{other.root}/{unit}", detail=False):
            target = f"{self.root}/{unit}/{os.path.basename(source)}"
            self.fs.makedirs(os.path.dirname(target), exist_ok=True)
            if self._local and other._local:
                if not os.path.exists(target):
                    os.link(source, target)
            else:
                with other.fs.open(source, "rb") as src, self.fs.open(target, "wb") as dst:
                    dst.write(src.read())


def batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def sync(path: str) -> None:
    """Flushes a file or folder to the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def decode(rows: Iterable[dict[str, Any]], kind: type[R]) -> Iterator[R]:
    """Whole records from rows with a `record` column."""
    return (kind.model_validate_json(row["record"]) for row in rows)
