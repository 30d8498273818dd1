"""The commit protocol: whatever order units finish in, and wherever a run dies, the same state."""

from __future__ import annotations

import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from vqva_crawl.records import Picture, Target
from vqva_crawl.rounds.units import collect_units
from vqva_crawl.storage import barrier, frontier
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.units import DocumentLine, Manifest, SampleLine, Unit, UrlOutcome
from vqva_crawl.urls import host, url_key

URLS = [f"http://{h}.test/{n}" for h in ("a", "b", "c") for n in range(6)]


def target(url: str) -> Target:
    return Target(key=url, url=url, backend="site")


def manifest(unit: Unit) -> Manifest:
    """What a unit would bring: every page a document, one page dropped, one shared picture."""
    picture = Picture(
        sha256="shared",
        url="http://img.test/x",
        width=9,
        height=9,
        format="png",
        phash="0",
        size=1,
        fetched_at="",
    )
    documents = tuple(
        DocumentLine(id=f"d{x.key}", key=x.key, url=x.url, title="", depth=0, minhash=b"")
        for x in unit.targets
        if not x.url.endswith("5")
    )
    urls = tuple(
        UrlOutcome(key=x.key, reason="robots" if x.url.endswith("5") else "") for x in unit.targets
    )
    return Manifest(
        unit=unit.id,
        kind="collect",
        files={},
        survival={},
        urls=urls,
        documents=documents,
        pictures=(picture,),
    )


def state(ledger: Ledger) -> object:
    with ledger.begin() as c:
        documents = c.execute(select(t.documents.c.id, t.documents.c.unit).order_by("id")).all()
        urls = c.execute(select(t.urls.c.key, t.urls.c.state).order_by("key")).all()
        return documents, urls, sorted(l.committed(c))


@settings(max_examples=40)
@given(order=st.permutations(range(6)), deaths=st.sets(st.integers(0, 5)))
def test_order_and_deaths_change_nothing(order, deaths):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.sqlite"
        ledger = Ledger(url)
        with ledger.begin() as c:
            frontier.add_targets(c, map(target, URLS))
            planned = collect_units(frontier.waiting(c, None), 1, 0, 3)
            l.plan_units(c, planned)
        assert len(planned) == 6
        for step in order:
            if step in deaths:  # the process is gone before it commits; another one takes over
                ledger.close()
                ledger = Ledger(url)
            with ledger.begin() as c:
                waiting = l.open_units(c, 1, "collect")
            mine = next(u for u in waiting if u.id == planned[step].id)
            with ledger.begin() as c:
                l.commit(c, manifest(mine))
        documents, urls, committed = state(ledger)
        with ledger.begin() as c:
            assert l.open_units(c, 1, "collect") == []
        ledger.close()
    assert [d for d, _ in documents] == sorted(f"d{u}" for u in URLS if not u.endswith("5"))
    assert {s for u, s in urls if u.endswith("5")} == {"dropped"}
    assert committed == sorted(u.id for u in planned)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 40)), unique=True))
def test_units_hold_whole_hosts_or_slices_of_one(pages):
    targets = [target(f"http://{h}.test/{n}") for h, n in pages]
    units = collect_units(targets, 1, 0, 7)
    assert sorted(x.key for u in units for x in u.targets) == sorted(x.key for x in targets)
    assert all(len(u.targets) <= 7 for u in units)
    lanes: dict[str, set[str]] = {}
    for unit in units:
        for x in unit.targets:
            lanes.setdefault(host(x.url), set()).add(unit.lane)
    assert all(len(mine) == 1 for mine in lanes.values()), "one host, one lane"
    assert [u.id for u in units] == [u.id for u in collect_units(targets, 1, 0, 7)]


def test_a_host_that_is_spelled_in_two_ways_has_one_lane():
    urls = [f"https://ü.test/a{n}" for n in range(9)]
    urls += [f"https://xn--tda.test:443/b{n}" for n in range(9)]
    units = collect_units([Target(key=url_key(url), url=url) for url in urls], 1, 0, 4)
    assert len({unit.lane for unit in units}) == 1


def sample(n: int, question: str, answer: str) -> SampleLine:
    return SampleLine(
        id=f"{n:03}",
        document="d",
        domain="reasoning",
        relation="causal",
        topic="",
        query="",
        question=question,
        answer=answer,
    )


def test_the_barrier_caps_samples_the_same_way_every_time(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    samples = [sample(n, "q", f"a{n}") for n in range(5)]
    samples += [sample(7, "q", "a0"), *(sample(n, f"q{n}", "x") for n in range(10, 14))]
    unit = Unit(id="annotate", kind="annotate", round=1, wave=0, lane="")
    done = Manifest(unit="annotate", kind="annotate", files={}, survival={}, samples=tuple(samples))
    with ledger.begin() as c:
        l.plan_units(c, [unit])
        l.commit(c, done)
    for _ in range(2):  # a second time changes nothing
        with ledger.begin() as c:
            dropped = barrier.cap_samples(c, 1, most=3)
        assert dropped == {"per_question_image": 2, "same_pair": 1, "per_answer_image": 1}
    ledger.close()


@settings(max_examples=15)
@given(
    order=st.permutations(range(5)),
    made=st.lists(st.sets(st.integers(0, 3), max_size=3), min_size=5, max_size=5),
)
def test_of_units_that_made_the_same_sample_the_one_planned_first_has_it(order, made):
    """Units 0 to 2 are of round 1, 3 and 4 of round 2; each says what it knows of a sample."""
    plan = [
        Unit(id=f"annotate-{n}", kind="annotate", round=1 if n < 3 else 2, wave=0, lane="")
        for n in (2, 0, 1, 4, 3)  # not in the order of their ids
    ]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(f"sqlite:///{folder}/l.sqlite")
        with ledger.begin() as c:
            l.plan_units(c, plan[:3])
            l.plan_units(c, plan[3:])
        for n in order:
            lines = [sample(k, "q", "a").model_copy(update={"topic": f"t{n}"}) for k in made[n]]
            with ledger.begin() as c:
                done = Manifest(unit=plan[n].id, kind="annotate", files={}, survival={})
                l.commit(c, done.model_copy(update={"samples": tuple(lines)}))
        with ledger.begin() as c:
            rows = c.execute(select(t.samples).order_by(t.samples.c.id)).all()
        ledger.close()
    first = {k: min(n for n in range(5) if k in made[n]) for k in set().union(*made)}
    assert [(r.id, r.unit, r.topic, r.round, r.state) for r in rows] == [
        (f"{k:03}", plan[n].id, f"t{n}", plan[n].round, "accepted")
        for k, n in sorted(first.items())
    ]
