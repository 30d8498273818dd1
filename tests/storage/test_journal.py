"""A death in the middle of work leaves its trace."""

from __future__ import annotations

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.storage.journal import Journal


def test_a_start_without_an_end_outlives_the_process_that_made_it(tmp_path):
    path = tmp_path / "unit.log"
    for before in range(3):
        journal = Journal(path)
        assert journal.unended("a") == before
        journal.started("a")
        journal.started("b")
        journal.finished("b")
        assert journal.unended("a") == before, "under way is not lost"
        journal.close()  # as a kill would: "a" never ended
    with closing(Journal(path)) as journal:
        assert journal.unended("a") == 3
        assert journal.unended("b") == journal.deaths("a") == 0
        journal.finished("a")
        assert journal.unended("a") == 0


def test_deaths_count_and_stops_do_not(tmp_path):
    path = tmp_path / "unit.log"
    for _ in range(2):
        with closing(Journal(path)) as journal:
            for end in (journal.died, journal.stopped):
                journal.started("a")
                end("a")
    with closing(Journal(path)) as journal:
        assert (journal.deaths("a"), journal.unended("a")) == (2, 0)
        journal.started("a")
        journal.finished("a")
    with closing(Journal(path)) as journal:
        assert (journal.deaths("a"), journal.unended("a")) == (0, 0)


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
    assert again.unended("abcdefghij") <= 2
    again.started("abcdefghij")  # and it can be continued
    again.close()
    with closing(Journal(path)) as journal:
        assert journal.unended("abcdefghij") >= 1
