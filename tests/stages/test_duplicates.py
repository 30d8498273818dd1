"""Near-duplicates: the later one goes, the order decides, short texts are left alone."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vqva_crawl.records import Document, ImageItem, Target, TextItem
from vqva_crawl.stages.duplicates import near_duplicates
from vqva_crawl.stages.gate import NUM_PERM, fingerprint

PAGE = Target(key="http://site.test/page", url="http://site.test/page")


def text(start: int, words: int = 400) -> str:
    return " ".join(f"word{n}" for n in range(start, start + words))


def printed(body: str) -> bytes:
    items = (TextItem(text=body), ImageItem(url="http://site.test/a.png"))
    return fingerprint(Document(url=PAGE.url, target=PAGE, items=items))


def test_the_later_document_goes() -> None:
    first, again = printed(text(0)), printed(text(0) + " and one word more")
    other = printed(text(5000))
    assert near_duplicates([("a", first), ("b", other), ("c", again)], 0.8) == {"c": "a"}
    assert near_duplicates([("c", again), ("b", other), ("a", first)], 0.8) == {"a": "c"}


def test_all_copies_point_at_the_one_that_is_kept() -> None:
    copies = [(str(n), printed(text(0))) for n in range(5)]
    assert near_duplicates(copies, 0.8) == dict.fromkeys("1234", "0")


def test_half_the_text_in_common_is_no_duplicate() -> None:
    assert near_duplicates([("a", printed(text(0))), ("b", printed(text(200)))], 0.8) == {}


def test_the_threshold_counts() -> None:
    pair = [("a", printed(text(0))), ("b", printed(text(40)))]  # about 0.81 in common
    assert near_duplicates(pair, 0.5) == {"b": "a"}
    assert near_duplicates(pair, 0.97) == {}
    assert near_duplicates([*pair, ("c", pair[0][1])], 1.0) == {"c": "a"}


def test_pages_with_little_but_boilerplate_are_not_duplicates() -> None:
    boilerplate = printed("Home News About us Contact All rights reserved by the authors 2024")
    assert near_duplicates([("a", boilerplate), ("b", boilerplate)], 0.8) == {}


def test_boilerplate_around_a_text_makes_no_duplicates() -> None:
    around = text(90_000, 100)
    pages = [(str(n), printed(f"{around} {text(n * 1000)}")) for n in range(20)]
    assert near_duplicates(pages, 0.8) == {}


@settings(max_examples=40)
@given(st.lists(st.integers(0, 6), max_size=25))
def test_what_is_kept_is_never_a_duplicate_of_what_is_kept(kinds: list[int]) -> None:
    made = {kind: printed(text(kind * 1000)) for kind in range(7)}
    documents = [(str(place), made[kind]) for place, kind in enumerate(kinds)]
    found = near_duplicates(documents, 0.8)
    kept = [(id, made[kinds[int(id)]]) for id, _ in documents if id not in found]
    assert near_duplicates(kept, 0.8) == {}
    assert all(
        int(earlier) < int(later) and earlier not in found for later, earlier in found.items()
    )
    assert len(kept) == len(set(kinds))


def test_many_documents_are_compared_in_little_time() -> None:
    random = np.random.default_rng(0)
    values = random.integers(0, 1 << 32, (3000, NUM_PERM), dtype=np.uint32)
    values[2000:] = values[:1000]
    documents = [(str(n), row.astype("<u4").tobytes()) for n, row in enumerate(values)]
    start = time.monotonic()
    assert near_duplicates(documents, 0.8) == {str(n + 2000): str(n) for n in range(1000)}
    assert time.monotonic() - start < 10
