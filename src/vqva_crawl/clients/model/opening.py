"""The models of a run, from its config: one for each agent that asks one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from vqva_crawl.clients.base import Answer, Call, ChatModel
from vqva_crawl.clients.model.batch import (
    Collected,
    Queue,
    answers_of,
    fetch,
    file_answers,
    open_batches,
    submit,
)
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.cached import Cached
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.retried import Retried
from vqva_crawl.config import AgentChoice, Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ConfigError, ModelError, Unusable
from vqva_crawl.records import digest
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.spend import Spend, SpendJournal

SAYS = ("json_mode", "temperature", "seed", "extra_body")  # settings that change the answers


def choices(config: Config) -> dict[str, AgentChoice]:
    """Role -> what the config says of its agent, the planner's first, the labeller's last."""
    chain = dict(config.agents)
    return {"planner": config.plan.agent, **chain, "labeller": config.screen.labeller}


def place_of(role: str) -> str:
    """The config's key of a role's agent."""
    return {"planner": "plan.agent", "labeller": "screen.labeller"}.get(role, f"agents.{role}")


def settings_for(config: Config, role: str) -> list[Settings]:
    """The endpoint of an agent and, where there is one, its fallback. Raises ConfigError."""
    choice = choices(config)[role]
    place = place_of(role)
    base = config.model.model_dump(include=set(Settings.model_fields))
    first = _merged(base, choice.model, f"{place}.model")
    if not choice.fallback:
        return [first]
    return [first, _merged(first.model_dump(), choice.fallback, f"{place}.fallback")]


def second_of(role: str) -> str:
    """Where `models` keeps the second model of a role."""
    return f"{role}.second"


def second_for(config: Config, role: str) -> Settings | None:
    """The endpoint of a second opinion, None for an agent without one. Raises ConfigError."""
    choice, place = choices(config)[role], f"{place_of(role)}.second"
    if choice.second:
        return _merged(settings_for(config, role)[0].model_dump(), choice.second, place)
    if choice.options.get("agreement", "off") != "off":
        raise ConfigError(f"{place}: the option 'agreement' needs a second model; say which")
    return None


def _every(config: Config, roles: Iterable[str]) -> Iterator[Settings]:
    for role in roles:
        yield from settings_for(config, role)
        if second := second_for(config, role):
            yield second


def _merged(base: dict[str, object], more: Mapping[str, object], where: str) -> Settings:
    try:
        merged = Settings.model_validate({**base, **more})
    except ValidationError as error:
        first = error.errors()[0]
        said = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise ConfigError(f"{where}.{'.'.join(map(str, first['loc']))}: {said}") from error
    for name in ("base_url", "name"):
        if not getattr(merged, name):
            key = f"{where}.{name}" if more else f"model.{name}"
            raise ConfigError(f"{key}: the agents of this config ask a model; say which")
    return merged


def key_of(settings: Settings) -> str:
    """The key out of the environment. Raises ModelError when the variable is not set."""
    name = settings.api_key_env
    if name is None:
        return ""
    key = os.environ.get(name, "")
    if not key:
        raise ModelError(
            f"{settings.base_url}: ${name} is not set; set it, or say api_key_env: null for a "
            f"server that needs no key"
        )
    return key


class Fallen:
    """A ChatModel that asks another one where the first cannot answer."""

    def __init__(self, first: ChatModel, second: ChatModel) -> None:
        self.name = first.name
        self._first = first
        self._second = second

    async def chat(self, call: Call) -> Answer:
        try:
            return await self._first.chat(call)
        except (ModelError, Unusable) as error:
            if isinstance(error, Unusable) and not error.reason.startswith("endpoint_"):
                raise
            return await self._second.chat(call)


class Asked:
    """A ChatModel that knows who asks, about which record of which document, and tells."""

    def __init__(
        self,
        inner: ChatModel,
        role: str,
        document: str,
        record: str,
        note: Callable[[ModelCall], object],
    ) -> None:
        self.name = inner.name
        self._inner = inner
        self._role = role
        self._document = document
        self._record = record
        self._note = note

    async def chat(self, call: Call) -> Answer:
        answer = await self._inner.chat(replace(call, role=self._role, document=self._document))
        told = ModelCall(
            document=self._document,
            record=self._record,
            role=self._role,
            model=self.name,
            prompt=call.prompt,
            key=answer.key,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            seconds=answer.seconds,
            cached=answer.cached,
            finish_reason=answer.finish_reason,
            text=answer.text,
        )
        self._note(told)
        return answer


@dataclass(frozen=True)
class Places:
    """Where the models of a run keep what they must not lose."""

    cache: Path  # answers
    batches: Path
    journal: SpendJournal


@asynccontextmanager
async def models(
    config: Config, roles: Iterable[str], places: Places
) -> AsyncIterator[dict[str, ChatModel]]:
    """Role -> its model, opened for the time of the block. Equal endpoints are opened once.

    A second model of a role stands under `second_of(role)`.

    In batch mode, what was asked is in batch files when the block ends, and handed to the endpoint
    unless `model.submit` is off. Raises ConfigError, ModelError.
    """
    budget = Budget(config.model.caps, places.journal)
    entries = Entries(places.cache)
    opened: dict[str, ChatModel] = {}
    async with AsyncExitStack() as stack:

        def model(settings: Settings) -> ChatModel:
            name = settings.model_dump_json()
            if name not in opened:
                endpoint = Endpoint(settings, key_of(settings))
                stack.push_async_callback(endpoint.aclose)
                says = settings.model_dump(include=set(SAYS))
                inner: ChatModel = Retried(endpoint, settings, budget)
                if config.model.mode == "batch":
                    inner = queue = Queue(endpoint, settings, budget, places.batches / digest(name))
                    stack.push_async_callback(hand_over, queue, config.model.submit)
                opened[name] = Cached(inner, says, entries)
            return opened[name]

        found: dict[str, ChatModel] = {}
        for role in roles:
            first, *others = [model(settings) for settings in settings_for(config, role)]
            found[role] = Fallen(first, others[0]) if others else first
            if second := second_for(config, role):
                found[second_of(role)] = model(second)
        yield found


async def hand_over(queue: Queue, send: bool) -> None:
    """Writes what was noted, and submits it with whatever could not be submitted before."""
    queue.write()
    for path in open_batches(queue.folder) if send else ():
        await submit(path, queue.endpoint)


async def collect(config: Config, roles: Iterable[str], places: Places) -> Collected:
    """Files the answers of all batches that have ended. Raises ConfigError, ModelError."""
    entries, seen = Entries(places.cache), Collected()
    every = {settings.model_dump_json(): settings for settings in _every(config, roles)}
    for name, settings in every.items():
        endpoint = Endpoint(settings, key_of(settings))
        pay = partial(_paid, places.journal, settings)
        try:
            for path in open_batches(places.batches / digest(name)):
                state = await fetch(path, endpoint)
                seen.batches[state] += 1
                if answers_of(path).exists():
                    filed, failed = file_answers(path, entries, pay)
                    seen.filed += filed
                    seen.failed += failed
        finally:
            await endpoint.aclose()
    return seen


def _paid(journal: SpendJournal, settings: Settings, role: str, answer: Answer) -> None:
    spent = answer.prompt_tokens, answer.completion_tokens
    at = datetime.now(UTC).isoformat(timespec="seconds")
    journal.add(Spend(at, role, settings.name or "", *spent, settings.prices.of(*spent)))
