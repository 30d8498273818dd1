"""From a few documents to all of them: means, ranges and the time it will take.

A range is the 10th to the 90th percentile of a bootstrap over documents (Efron 1979): the documents
that were asked about are drawn again with replacement, a thousand times.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import numpy.typing as npt

from vqva_crawl.clients.model.roles import every_for
from vqva_crawl.config import Config
from vqva_crawl.estimating.endpoints import Endpoints, Share, answered_by, hours, priced, shares
from vqva_crawl.estimating.trying import Trial, asking
from vqva_crawl.records import Record, Sample
from vqva_crawl.storage.calls import led_to
from vqva_crawl.storage.spend import Total

DRAWS = 1000
ACCEPTED = "accepted samples"
MEASURES = ("calls", "prompt tokens", "completion tokens", "money", "seconds of calls", ACCEPTED)

Table = npt.NDArray[np.float64]


class Range(Record):
    """`high` is None where nothing bounds it: too few accepted samples."""

    value: float | None
    low: float | None
    high: float | None


class Took(Record):
    """What the run has spent on an agent so far; stored answers are not in it."""

    calls: int
    tokens: int
    money: float


class Estimate(Record):
    """`per_sample` is empty when no sample was accepted; `cycles` is None outside batch mode.

    `hours` is the least time that the endpoints' limits allow for all documents; `path` has the
    calls by agent that the cycles are counted from. `collecting` has those who ask a model before
    the chain: the documents that were collected have cost that already, and it is in no figure.
    `asked_twice` questions wait in an open batch as well. `stored_answers` were there before it.
    Samples are those that the chain accepts: what a run's barrier drops of them is not taken off.
    """

    run: str
    documents: int
    collected: int
    duplicates: int
    samples: int
    priced: bool
    per_document: dict[str, Range]
    per_sample: dict[str, Range]
    projected: dict[str, Range]
    agents: tuple[Share, ...]
    hours: float
    cycles: int | None
    path: dict[str, int]
    stored_answers: int
    answers: int
    paid_tokens: int
    paid_money: float
    failed_attempts: int
    failures: dict[str, str]
    collecting: dict[str, Took]
    asked_twice: int


def estimate(trial: Trial, config: Config) -> Estimate:
    settings = {role: every_for(config, role) for role in asking(config)}
    counted = table(trial, settings)
    resampled = _resampled(counted, config.seed)
    path = _before(trial) | longest_path(trial)
    return Estimate(
        run=config.name,
        documents=len(trial.documents),
        collected=trial.collected,
        duplicates=trial.duplicates,
        samples=int(counted[:, -1].sum()),
        priced=priced(settings),
        per_document=_ranges(counted.mean(0), resampled),
        per_sample=_per_sample(counted, resampled),
        projected=_projected(counted, resampled, trial.collected),
        agents=shares(trial, settings),
        hours=hours(trial, settings, config.engine.units),
        cycles=sum(path.values()) if config.model.mode == "batch" else None,
        path=path,
        stored_answers=_stored(trial),
        answers=len(trial.calls),
        paid_tokens=trial.paid.tokens,
        paid_money=trial.paid.money,
        failed_attempts=trial.paid.failed,
        failures=trial.failures,
        collecting={role: _took(total) for role, total in trial.collecting.items()},
        asked_twice=trial.twice,
    )


def _stored(trial: Trial) -> int:
    """The answers that were there before: later ones to a question asked here were paid here."""
    asked = {call.key for call in trial.calls if not call.cached}
    return sum(call.key not in asked for call in trial.calls)


def _took(total: Total) -> Took:
    return Took(calls=total.answered, tokens=total.tokens, money=total.money)


def table(trial: Trial, settings: Endpoints) -> Table:
    """A row for each document, a column for each of MEASURES."""
    rows = {id: np.zeros(len(MEASURES)) for id in trial.documents}
    for call in trial.calls:
        tokens = (call.prompt_tokens, call.completion_tokens)
        money = answered_by(call, settings).prices.of(*tokens)
        rows[call.document] += (1, *tokens, money, call.seconds, 0)
    for sample in {end.id: end for end in trial.ends if isinstance(end, Sample)}.values():
        rows[sample.document][-1] += 1
    return np.array(list(rows.values()))


# ranges ---------------------------------------------------------------------------------------


def _resampled(counted: Table, seed: int) -> Table:
    """Means of the measures in each draw."""
    n = len(counted)
    chosen = np.random.default_rng(seed).integers(0, n, (DRAWS, n))
    means: Table = counted[chosen].mean(1)
    return means


def _ranges(values: Table, draws: Table) -> dict[str, Range]:
    # A value of the sample, not one between two: a ratio may be infinite.
    low, high = np.percentile(draws, [10, 90], axis=0, method="inverted_cdf")
    return {
        name: Range(value=_finite(values[i]), low=_finite(low[i]), high=_finite(high[i]))
        for i, name in enumerate(MEASURES)
    }


def _finite(value: float) -> float | None:
    return round(float(value), 9) if math.isfinite(value) else None


def _per_sample(counted: Table, draws: Table) -> dict[str, Range]:
    if not counted[:, -1].any():
        return {}
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.where(draws[:, -1:] > 0, draws / draws[:, -1:], np.inf)
    found = _ranges(counted.mean(0) / counted[:, -1].mean(), ratios)
    return {name: known for name, known in found.items() if name != ACCEPTED}


def _projected(counted: Table, draws: Table, collected: int) -> dict[str, Range]:
    """What was asked about is known; the others are like a draw of it."""
    known, others = counted.sum(0), collected - len(counted)
    return _ranges(known + others * counted.mean(0), known + others * draws)


# cycles ----------------------------------------------------------------------------------------


def _before(trial: Trial) -> dict[str, int]:
    """Cycles before the chain. Where no document was borderline nobody waits for the labeller."""
    asked = trial.collecting.items()
    return {role: 1 for role, total in asked if role == "planner" or total.answered}


def longest_path(trial: Trial) -> dict[str, int]:
    """Calls by agent on the longest way from a document to a sample or its rejection.

    Each of them waits for those before it, while other pairs and documents go their ways beside it:
    in batch mode each is one cycle, and the longest way decides how many a round takes.
    """
    ways = (led_to(trial.calls, end) for end in trial.ends)
    return dict(Counter(call.role for call in max(ways, key=len, default=[])))
