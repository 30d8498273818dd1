from collections import Counter
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.publish.draw import draw
from vqva_crawl.publish.report import draw_samples
from vqva_crawl.publish.summary import Triple
from vqva_crawl.records import Rejected


def record(n: int, stage: str) -> Rejected:
    return Rejected(id=f"{n:032x}", stage=stage, reason="r")


@given(st.lists(st.sampled_from("abc"), max_size=120), st.integers(1, 20), st.randoms())
def test_a_draw_is_even_complete_and_independent_of_order(
    stages: list[str], limit: int, shuffler: object
) -> None:
    records = [record(n, stage) for n, stage in enumerate(stages)]
    drawn = draw(records, limit, lambda r: r.stage)
    assert len(drawn) == min(limit, len(records))
    assert len({r.id for r in drawn}) == len(drawn)
    counts, there = Counter(r.stage for r in drawn), Counter(stages)
    short = [counts[s] for s in there if counts[s] < there[s]]
    assert not short or max(counts.values()) - min(short) <= 1
    shuffler.shuffle(records)  # type: ignore[attr-defined]
    assert draw(records, limit, lambda r: r.stage) == drawn


def test_samples_are_drawn_evenly_over_domains(triple: Callable[..., Triple]) -> None:
    rare = [triple(n, domain="reasoning").sample for n in range(3)]
    common = [triple(n, domain="world_knowledge").sample for n in range(3, 40)]
    counts = Counter(s.domain for s in draw_samples([*common, *rare], 10))
    assert counts == {"reasoning": 3, "world_knowledge": 7}
