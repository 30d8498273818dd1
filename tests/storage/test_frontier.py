"""Which URLs are taken next, and how many: nothing that the order of commits changes."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from vqva_crawl.records import Target
from vqva_crawl.rounds.units import collect_units
from vqva_crawl.storage import frontier
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.ledger import Ledger


def target(path: str, depth: int, backend: str = "site") -> Target:
    key = f"http://a.test/{path.lower()}"
    return Target(key=key, url=f"http://a.test/{path}", depth=depth, backend=backend)


# What three pages lead to: pages in common, at other depths and in other spellings.
FOUND = (
    [target("b", 2), target("c", 2)],
    [target("b", 1), target("A", 2), target("d", 3)],
    [target("a", 2), target("d", 1), target("x", 1, "other")],
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_what_waits_does_not_depend_on_which_page_was_committed_first(tmp_path: Path, order):
    ledger = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    with ledger.begin() as c:
        new = sum(frontier.add_targets(c, FOUND[n]) for n in order)
        waiting = frontier.waiting(c, None)
        some = frontier.waiting(c, None, {"site": 2})
    assert new == 5
    assert [(t.url[-1], t.depth) for t in waiting] == [
        ("b", 1),
        ("d", 1),
        ("x", 1),
        ("A", 2),
        ("c", 2),
    ]
    assert [t.url[-1] for t in some] == ["b", "d", "x"]
    ledger.close()


def test_a_backend_s_share_and_the_limit_hold_together(tmp_path: Path):
    ledger = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    with ledger.begin() as c:
        frontier.add_targets(c, [target(x, 1) for x in "abc"])
        frontier.add_targets(c, [target(x, 1, "other") for x in "xyz"])
        assert [t.url[-1] for t in frontier.waiting(c, 3, {"site": 1})] == ["a", "x", "y"]
        assert frontier.waiting(c, None, {"site": 0, "other": 0}) == []
        l.plan_units(c, collect_units(frontier.waiting(c, 4), 1, 0, 9))
        assert (frontier.taken(c), frontier.taken(c, "site"), frontier.taken(c, "other")) == (
            4,
            3,
            1,
        )
        frontier.add_targets(c, [target("a", 0)])  # it is taken: no longer for us to change
        assert [t.url[-1] for t in frontier.waiting(c, None)] == ["y", "z"]
    ledger.close()


def test_hosts_of_one_depth_have_turns_and_nothing_deeper_is_next(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(frontier, "TURN", 2)
    ledger = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    names = ["a.test/1", "a.test/2", "a.test/3", "b.test/1", "c.test/1"]
    keys = {f"http://{name}": 1 for name in names} | {"http://d.test/1": 2}
    with ledger.begin() as c:
        frontier.add_targets(c, [Target(key=k, url=k, depth=d) for k, d in keys.items()])
        first = frontier.waiting(c, None)
        l.plan_units(c, collect_units(first, 1, 0, 9))
        second = frontier.waiting(c, None)
    hosts = ["a.test/1", "a.test/2", "b.test/1", "c.test/1"]
    assert [t.key.removeprefix("http://") for t in first] == hosts
    assert [t.key.removeprefix("http://") for t in second] == ["a.test/3", "d.test/1"]
    ledger.close()
