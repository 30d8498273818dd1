"""Who answered in a trial: what each agent's models take, and how long their endpoints need."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.estimating.trying import Trial
from vqva_crawl.pipeline import RECORDS_AT_ONCE
from vqva_crawl.records import Record
from vqva_crawl.storage.calls import ModelCall, led_to

Endpoints = Mapping[str, Sequence[Settings]]  # role -> all that may answer for it, the first first


class Share(Record):
    """What one model takes of a document for one agent, on average."""

    agent: str
    model: str
    calls: float
    prompt_tokens: float
    completion_tokens: float
    money: float


def answered_by(call: ModelCall, settings: Endpoints) -> Settings:
    """The one of the role's endpoints that gave an answer.

    The model's name tells them apart, and where two have the same one, the address. An answer out
    of the cache that tells no address counts as the first one's of its model.
    """
    every = settings[call.role]
    same = [its for its in every if its.name == call.model] or every
    return next((its for its in same if its.base_url == call.endpoint), same[0])


def priced(settings: Endpoints) -> bool:
    """Whether any of them has a price."""
    every = (its for some in settings.values() for its in some)
    return any(any(its.prices.model_dump().values()) for its in every)


def shares(trial: Trial, settings: Endpoints) -> tuple[Share, ...]:
    """One for each endpoint that answered, agent by agent; an agent that did not ask has one."""
    return tuple(
        _share(role, its, calls, len(trial.documents))
        for role in settings
        for its, calls in _answers(trial.calls, role, settings)
    )


def _answers(
    calls: Iterable[ModelCall], role: str, settings: Endpoints
) -> list[tuple[Settings, list[ModelCall]]]:
    mine = [call for call in calls if call.role == role]
    by = [(its, [c for c in mine if answered_by(c, settings) is its]) for its in settings[role]]
    return [(its, some) for its, some in by if some] or by[:1]


def _share(role: str, its: Settings, calls: Sequence[ModelCall], documents: int) -> Share:
    prompt = sum(call.prompt_tokens for call in calls)
    completion = sum(call.completion_tokens for call in calls)
    return Share(
        agent=role,
        model=its.name or "",
        calls=len(calls) / documents,
        prompt_tokens=prompt / documents,
        completion_tokens=completion / documents,
        money=its.prices.of(prompt, completion) / documents,
    )


def hours(trial: Trial, settings: Endpoints, units: int) -> float:
    """The least time for all documents: that of the endpoint whose limits hold longest.

    It is no less than the longest way of a record, whose calls wait for each other.
    """
    by_name = {its.model_dump_json(): its for every in settings.values() for its in every}
    of_endpoint: defaultdict[str, list[ModelCall]] = defaultdict(list)
    for call in trial.calls:
        of_endpoint[answered_by(call, settings).model_dump_json()].append(call)
    grown = trial.collected / len(trial.documents)
    each = (_seconds(calls, by_name[name], units) for name, calls in of_endpoint.items())
    ways = (sum(call.seconds for call in led_to(trial.calls, end)) for end in trial.ends)
    return max(grown * max(each, default=0.0), max(ways, default=0.0)) / 3600


def _seconds(calls: Sequence[ModelCall], settings: Settings, units: int) -> float:
    tokens = sum(call.prompt_tokens + call.completion_tokens for call in calls)
    slots = min(settings.concurrency, units * RECORDS_AT_ONCE)
    return max(
        sum(call.seconds for call in calls) / slots,
        len(calls) * 60 / (settings.requests_per_minute or math.inf),
        tokens * 60 / (settings.tokens_per_minute or math.inf),
    )
