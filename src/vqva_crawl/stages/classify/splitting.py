"""Which labelled documents a classifier learns from, and which are held out to judge it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vqva_crawl.records import digest
from vqva_crawl.stages.classify.labels import Label
from vqva_crawl.urls import host

MANY_HOSTS = 8  # from here on whole hosts are held out


class Example(NamedTuple):
    """A labelled document with its text."""

    label: Label
    text: str


def split(
    examples: Sequence[Example], share: float, seed: int
) -> tuple[list[Example], list[Example]]:
    """(to learn from, held out): about `share` of the examples is held out.

    With many hosts whole hosts are held out, since the pages of a site share words that say nothing
    of other sites; with few, a share of each host's documents of each class. A text never stands
    on both sides.
    """
    hosts = {host(example.label.url) for example in examples}
    if len(hosts) >= MANY_HOSTS:
        out = _whole_hosts(examples, share, seed)
    else:
        out = _documents(examples, share, seed)
    return [e for e in examples if e.label.text not in out], [
        e for e in examples if e.label.text in out
    ]


def _whole_hosts(examples: Iterable[Example], share: float, seed: int) -> set[str]:
    """The texts of hosts drawn by lot, until they are enough."""
    texts: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        texts[host(example.label.url)].add(example.label.text)
    wanted = share * len(set().union(*texts.values()))
    out: set[str] = set()
    for name in sorted(texts, key=lambda name: digest(str(seed), name)):
        if len(out | texts[name]) <= wanted * 1.5:  # not one host that is nearly everything
            out |= texts[name]
        if len(out) >= wanted:
            break
    return out


def _documents(examples: Iterable[Example], share: float, seed: int) -> set[str]:
    """A share of the texts of each host and class, drawn by lot."""
    strata: dict[tuple[str, str], set[str]] = defaultdict(set)
    for example in examples:
        strata[host(example.label.url), example.label.label].add(example.label.text)
    out: set[str] = set()
    for texts in strata.values():
        drawn = sorted(texts, key=lambda text: digest(str(seed), text))
        out.update(drawn[: round(share * len(texts))])
    return out
