"""What a run's model calls cost and brought, for people: `status`, summary, report and card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from vqva_crawl.registry import ROLES
from vqva_crawl.storage.spend import Total
from vqva_crawl.storage.spend_lines import BATCH, WAITING, Lines

NOTE = "Answers that were stored before cost nothing and are not counted."


def spent(path: Path) -> dict[str, Total]:
    """What each role spent, in the chain's order, out of a journal that is only read.

    What is under way counts as failed, at the most it may take; questions that wait in a batch do
    not count. Empty for a run without a model. Raises StorageError.
    """
    if not path.exists():
        return {}
    roles: defaultdict[str, Total] = defaultdict(Total)
    with closing(Lines(path)) as lines:
        for before, after in lines.fresh():
            if before and before.failed != WAITING:
                roles[before.role].add(before, -1)
            if after.failed != WAITING:
                roles[after.role].add(after)
    order = {role: place for place, role in enumerate(ROLES)}
    return {r: roles[r] for r in sorted(roles, key=lambda r: (order.get(r, len(order)), r))}


def waiting(path: Path) -> Total:
    """The questions of batches that are not answered, with the most that they may take."""
    total = Total()
    if not path.exists():
        return total
    with closing(Lines(path)) as lines:
        for before, after in lines.fresh():
            if before and before.failed == WAITING:
                total.add(before, -1)
            if after.failed == WAITING:
                total.add(after)
    return total


def waiting_keys(path: Path) -> set[str]:
    """The addresses of the answers that are waited for."""
    keys = set[str]()
    if not path.exists():
        return keys
    with closing(Lines(path)) as lines:
        for _, after in lines.fresh():
            if after.failed == WAITING:
                keys.add(after.key)
            elif after.id.startswith(BATCH):
                keys.discard(after.key)
    return keys


def whole(roles: Mapping[str, Total]) -> Total:
    return sum(roles.values(), Total())


def spend_table(roles: Mapping[str, Total], accepted: int) -> list[tuple[str, ...]]:
    """Head, a row for each agent and one for all of them; empty where nothing was spent.

    The last column is what an accepted sample cost, or without prices how many came of a million
    tokens.
    """
    if not roles:
        return []
    every = {**roles, "all": whole(roles)}
    priced = every["all"].money > 0
    money = ("money", "money per sample") if priced else ("accepted per million tokens",)
    head = ("agent", "calls", "failed attempts", "prompt tokens", "completion tokens", *money)
    return [head, *(tuple(_cells(*row, accepted, priced)) for row in every.items())]


def _cells(role: str, total: Total, accepted: int, priced: bool) -> Iterator[str]:
    yield role
    for count in (total.answered, total.failed, total.prompt, total.completion):
        yield f"{count:,}"
    if priced:
        yield amount(total.money)
        yield amount(total.money / accepted) if accepted else "none accepted"
    else:
        yield amount(accepted * 1_000_000 / total.tokens) if total.tokens else "no tokens"


def amount(value: float) -> str:
    """A number for readers: two decimals, or three digits below 1."""
    return f"{value:,.2f}" if value >= 1 else f"{value:.3g}"
