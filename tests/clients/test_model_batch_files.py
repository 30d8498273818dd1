"""Batch files stay below what endpoints take."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqva_crawl.clients.model import batch_files
from vqva_crawl.clients.model.batch_files import asked, divide, encoded, open_batches, write


def questions(count: int) -> list[tuple[str, bytes]]:
    named = ((f"k{n}", {"custom_id": f"r-k{n}", "body": "x" * 100}) for n in range(count))
    return [(key, encoded(line)) for key, line in named]


def files(folder: Path) -> list[int]:
    """The questions in each file."""
    return sorted(len(list(asked(path))) for path in open_batches(folder))


@pytest.mark.parametrize(("lines", "most", "found"), [(4, 50, [1, 3, 3]), (9, 2, [1, 2, 2, 2])])
def test_files_are_split_by_lines_and_by_bytes(tmp_path, monkeypatch, lines, most, found):
    each = len(questions(1)[0][1])
    monkeypatch.setattr(batch_files, "MOST_BYTES", 3 * each if lines == 4 else 100 * each)
    write(tmp_path, questions(7), most)
    assert files(tmp_path) == found


def test_a_question_above_the_limit_has_a_file_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(batch_files, "MOST_BYTES", 10)
    write(tmp_path, questions(3), 50)
    assert files(tmp_path) == [1, 1, 1]


def test_a_file_is_divided_where_the_limit_is_lower_now(tmp_path):
    write(tmp_path, questions(7), 50)
    [path] = open_batches(tmp_path)
    divide(path, 50)
    assert files(tmp_path) == [7]
    divide(path, 3)
    assert files(tmp_path) == [1, 3, 3]
    told = {key for path in open_batches(tmp_path) for key in asked(path)}
    assert told == {key for key, _ in questions(7)}
