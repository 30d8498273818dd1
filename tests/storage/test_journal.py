"""A death in the middle of work leaves its trace."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.storage.journal import Journal


def test_attempts_outlive_the_process_that_made_them(tmp_path):
    path = tmp_path / "unit.log"
    for attempt in range(3):
        journal = Journal(path)
        assert journal.attempts("a") == attempt
        journal.started("a")
        journal.started("b")
        journal.finished("b")
        journal.close()  # as a kill would: "a" never ended
    with closing(Journal(path)) as journal:
        assert journal.attempts("a") == 3
        assert journal.attempts("b") == 0


@given(cut=st.integers(0, 60))
def test_a_torn_tail_never_breaks_the_journal(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("j") / "unit.log"
    journal = Journal(path)
    for _ in range(2):
        journal.started("0123456789")
        journal.finished("0123456789")
        journal.started("abcdefghij")
    journal.close()
    path.write_bytes(path.read_bytes()[:cut])
    again = Journal(path)
    assert again.attempts("abcdefghij") <= 2
    again.started("abcdefghij")  # and it can be continued
    again.close()
    with closing(Journal(path)) as journal:
        assert journal.attempts("abcdefghij") >= 1
