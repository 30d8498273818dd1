"""Parts: the Parquet files of a unit, and the one way to write them.

A part is written as `<name>.tmp`, closed, its footer read back, flushed to the disk, then renamed.
Until a ledger row names the unit, its parts do not exist for anybody.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from vqva_crawl.errors import ConfigError, StorageError
from vqva_crawl.records import Document, Picture, Record, Rejected, Sample
from vqva_crawl.storage.advice import advice
from vqva_crawl.storage.units import UNIT_ID

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
    """Names the place of a disk or object-store failure, and a next step."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise StorageError(f"{where}: {advice(error, _said(error))}") from error


def _said(error: BaseException) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split())


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
            pq.ParquetWriter(file, schema, **_coding(schema), write_page_checksum=True) as out,
        ):
            for batch in batches(rows, group):
                out.write_table(pa.Table.from_pylist(batch, schema=schema))
                count += len(batch)
        return count

    def read(
        self, unit: str, name: str, columns: list[str] | None = None
    ) -> Iterator[dict[str, Any]]:
        """The rows of a part, one row group in memory at a time. Raises StorageError."""
        with self.open(unit, name) as file:
            for batch in file.iter_batches(100, columns=columns):
                yield from batch.to_pylist()

    @contextmanager
    def open(self, unit: str, name: str) -> Iterator[pq.ParquetFile]:
        """A part, for reading inside. StorageError says which part is missing or damaged."""
        try:
            with self.fs.open(self._path(unit, name), "rb") as file:
                yield pq.ParquetFile(file, page_checksum_verification=True)
        except (OSError, pa.ArrowException) as error:
            raise self.unreadable(unit, name, _said(error)) from error

    def unreadable(self, unit: str, name: str, said: str) -> StorageError:
        """What is wrong with a part, and what to do about it."""
        path = self._path(unit, name)
        place = path if self._local else self.fs.unstrip_protocol(path)
        again = (
            "or annotate its documents again with --fork NAME"
            if unit.startswith("annotate")
            else "or collect again in a run of another name"
        )
        return StorageError(
            f"{place}: a part of unit {unit} cannot be read ({said}); "
            f"restore it from a copy, {again}"
        )

    def units(self) -> list[str]:
        """The ids of all units with a folder here, committed or not; other files are the user's."""
        if not self.fs.exists(self.root):
            return []
        names = (os.path.basename(p.rstrip("/")) for p in self.fs.ls(self.root, detail=False))
        return sorted(filter(UNIT_ID.fullmatch, names))

    def remove(self, unit: str) -> None:
        if self.fs.exists(f"{self.root}/{unit}"):
            self.fs.rm(f"{self.root}/{unit}", recursive=True)

    def copy_from(self, other: PartStore, unit: str) -> None:
        """Takes over a unit's parts from another run (hard links where the disk allows)."""
        if not other.fs.exists(f"{other.root}/{unit}"):
            raise other.unreadable(unit, "documents", "its folder is missing")
        with storage_errors(f"{self.root}/{unit}"):
            for source in other.fs.ls(f"{other.root}/{unit}", detail=False):
                target = f"{self.root}/{unit}/{os.path.basename(source)}"
                self.fs.makedirs(os.path.dirname(target), exist_ok=True)
                if not (self._local and other._local and _linked(source, target)):
                    with (
                        other.fs.open(source, "rb") as src,
                        self.fs.open(f"{target}.tmp", "wb") as dst,
                    ):
                        shutil.copyfileobj(src, dst)
                    self.fs.mv(f"{target}.tmp", target)


def _coding(schema: pa.Schema) -> dict[str, Any]:
    """How columns are written. Picture bytes are compressed and all different already: zstd, a
    dictionary and statistics made nothing smaller of them, and took half of the writing's time."""
    pictures = [field.name for field in schema if pa.types.is_binary(field.type)]
    others = [name for name in schema.names if name not in pictures]
    codecs = {**dict.fromkeys(others, "zstd"), **dict.fromkeys(pictures, "none")}
    return {"compression": codecs, "use_dictionary": others, "write_statistics": others}


def _linked(source: str, target: str) -> bool:
    """Whether `target` is now another name of `source`."""
    try:
        os.link(source, target)
    except FileExistsError:  # a fork that was stopped began it
        return os.path.samefile(source, target)
    except OSError:
        return False
    return True


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
