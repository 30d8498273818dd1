import copy
import os
from collections.abc import Callable
from pathlib import Path

import datasets
import fsspec
import pyarrow.parquet as pq
import pytest
from PIL import Image

from vqva_crawl.errors import StorageError
from vqva_crawl.publish import shards
from vqva_crawl.publish.schema import SCHEMA
from vqva_crawl.publish.shards import write_shards

Rows = Callable[[int], list[dict[str, object]]]
LOCAL = fsspec.filesystem("file")


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("train-*.parquet")}


def test_load_dataset_shows_pictures_in_both_columns(tmp_path: Path, rows: Rows) -> None:
    write_shards(rows(7), LOCAL, str(tmp_path / "dataset"), 3, 2)
    loaded = datasets.load_dataset(
        "parquet",
        data_files=str(tmp_path / "dataset" / "train-*.parquet"),
        split="train",
        cache_dir=str(tmp_path / "cache"),
    )
    assert len(loaded) == 7
    for row, wanted in zip(loaded, rows(7), strict=True):
        assert isinstance(row["question_image"], Image.Image)
        assert isinstance(row["answer_image"], Image.Image)
        assert row["question_image"].size == (320, 240)
        for column in SCHEMA.names:
            if not column.endswith("_image"):
                assert row[column] == wanted[column]


def test_shards_and_row_groups_have_the_asked_sizes(tmp_path: Path, rows: Rows) -> None:
    names = write_shards(rows(25), LOCAL, str(tmp_path / "d"), 10, 4)
    assert names == [f"train-0000{n}-of-00003.parquet" for n in range(3)]
    files = [pq.ParquetFile(tmp_path / "d" / name) for name in names]
    assert [file.metadata.num_rows for file in files] == [10, 10, 5]
    groups = [file.metadata.row_group(g) for file in files for g in range(file.num_row_groups)]
    assert [group.num_rows for group in groups] == [4, 4, 2, 4, 4, 2, 4, 1]
    assert {group.column(1).compression for group in groups} == {"ZSTD"}
    for file in files:
        assert file.schema_arrow.equals(SCHEMA)
        assert file.schema_arrow.metadata == SCHEMA.metadata


def test_large_pictures_make_smaller_row_groups(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "GROUP_BYTES", 1)
    (name,) = write_shards(rows(3), LOCAL, str(tmp_path / "d"))
    assert pq.ParquetFile(tmp_path / "d" / name).num_row_groups == 3


def test_republishing_the_same_gives_the_same_bytes(tmp_path: Path, rows: Rows) -> None:
    write_shards(rows(12), LOCAL, str(tmp_path / "a"), 5, 2)
    write_shards(iter(rows(12)), LOCAL, str(tmp_path / "b"), 5, 2)
    first = content(tmp_path / "a")
    assert first == content(tmp_path / "b")
    write_shards(rows(12), LOCAL, str(tmp_path / "a"), 5, 2)
    assert first == content(tmp_path / "a")


def test_stale_shards_go_and_other_files_stay(tmp_path: Path, rows: Rows) -> None:
    folder = tmp_path / "dataset"
    write_shards(rows(9), LOCAL, str(folder), 2, 2)
    (folder / "README.md").write_text("mine")
    (folder / ".git").mkdir()
    write_shards(rows(4), LOCAL, str(folder), 2, 2)
    assert sorted(p.name for p in folder.iterdir()) == [
        ".git",
        "README.md",
        "train-00000-of-00002.parquet",
        "train-00001-of-00002.parquet",
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["dataset"]


def test_no_rows_make_one_empty_shard(tmp_path: Path) -> None:
    assert write_shards([], LOCAL, str(tmp_path / "d")) == ["train-00000-of-00001.parquet"]
    table = pq.read_table(tmp_path / "d" / "train-00000-of-00001.parquet")
    assert (len(table), table.schema) == (0, SCHEMA)


def test_an_object_store_gets_the_same_files(tmp_path: Path, rows: Rows) -> None:
    memory = fsspec.filesystem("memory")
    write_shards(rows(9), memory, "/bucket/dataset", 2, 2)
    names = write_shards(rows(5), memory, "/bucket/dataset", 2, 2)
    write_shards(rows(5), LOCAL, str(tmp_path / "d"), 2, 2)
    found = {path.rpartition("/")[2]: memory.cat(path) for path in memory.find("/bucket/dataset")}
    assert sorted(found) == names
    assert found == content(tmp_path / "d")


@pytest.mark.parametrize(
    "path",
    [("reasoning",), ("source", "licence"), ("question_credit", "author"), ("lineage", "round")],
)
def test_a_null_is_refused_and_the_earlier_dataset_stays(
    tmp_path: Path, rows: Rows, path: tuple[str, ...]
) -> None:
    write_shards(rows(3), LOCAL, str(tmp_path / "d"))
    before = content(tmp_path / "d")
    bad = copy.deepcopy(rows(3))
    *parents, last = path
    node = bad[1]
    for parent in parents:
        node = node[parent]  # type: ignore[assignment]
    node[last] = None
    with pytest.raises(ValueError, match=f"column {path[0]} holds a null"):
        write_shards(bad, LOCAL, str(tmp_path / "d"))
    assert content(tmp_path / "d") == before


def test_a_null_inside_a_list_is_refused(tmp_path: Path, rows: Rows) -> None:
    bad = rows(1)
    bad[0]["variants"] = ["a", None]
    with pytest.raises(ValueError, match="column variants holds a null"):
        write_shards(bad, LOCAL, str(tmp_path / "d"))


def test_a_row_twice_or_out_of_order_is_refused(tmp_path: Path, rows: Rows) -> None:
    one, two = rows(2)
    for wrong in ([one, one], [two, one]):
        with pytest.raises(ValueError, match="by id, each once"):
            write_shards(wrong, LOCAL, str(tmp_path / "d"))


def test_rows_are_read_as_they_are_written(tmp_path: Path, rows: Rows) -> None:
    """No more than a row group and one row are taken ahead of what is on the disk."""
    taken = 0
    written: list[int] = []
    write = shards.pq.ParquetWriter.write_table

    def stream() -> object:
        nonlocal taken
        for row in rows(30):
            taken += 1
            yield row

    def counted(self: object, table: object, **options: object) -> None:
        written.append(len(table))  # type: ignore[arg-type]
        assert taken - sum(written[:-1]) <= 5
        write(self, table, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards.pq.ParquetWriter, "write_table", counted)
        write_shards(stream(), LOCAL, str(tmp_path / "d"), 10, 4)  # type: ignore[arg-type]
    assert sum(written) == 30


def test_a_full_disk_is_a_storage_error_and_changes_nothing(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_shards(rows(3), LOCAL, str(tmp_path / "d"))
    before = content(tmp_path / "d")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        write_shards(rows(5), LOCAL, str(tmp_path / "d"))
    assert content(tmp_path / "d") == before
    assert [p.name for p in tmp_path.iterdir()] == ["d"]


class Killed(BaseException):
    """What a kill looks like to code that has no time to clean up."""


@pytest.mark.parametrize("step", range(9))
def test_killed_at_any_step_a_reader_finds_one_dataset_whole(
    tmp_path: Path, rows: Rows, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "dataset"
    write_shards(rows(6), LOCAL, str(folder), 2, 2)
    (folder / "README.md").write_text("mine")
    old = content(folder)
    write_shards(rows(5), LOCAL, str(tmp_path / "new"), 2, 2)
    new = content(tmp_path / "new")

    steps = 0
    rename = os.rename

    def stopping(*places: str) -> None:
        nonlocal steps
        if steps == step:
            raise Killed
        steps += 1
        rename(*places)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", stopping)
        try:
            write_shards(rows(5), LOCAL, str(folder), 2, 2)
        except Killed:
            assert content(folder) in ({}, old, new)
    write_shards(rows(5), LOCAL, str(folder), 2, 2)
    assert content(folder) == new
    assert (folder / "README.md").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dataset", "new"]
