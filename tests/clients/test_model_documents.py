"""The cap of a document's tokens where answers come with later calls of the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqva_crawl.clients.model.documents import Documents
from vqva_crawl.errors import Unusable


def saved(path: Path, documents: Documents, cap: int = 100) -> Documents:
    """The same for the next call."""
    documents.save()
    return Documents(path, cap)


def test_what_a_document_asked_counts_in_the_next_call_too(tmp_path):
    path = tmp_path / "batch/documents.journal"
    documents = Documents(path, 100)
    documents.note("page", "first", 60)
    documents = saved(path, documents)
    with pytest.raises(Unusable, match="100 tokens") as refused:
        documents.note("page", "second", 60)
    assert refused.value.reason == "budget"
    documents.note("other page", "third", 60)
    documents.note("page", "first", 60)  # asked again by a replay: it has its room
    documents.settle("first", 30)
    documents = saved(path, documents)
    documents.note("page", "second", 60)
    with pytest.raises(Unusable):
        documents.note("page", "fourth", 11)


def test_a_line_that_a_kill_cut_off_costs_that_line_alone(tmp_path):
    path = tmp_path / "documents.journal"
    documents = Documents(path, 100)
    documents.note("page", "first", 60)
    documents.save()
    path.write_text(path.read_text() + '["second", 3')
    documents = Documents(path, 100)
    documents.note("page", "third", 40)
    with pytest.raises(Unusable):
        saved(path, documents).note("page", "fourth", 1)


def test_without_a_cap_everything_has_room(tmp_path):
    documents = Documents(tmp_path / "documents.journal")
    documents.note("page", "first", 10**9)
    documents.note("page", "second", 10**9)
