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
    assert store.units() == ["unit"]


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


def test_parts_that_no_ledger_row_names_are_removed(store):
    for unit in ("kept", "orphan"):
        store.write(unit, "rejected", p.REJECTED, [], 1)
    assert remove_orphans(store, {"kept"}) == ["orphan"]
    assert store.units() == ["kept"]
