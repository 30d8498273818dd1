"""What a publish says about its run: numbers out of the ledger, for the card and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from vqva_crawl.records import AgentMark, Sample
from vqva_crawl.storage.losses import Losses

Counts = Mapping[str, int]


class Triple(NamedTuple):
    """A sample with the encoded bytes of its two pictures."""

    sample: Sample
    question: bytes
    answer: bytes


@dataclass(frozen=True)
class Survival:
    """One stage's line of the survival table.

    A stage may make several records of one, so `passed` may exceed `seen`. `reasons` counts the
    rejected by reason.
    """

    stage: str
    seen: int
    passed: int
    rejected: int
    reasons: Counts = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """A run at the moment of its publish.

    `pages` counts fetched pages, `images` accepted pictures, `samples` the rows published and
    `sources` the pages that these were found on; `left_out` accepted samples are not published,
    since their domain has its share (`publish.domain_share`).
    `domains`, `relations`, `topics`, `hosts` and `languages` count the published samples, and
    `licences` ("" is unknown) their two pictures each; `errors` the URLs that gave no document, by
    why; `losses` what could not be had. `started_at` is ISO 8601 in UTC. `agents` are those that
    took part, in the order of the chain; `spend` is the table of what their models took, its head
    first, empty without a model.
    """

    run: str
    version: str
    seed: int
    rounds: int
    pages: int
    images: int
    samples: int
    started_at: str
    config_digest: str
    stopped_because: str = ""
    requests: int = 0
    sources: int = 0
    left_out: int = 0
    survival: tuple[Survival, ...] = ()
    domains: Counts = field(default_factory=dict)
    relations: Counts = field(default_factory=dict)
    topics: Counts = field(default_factory=dict)
    hosts: Counts = field(default_factory=dict)
    licences: Counts = field(default_factory=dict)
    languages: Counts = field(default_factory=dict)
    errors: Counts = field(default_factory=dict)
    losses: Losses = field(default_factory=Losses)
    agents: tuple[AgentMark, ...] = ()
    spend: tuple[tuple[str, ...], ...] = ()


def counted(number: int, name: str) -> str:
    """'1 page' or '1,200 pages'."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def ranked(counts: Counts) -> list[tuple[str, int]]:
    """(name, count) pairs, the largest count first, equal ones by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
