"""No web domain is more than its share of a dataset."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.publish.sharing import beyond_share, cap, within_share
from vqva_crawl.urls import domain, host


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.floats(0.01, 1))
def test_the_greatest_cut_that_keeps_every_domain_within_its_share(counts: list[int], share: float):
    most = cap(counts, share)
    kept = [min(count, most) for count in counts]
    if len(counts) * share >= 1:
        assert max(kept) <= share * sum(kept) * 1.000001 or most == min(counts)
    assert 1 <= most <= max(counts)


@pytest.mark.parametrize(
    ("counts", "share", "most"),
    [
        ([100, 10, 10], 1.0, 100),
        ([100, 10, 10], 0.5, 20),
        ([100, 10, 10], 0.1, 10),  # three domains cannot have a tenth each
        ([7], 0.5, 7),
        ([], 0.5, 0),
    ],
)
def test_cap(counts: list[int], share: float, most: int):
    assert cap(counts, share) == most


def test_a_share_that_too_few_domains_cannot_keep_is_told(triple):
    urls = [f"https://{name}.example/{n}" for name in ("big", "mid", "low") for n in range(4)]
    samples = [triple(n, page_url=url).sample for n, url in enumerate(urls)]
    assert beyond_share(within_share(samples, 0.34), 0.34) == ""
    assert beyond_share([], 0.2) == ""
    assert beyond_share(within_share(samples, 0.2), 0.2) == (
        "big.example is 33% of the dataset, although publish.domain_share is 0.2: "
        "with 3 domains it cannot be less"
    )


def test_hosts_of_one_domain_count_together_and_the_first_samples_stay(triple):
    urls = [f"https://{name}.big.example/{n}" for n in range(6) for name in ("a", "b")]
    urls += [f"https://small{n}.example/" for n in range(4)]
    samples = [triple(n, page_url=url).sample for n, url in enumerate(urls)]
    kept = within_share(samples, 0.5)
    assert Counter(domain(host(s.page_url)) for s in kept)["big.example"] == 4
    assert kept[:4] == samples[:4]
    assert within_share(samples, 1.0) == samples
