"""How much of a dataset one web domain may be, so that none can shape what a model learns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vqva_crawl.records import Sample
from vqva_crawl.urls import domain, host


def within_share(samples: Sequence[Sample], share: float) -> list[Sample]:
    """The samples without what is more than `share` of the rest, by domain; the first ones stay.

    Every domain is cut to the greatest number for which that holds. With fewer domains than
    1 / `share` it holds for none: then all give as many as the smallest of them.
    """
    owners = [domain(host(sample.page_url)) for sample in samples]
    most = cap(list(Counter(owners).values()), share)
    taken: Counter[str] = Counter()
    kept: list[Sample] = []
    for sample, owner in zip(samples, owners, strict=True):
        taken[owner] += 1
        if taken[owner] <= most:
            kept.append(sample)
    return kept


def beyond_share(samples: Sequence[Sample], share: float) -> str:
    """A line on the largest domain where it is more than `share` of the samples all the same."""
    counts = Counter(domain(host(sample.page_url)) for sample in samples)
    if not counts or max(counts.values()) <= share * len(samples):
        return ""
    [(name, most)] = counts.most_common(1)
    domains = f"{len(counts)} domain{'s' * (len(counts) != 1)}"
    return (
        f"{name} is {most / len(samples):.0%} of the dataset, although publish.domain_share is "
        f"{share:g}: with {domains} it cannot be less"
    )


def cap(counts: Sequence[int], share: float) -> int:
    """The most that one domain may have, where they have `counts` of samples."""
    if share >= 1 or not counts:
        return max(counts, default=0)
    for most in range(max(counts), 0, -1):
        if most <= share * sum(min(count, most) for count in counts):
            return most
    return min(counts)
