"""Parts are whole or absent, on a disk and on any other filesystem."""

from __future__ import annotations

import json

import pytest

from vqva_crawl.errors import StorageError
from vqva_crawl.records import Document, Rejected, Target, TextItem
from vqva_crawl.storage import parts as p
from vqva_crawl.storage.folder import remove_orphans


@pytest.fixture(params=["local", "memory"])
def store(request, tmp_path):
    url = str(tmp_path) if request.param == "local" else f"memory://{tmp_path.name}"
    return p.PartStore(url)


def rejected(n: int) -> Rejected:
    return Rejected(id=str(n), stage="fetch", reason="robots", payload=json.dumps({"n": n}))


def test_what_is_written_is_read(store):
    rows = [p.rejected_row(rejected(n)) for n in range(7)]
    assert store.write("unit", "rejected", p.REJECTED, iter(rows), 3) == 7
    assert list(store.read("unit", "rejected")) == rows


def test_documents_come_back_as_they_were(store):
    target = Target(key="http://a/", url="http://a/")
    document = Document(
        url="http://a/", target=target, items=(TextItem(text="é\u2028\x00"),), minhash=b"\xff\x00"
    )
    store.write("u", "documents", p.DOCUMENTS, [p.document_row(document)], 10)
    assert list(p.decode(store.read("u", "documents"), Document)) == [document]


def test_a_writer_that_fails_leaves_no_part(store):
    def rows():
        yield p.rejected_row(rejected(1))
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        store.write("unit", "rejected", p.REJECTED, rows(), 1)
    with pytest.raises(StorageError):
        list(store.read("unit", "rejected"))


def units(count: int) -> list[str]:
    return [f"collect-0001-{n:016x}" for n in range(count)]


def test_parts_that_no_ledger_row_names_are_removed_and_nothing_else(store):
    kept, orphan = units(2)
    others = ["notes", "collect-2", f"{orphan}-copy", "annotate-0001-OLD0000000000000"]
    for unit in (kept, orphan, *others):
        store.write(unit, "rejected", p.REJECTED, [], 1)
    assert store.units() == [kept, orphan]
    assert remove_orphans(store, {kept}, 8, "ledger.sqlite") == [orphan]
    assert store.units() == [kept]
    assert all(list(store.read(name, "rejected")) == [] for name in others)


def test_more_orphans_than_a_kill_explains_are_left_alone(store):
    for unit in units(5):
        store.write(unit, "rejected", p.REJECTED, [], 1)
    with pytest.raises(StorageError) as error:
        remove_orphans(store, set(units(1)), 3, "/runs/x/ledger.sqlite")
    said = str(error.value)
    assert said.startswith("/runs/x/ledger.sqlite: does not know 4 units of ")
    assert units(2)[1] in said
    assert "older copy" in said
    assert "\n" not in said
    assert store.units() == units(5)


@pytest.mark.parametrize(
    ("unit", "remedy"),
    [
        ("collect-0001-00000000000000aa", "a run of another name"),
        ("annotate-0001-00000000000000aa", "--fork NAME"),
    ],
)
@pytest.mark.parametrize("damage", ["missing", "truncated", "flipped"])
def test_a_damaged_part_is_named_with_its_unit_and_what_to_do(tmp_path, unit, remedy, damage):
    store = p.PartStore(str(tmp_path))
    store.write(unit, "rejected", p.REJECTED, [p.rejected_row(rejected(7))], 9)
    path = tmp_path / unit / "rejected.parquet"
    body = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(body[: len(body) // 2])
    else:
        assert b"robots" in body  # so short a text is stored as it is
        path.write_bytes(body.replace(b"robots", b"rowboa", 1))
    with pytest.raises(StorageError) as error:
        list(store.read(unit, "rejected"))
    said = str(error.value)
    assert said.startswith(f"{path}: a part of unit {unit} cannot be read (")
    assert "restore it from a copy" in said
    assert said.endswith(remedy)
    assert "\n" not in said


def test_a_full_disk_says_what_to_do():
    with (
        pytest.raises(StorageError, match=r"^/x: No space left on device; free some space, then"),
        p.storage_errors("/x"),
    ):
        raise OSError(28, "No space left on device")


def test_parts_are_copied_where_links_are_impossible(tmp_path, monkeypatch):
    def link(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    [unit] = units(1)
    old, new = p.PartStore(str(tmp_path / "old")), p.PartStore(str(tmp_path / "new"))
    old.write(unit, "rejected", p.REJECTED, [p.rejected_row(rejected(1))], 1)
    new.copy_from(old, unit)
    assert (tmp_path / f"new/{unit}/rejected.parquet").stat().st_nlink == 2
    new.copy_from(old, unit)  # a second time changes nothing
    new.remove(unit)
    monkeypatch.setattr("os.link", link)
    new.copy_from(old, unit)
    assert list(new.read(unit, "rejected")) == list(old.read(unit, "rejected"))
    with pytest.raises(StorageError, match="its folder is missing"):
        new.copy_from(old, "collect-0001-00000000000000ff")
