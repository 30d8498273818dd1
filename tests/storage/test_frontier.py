"""Which URLs are taken next, and how many: nothing that the order of commits changes."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from vqva_crawl.records import Target
from vqva_crawl.rounds.units import collect_units
from vqva_crawl.storage import domains, frontier
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


BY_TWO = ([target("b", 3)], [target("b", 1, "other")], [target("B", 2)])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize(
    ("first", "found"), [("site", ("B", 2, "site")), ("other", ("b", 1, "other"))]
)
def test_what_two_backends_lead_to_is_the_first_one_s(tmp_path: Path, order, first, found):
    backends = [first, *{"site", "other"} - {first}]
    ledger = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    with ledger.begin() as c:
        for n in order:
            frontier.add_targets(c, BY_TWO[n], backends)
        [apart] = frontier.waiting(c, None)
    ledger.close()
    ledger = Ledger(f"sqlite:///{tmp_path}/together.sqlite")
    with ledger.begin() as c:
        frontier.add_targets(c, [each for n in order for each in BY_TWO[n]], backends)
        [together] = frontier.waiting(c, None)
    ledger.close()
    assert (apart.url[-1], apart.depth, apart.backend) == found
    assert together == apart


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


def wave(c, number: int, per_domain: int | None, limit: int | None = None) -> list[str]:
    """The URLs of a planned wave, without what they have in common."""
    while not frontier.cap_domains(c, per_domain):
        pass
    targets = frontier.waiting(c, limit) if per_domain is None else None
    while targets is None:
        targets = frontier.waiting_capped(c, limit, {}, per_domain)
    frontier.note_taken(c, targets)
    l.plan_units(c, collect_units(targets, 1, number, 9))
    return [t.key.removeprefix("http://").replace(".test/", "") for t in targets]


def add(c, *names: str, backend: str = "site") -> None:
    """`a.x1` is page 1 of the host a.x.test; its depth is the page's number."""
    keys = [(f"http://{name[:-1]}.test/{name[-1]}", int(name[-1])) for name in names]
    targets = [Target(key=k, url=k, depth=d, backend=backend) for k, d in keys]
    frontier.add_targets(c, targets)


@pytest.fixture
def capped(tmp_path: Path):
    ledger = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    with ledger.begin() as c:
        yield c
    ledger.close()


def test_hosts_of_one_domain_share_its_cap_in_all_waves(capped):
    add(capped, "a.x1", "a.x2", "b.x1", "b.x2", "y1", "y2", "y3")
    assert wave(capped, 0, 3, 4) == ["a.x1", "b.x1", "y1", "a.x2"]
    assert wave(capped, 1, 3) == ["y2", "y3"]
    assert frontier.beyond(capped) == 1
    add(capped, "c.x1", "z9", "y0", backend="other")
    assert wave(capped, 2, 3) == ["z9"]
    assert frontier.beyond(capped) == 3


def test_what_waits_again_gives_its_place_back(capped):
    add(capped, "x1", "x2", "x3")
    assert wave(capped, 0, 2) == ["x1", "x2"]
    assert wave(capped, 1, 2) == []
    frontier.wait_again(capped, ["http://x.test/2"])
    assert wave(capped, 2, 2) == ["x2"]
    assert wave(capped, 3, 2) == []


def test_another_cap_or_none_brings_back_what_was_set_aside(capped):
    add(capped, "x1", "x2", "x3", "x4")
    assert wave(capped, 0, None, 1) == ["x1"], "counted although nothing was capped yet"
    assert wave(capped, 1, 2) == ["x2"]
    assert wave(capped, 2, 2) == []
    add(capped, "x5")
    assert wave(capped, 3, 3) == ["x3"]
    assert wave(capped, 4, 3) == []
    assert wave(capped, 5, None) == ["x4", "x5"]


def test_what_is_set_aside_is_set_aside_in_short_transactions(capped, monkeypatch):
    monkeypatch.setattr(domains, "ASIDE", 2)
    monkeypatch.setattr(frontier, "ASIDE", 2)
    monkeypatch.setattr(frontier, "TURN", 2)
    add(capped, *(f"x{n}" for n in range(9)), "y9")
    assert wave(capped, 0, 1) == ["x0", "y9"]
    frontier.cap_domains(capped, 1)
    assert frontier.waiting_capped(capped, None, {}, 1) is None
    assert frontier.beyond(capped) == 2
    assert wave(capped, 1, 1) == []
    assert frontier.beyond(capped) == 8
    assert frontier.cap_domains(capped, None) is None
    assert frontier.beyond(capped) == 6
    assert len(wave(capped, 2, None)) == 8


def test_links_into_a_full_domain_do_not_even_wait(capped):
    add(capped, "x1", "y1")
    assert wave(capped, 0, 1) == ["x1", "y1"]
    add(capped, "x2", "x3", "z1")
    assert [t.key for t in frontier.waiting(capped, None)] == ["http://z.test/1"]
    add(capped, "x0")
    frontier.wait_again(capped, ["http://x.test/1"])
    assert wave(capped, 1, 1) == ["x1", "z1"]


def test_a_full_host_with_many_urls_holds_nothing_deeper_back(capped, monkeypatch):
    monkeypatch.setattr(frontier, "TURN", 2)
    keys = [f"http://x.test/{n}" for n in range(7)]
    frontier.add_targets(capped, [Target(key=k, url=k, depth=1, backend="site") for k in keys])
    assert len(wave(capped, 0, 1)) == 1
    add(capped, "y2")
    assert wave(capped, 1, 1) == ["y2"]
    assert frontier.beyond(capped) == 6


def test_rows_that_have_no_url_have_no_domain_either(capped, monkeypatch):
    monkeypatch.setattr(frontier, "TURN", 2)
    keys = [f"corpus:rows.jsonl#{n}" for n in range(5)]
    frontier.add_targets(capped, [Target(key=k, url=k, depth=1, backend="corpus") for k in keys])
    assert wave(capped, 0, 1) == keys
