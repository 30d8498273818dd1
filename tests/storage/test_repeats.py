"""How pages that repeat on a host are counted, and which are stopped."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from vqva_crawl.clients.search.index import PageIndex
from vqva_crawl.clients.search.listed import Listed
from vqva_crawl.records import Target
from vqva_crawl.rounds.driver import _followed
from vqva_crawl.storage import repeats
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.repeats import KEPT, SHARE, Sketch
from vqva_crawl.storage.units import UrlOutcome

REPEATS = 50
STREAMS = st.lists(st.integers(0, 99).map(str), max_size=600)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path}/l.sqlite")) as opened:
        yield opened


def pages(first: int, count: int, signature: str = "s", host: str = "a", depth: int = 1):
    return [
        UrlOutcome(
            key=f"http://{host}.test/{n:06}",
            depth=depth,
            links=("x", "y"),
            signature=signature or f"{n:x}",
        )
        for n in range(first, first + count)
    ]


class Following:
    """A backend that wants all links."""

    def follow(self, url: str, depth: int, links: tuple[str, ...]) -> list[Target]:
        return [Target(key=link, url=link, depth=depth + 1) for link in links]


def stopped(ledger: Ledger, outcomes: list[UrlOutcome]) -> list[int]:
    with ledger.begin() as c:
        leading = {outcome.key for outcome in outcomes if outcome.links}
        return sorted(int(key[-6:]) for key in repeats.stopped(c, outcomes, leading, REPEATS))


@given(STREAMS)
def test_the_sketch_is_bounded_and_errs_by_no_more_than_is_known(stream: list[str]) -> None:
    sketch, truth = Sketch(), Counter(stream)
    for signature in stream:
        sketch.add(signature)
    assert len(sketch.counts) == min(len(truth), KEPT)
    assert sum(count for count, _ in sketch.counts.values()) == len(stream)
    for signature, (count, excess) in sketch.counts.items():
        assert truth[signature] <= count <= truth[signature] + len(stream) / KEPT
        assert sketch.surely(signature) == count - excess <= truth[signature]
    common = {s for s, n in truth.items() if n > len(stream) / KEPT}
    assert common <= sketch.counts.keys()


@given(STREAMS, st.integers(0, 600))
def test_a_sketch_that_was_put_away_goes_on_as_before(stream: list[str], cut: int) -> None:
    whole, first = Sketch(), Sketch()
    for signature in stream:
        whole.add(signature)
    for signature in stream[:cut]:
        first.add(signature)
    later = Sketch(json.loads(json.dumps(first.counts, sort_keys=True)))
    for signature in stream[cut:]:
        later.add(signature)
    assert later.counts == whole.counts


def test_the_first_that_repeat_are_followed_and_no_later_ones(ledger: Ledger) -> None:
    assert stopped(ledger, pages(0, REPEATS - 5)) == []
    assert stopped(ledger, pages(100, 10)) == [105, 106, 107, 108, 109]
    assert stopped(ledger, pages(200, 3)) == [200, 201, 202]
    assert stopped(ledger, [*pages(300, 3, "other"), *pages(400, 3, host="b")]) == []
    with ledger.begin() as c:
        assert repeats.by_host(c) == {"a.test": 8}


def test_the_order_inside_a_unit_does_not_matter(tmp_path: Path) -> None:
    unit = [*pages(0, 80), *pages(500, 4, "other"), *pages(600, 4, "")]
    for name, order in (("one", unit), ("two", unit[::-1])):
        with closing(Ledger(f"sqlite:///{tmp_path}/{name}.sqlite")) as opened:
            assert stopped(opened, order) == list(range(REPEATS, 80))


def test_start_pages_and_pages_without_a_signature_are_never_stopped(ledger: Ledger) -> None:
    for _ in range(REPEATS + 9):  # night after night
        assert stopped(ledger, pages(0, 1, depth=0)) == []
    silent = [page.model_copy(update={"signature": ""}) for page in pages(0, 200)]
    assert stopped(ledger, silent) == []
    with ledger.begin() as c:
        assert repeats.by_host(c) == {}


def test_the_first_of_each_kind_that_repeats_are_followed(ledger: Ledger) -> None:
    assert stopped(ledger, pages(0, 300)) == list(range(REPEATS, 300))
    assert stopped(ledger, pages(400, REPEATS + 1, "t")) == [400 + REPEATS]


def test_pages_that_repeat_no_more_than_they_may_make_no_host_a_trap(ledger: Ledger) -> None:
    others = [*pages(100, REPEATS, "t"), *pages(200, 15, "")]
    assert stopped(ledger, [*pages(0, REPEATS), *others]) == []
    assert stopped(ledger, pages(300, 1)) == []


def test_pages_without_a_signature_count_among_a_host_s_pages(ledger: Ledger) -> None:
    silent = [page.model_copy(update={"signature": ""}) for page in pages(0, 4 * REPEATS)]
    assert stopped(ledger, silent) == []
    assert stopped(ledger, pages(1000, 2 * REPEATS)) == []


def test_what_could_not_be_fetched_hides_no_trap(ledger: Ledger) -> None:
    gone = {"signature": "", "links": (), "stage": "fetch", "reason": "http_429"}
    failed = [page.model_copy(update=gone) for page in pages(1000, 3 * REPEATS)]
    assert stopped(ledger, [*pages(0, 2 * REPEATS), *failed]) == list(range(REPEATS, 2 * REPEATS))


def test_pages_that_lead_nowhere_anyway_are_not_told_of(ledger: Ledger, tmp_path: Path) -> None:
    listed = Listed("", False, None, PageIndex(tmp_path / "index.sqlite"))
    with ledger.begin() as c:
        assert _followed(c, {"": listed}, pages(0, REPEATS + 9), REPEATS) == []
        assert repeats.by_host(c) == {}
        assert _followed(c, {"": Following()}, pages(100, REPEATS + 9), REPEATS) == []
        assert repeats.by_host(c) == {"a.test": REPEATS + 9}


def test_without_a_bound_all_links_are_followed(ledger: Ledger) -> None:
    with ledger.begin() as c:
        followed = _followed(c, {"": Following()}, pages(0, 700), None)
    assert len(followed) == 1400


def test_hosts_with_the_most_stopped_pages_come_first(ledger: Ledger) -> None:
    for host, more in (("a", 1), ("b", 3), ("c", 2)):
        stopped(ledger, pages(0, REPEATS + more, host=host))
    with ledger.begin() as c:
        assert [*repeats.by_host(c).items()] == [("b.test", 3), ("c.test", 2), ("a.test", 1)]


def test_lists_that_lead_to_pages_of_their_own_are_followed_and_the_row_stays_small(
    ledger: Ledger,
) -> None:
    assert stopped(ledger, pages(0, REPEATS)) == []  # all lists first
    for batch in range(1, 10):
        assert stopped(ledger, pages(batch * 1000, 100, "")) == []
        assert stopped(ledger, pages(batch * 1000 + 500, 50)) == []
    with ledger.begin() as c:
        [counts] = c.scalars(select(t.repeats.c.counts)).all()
    assert len(counts) < KEPT * 40


def test_a_trap_takes_no_more_than_its_share_of_a_host(ledger: Ledger) -> None:
    stopped(ledger, pages(0, 100, ""))
    found = [len(stopped(ledger, pages(batch * 1000, 100))) for batch in range(1, 10)]
    followed = 900 - sum(found)
    assert followed == pytest.approx(100 * SHARE / (1 - SHARE), abs=2)
    assert found[-1] == 100


def test_a_ledger_from_before_a_host_s_pages_were_counted_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "l.sqlite"
    Ledger(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute("INSERT INTO repeats VALUES ('a.test', '{}', 9, 4)")
        raw.execute("ALTER TABLE repeats DROP COLUMN pages")
    with closing(Ledger(f"sqlite:///{file}")) as opened, opened.begin() as c:
        assert repeats.by_host(c) == {"a.test": 4}


def test_a_ledger_from_before_they_were_counted_opens(tmp_path: Path) -> None:
    file = tmp_path / "l.sqlite"
    Ledger(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("DROP TABLE repeats")
    with closing(Ledger(f"sqlite:///{file}", read_only=True)) as looked, looked.begin() as c:
        assert repeats.by_host(c) == {}
    with closing(Ledger(f"sqlite:///{file}")) as opened:
        assert stopped(opened, pages(0, REPEATS + 1)) == [REPEATS]
