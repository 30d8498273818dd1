"""The round: one pass from plan to write, in phases that can each be taken up again.

    discover -> plan -> search -> collect -> compare -> annotate

What is planned is filed in the ledger before it is done, and planned from committed state alone:
so a run that was killed anywhere goes on where it was and ends with the same dataset.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy import Connection

from vqva_crawl.agents.base import AgentContext, PlanState, QueryYield
from vqva_crawl.clients.base import ChatModel, SearchBackend
from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.model.asked import Asked, told_without
from vqva_crawl.clients.search.base import Discovering
from vqva_crawl.config import Config
from vqva_crawl.engines.base import Build, Engine
from vqva_crawl.errors import FATAL, ConfigError, FetchError
from vqva_crawl.records import Hit, Query, Target, Topic, digest
from vqva_crawl.registry import lookup
from vqva_crawl.stages.duplicates import near_duplicates
from vqva_crawl.storage import barrier, frontier, history
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore
from vqva_crawl.storage.rests import Rests
from vqva_crawl.storage.units import DocumentRef, Manifest, Unit, UnitKind, UrlOutcome
from vqva_crawl.urls import host, url_key

log = structlog.get_logger()


class Watcher(Protocol):
    """Who is told how a run goes on."""

    def phase(self, number: int, name: str, units: int) -> None: ...
    def committed(self, manifest: Manifest) -> None: ...
    def line(self, text: str) -> None: ...


@dataclass
class Driver:
    """What the rounds of a run share. Only this process writes the ledger."""

    config: Config
    ledger: Ledger
    parts: PartStore
    topics: tuple[Topic, ...]
    backends: Sequence[SearchBackend]
    engine: Engine
    build: Build
    rests: Rests  # hosts that asked to be left alone
    stored: StoredResponses  # pages as they were fetched
    models: Callable[[], AbstractAsyncContextManager[Mapping[str, ChatModel]]]  # the planner's
    watcher: Watcher

    def discovering(self) -> dict[str, Discovering]:
        return {b.name: b for b in self.backends if isinstance(b, Discovering)}


Phase = Callable[[Driver, int], Awaitable[None]]
COLLECTED, LAST = "compare", "annotate"  # the phases before and of the chain of agents


async def play(driver: Driver, number: int, reached: str, last: str = LAST) -> None:
    """Plays the phases of a round after the one that was reached ("new": none), up to `last`."""
    names = ["new", *PHASES]
    for name in names[names.index(reached) + 1 : names.index(last) + 1]:
        log.info("phase", round=number, phase=name)
        await PHASES[name](driver, number)
        with driver.ledger.begin() as c:
            l.set_phase(c, number, name)
        reached = name
    if reached == LAST:
        with driver.ledger.begin() as c:
            l.set_phase(c, number, "done")


# discover and collect -------------------------------------------------------------------------


async def discover(driver: Driver, number: int) -> None:
    """Backends that find their pages by themselves do so, until their frontier is empty.

    What failed in earlier rounds for a reason that may have passed is asked for again, and start
    pages that were read `fetch.refresh` hours ago, for what they link to by now.
    """
    with driver.ledger.begin() as c:
        frontier.give_back(c, number, driver.rests.now())
    for backend in driver.discovering().values():
        seeds = await backend.seeds()
        stale = [seed for seed in seeds if seed.depth == 0 and _stale(driver, seed.url)]
        with driver.ledger.begin() as c:
            frontier.add_targets(c, seeds)
            frontier.read_again(c, [seed.key for seed in stale])
        for seed in stale:  # after it, so that a kill between the two only costs one more round
            driver.stored.drop(seed.url)
    await collect(driver, number)


def _stale(driver: Driver, url: str) -> bool:
    kept = driver.stored.get(url)
    return kept is not None and kept.age >= driver.config.fetch.refresh * 3600


async def collect(driver: Driver, number: int) -> None:
    """Waves of collect units until no URL waits or `limits.pages` is reached."""
    while True:
        with driver.ledger.begin() as c:
            units = l.open_units(c, number, "collect")
            if not units:
                units = _next_wave(driver, c, number)
                l.plan_units(c, units)
        if not units:
            break
        await work(driver, number, "collect", units)
    _index(driver)


def _next_wave(driver: Driver, c: Connection, number: int) -> list[Unit]:
    """Units of the URLs that wait, as many as `limits.pages` and their backends allow."""
    limits, units = driver.config.limits, driver.config.units
    left = None if limits.pages is None else max(limits.pages - frontier.taken(c), 0)
    shares = {
        name: max(backend.max_pages - frontier.taken(c, name), 0)
        for name, backend in driver.discovering().items()
        if backend.max_pages is not None
    }
    targets = frontier.waiting(c, left, shares)
    wave = l.last_wave(c, number, "collect") + 1
    return collect_units(targets, number, wave, units.collect_urls)


def collect_units(targets: Iterable[Target], number: int, wave: int, size: int) -> list[Unit]:
    """Whole hosts hashed into buckets of at most `size` URLs; a larger host is a lane of slices."""
    hosts: dict[str, list[Target]] = {}
    for target in targets:
        hosts.setdefault(host(target.url), []).append(target)
    buckets: list[list[Target]] = []
    units: list[Unit] = []
    for name in sorted(hosts, key=digest):
        mine = hosts[name]
        if len(mine) > size:
            slices = (mine[i : i + size] for i in range(0, len(mine), size))
            units += [_unit("collect", number, wave, name, targets=tuple(s)) for s in slices]
        elif buckets and len(buckets[-1]) + len(mine) <= size:
            buckets[-1] += mine
        else:
            buckets.append(list(mine))
    units += [
        _unit("collect", number, wave, host(bucket[0].url), targets=tuple(bucket))
        for bucket in buckets
    ]
    return units


def _unit(
    kind: UnitKind,
    number: int,
    wave: int,
    lane: str,
    targets: tuple[Target, ...] = (),
    documents: tuple[DocumentRef, ...] = (),
) -> Unit:
    content = digest(
        kind, str(number), str(wave), *(t.key for t in targets), *(d.id for d in documents)
    )
    id = f"{kind}-{number:04d}-{content[:16]}"
    return Unit(
        id=id,
        kind=kind,
        round=number,
        wave=wave,
        lane=lane or id,
        targets=targets,
        documents=documents,
    )


async def work(driver: Driver, number: int, kind: UnitKind, units: Sequence[Unit]) -> None:
    """Runs units and makes each count as it comes back."""
    driver.watcher.phase(number, kind, len(units))
    with driver.ledger.begin() as c:
        for unit in units:
            l.note_attempt(c, unit.id)
    discovering = driver.discovering()
    async for manifest in driver.engine.run(units, driver.build):
        with driver.ledger.begin() as c:
            l.commit(c, manifest)
            frontier.add_targets(c, _followed(discovering, manifest.urls))
        driver.watcher.committed(manifest)
        log.info("committed", unit=manifest.unit, files=manifest.files)
        for url in (url for url in manifest.urls if url.reason):
            log.info("dropped", url=url.key, stage=url.stage, reason=url.reason, detail=url.detail)


def _followed(discovering: Mapping[str, Discovering], urls: Iterable[UrlOutcome]) -> list[Target]:
    return [
        target
        for outcome in urls
        if outcome.backend in discovering
        for target in discovering[outcome.backend].follow(outcome.key, outcome.depth, outcome.links)
    ]


def _index(driver: Driver) -> None:
    """Makes committed documents searchable for the backends that search what was collected."""
    discovering = driver.discovering().values()
    if not discovering:
        return
    with driver.ledger.begin() as c:
        units = l.committed(c, "collect")
    for unit in units:
        for backend in discovering:
            # A generator: the part of a unit that is indexed already is not even opened.
            rows = driver.parts.read(unit, "documents", ["key", "title", "text"])
            backend.index(unit, ((row["key"], row["title"], row["text"]) for row in rows))


# plan and search ------------------------------------------------------------------------------


async def plan(driver: Driver, number: int) -> None:
    """The planner writes the round's queries."""
    with driver.ledger.begin() as c:
        state = plan_state(c, number, driver.config.plan.queries_per_round)
    name = driver.config.plan.agent.name
    try:
        proposed, calls = await propose(driver, state)
    except FATAL:
        raise
    except Exception as error:
        raise ConfigError(f"plan.agent: the planner '{name}' failed: {error!r}") from error
    sent = {past.query.id for past in state.history}
    fresh = {q.id: q for q in proposed if q.id not in sent}
    with driver.ledger.begin() as c:
        history.add_queries(c, number, list(fresh.values())[: state.queries])
        history.add_plan_calls(c, number, calls)


async def propose(driver: Driver, state: PlanState) -> tuple[list[Query], list[ModelCall]]:
    """The queries, and what the planner was answered; TypeError when it gives no list of them."""
    choice = driver.config.plan.agent
    calls: list[ModelCall] = []
    async with driver.models() as models:
        model = models.get("planner")
        context = AgentContext(
            options=choice.options,
            topics=driver.topics,
            model=model and Asked(model, "planner", "", "", calls.append),
            seed=driver.config.seed,
        )
        with told_without("planner", choice.name, context.model):
            given = await lookup("planner", choice.name)(state, context)
    if not isinstance(given, list) or not all(isinstance(query, Query) for query in given):
        raise TypeError(f"it gave {type(given).__name__}, not a list of Query")
    return given, calls


def plan_state(c: Connection, number: int, queries: int) -> PlanState:
    hits, documents = history.hits_by_query(c), history.documents_by_query(c)
    samples = history.accepted_by(c, "query")
    past = tuple(
        QueryYield(
            query=q,
            hits=hits.get(q.text, 0),
            documents=documents.get(q.text, 0),
            samples=samples.get(q.text, 0),
        )
        for q in history.queries(c)
    )
    accepted = history.accepted_by(c, "topic")
    return PlanState(round=number, queries=queries, accepted=accepted, history=past)


async def search(driver: Driver, number: int) -> None:
    """All backends answer each query; what is new to the run joins the frontier."""
    with driver.ledger.begin() as c:
        open_queries = history.queries(c, number, unanswered=True)
    for query in open_queries:
        found = await _ask_backends(driver, query)
        with driver.ledger.begin() as c:
            history.add_hits(c, query, found)
            frontier.add_targets(c, [_target(key, hit) for key, hit in found])


async def _ask_backends(driver: Driver, query: Query) -> list[tuple[str, Hit]]:
    """(URL key, hit) of all backends, merged by key in the order of the backends."""
    merged: dict[str, Hit] = {}
    limit = driver.config.search.hits_per_query
    for backend in driver.backends:
        try:
            hits = await backend.search(query, limit)
            _check_hits(hits)
        except Exception as error:  # a backend may fail in any way; the others go on
            said = error if isinstance(error, FetchError) else repr(error)
            driver.watcher.line(f"search: {backend.name}: '{query.text}': {said}")
            continue
        for hit in hits[:limit]:
            try:
                merged.setdefault(url_key(hit.url), hit)
            except ValueError:
                log.warning("hit_without_url", backend=backend.name, url=hit.url)
    return list(merged.items())


def _check_hits(hits: object) -> None:
    """TypeError for what is no list of hits."""
    if not isinstance(hits, list):
        raise TypeError(f"it gave {type(hits).__name__}, not a list of Hit")
    for hit in hits:
        if not isinstance(hit, Hit):
            raise TypeError(f"it gave {type(hit).__name__} in its list of Hit")


def _target(key: str, hit: Hit) -> Target:
    return Target(key=key, url=hit.url, query=hit.query, topic=hit.topic, backend=hit.backend)


# compare and annotate -------------------------------------------------------------------------


async def compare(driver: Driver, number: int) -> None:
    """The barrier after collecting: near-duplicate documents of the whole run."""
    with driver.ledger.begin() as c:
        signatures = barrier.signatures(c)
        threshold = driver.config.screen.near_duplicate
        barrier.mark_duplicates(c, near_duplicates(signatures, threshold))


async def annotate(driver: Driver, number: int) -> None:
    """The chosen documents go through the agents; then the barrier after it caps the samples."""
    with driver.ledger.begin() as c:
        units = chain_units(driver, c, number)
        l.plan_units(c, units)
    if units:
        await work(driver, number, "annotate", units)
    cap = per_question_image(driver.config)
    with driver.ledger.begin() as c:
        barrier.cap_samples(c, number, cap)


def per_question_image(config: Config) -> int:
    """How many samples may share one question picture. Raises ConfigError."""
    value = config.agents.filter.options.get("per_question_image", 30)
    if not isinstance(value, int) or value < 1:
        raise ConfigError("agents.filter.options.per_question_image: a positive number is expected")
    return value


def choose(driver: Driver, c: Connection, number: int) -> list[DocumentRef]:
    """Documents that this round's queries hit, then those of backends that are to be exhausted."""
    found = history.hits(c, number)
    hits = dict(reversed(found))  # the best query of each page stays
    chosen = [
        ref.model_copy(update={"query": hits[key].query, "topic": hits[key].topic})
        for key, ref in barrier.unchosen(c, number, [key for key, _ in found])
    ]
    if any(backend.exhaust for backend in driver.discovering().values()):
        taken = {ref.id for ref in chosen}
        chosen += [ref for _, ref in barrier.unchosen(c, number, None) if ref.id not in taken]
    return chosen


def chain_units(driver: Driver, c: Connection, number: int) -> list[Unit]:
    """The annotate units of a round that are yet to be run: those on file, or the first ones."""
    units = l.open_units(c, number, "annotate")
    if units or l.last_wave(c, number, "annotate") >= 0:
        return units
    chosen = choose(driver, c, number)
    return annotate_units(chosen, number, driver.config.units.annotate_documents)


def awaiting(driver: Driver) -> int:
    """How many collected documents wait for the chain, without the near-duplicates, of which no
    agent hears."""
    with driver.ledger.begin() as c:
        rounds = [number for number, reached in l.unfinished(c) if reached == COLLECTED]
        units = [unit for number in rounds for unit in chain_units(driver, c, number)]
    refs = (ref for unit in units for ref in unit.documents)
    return len({ref.id for ref in refs if not ref.duplicate_of})


def annotate_units(documents: Sequence[DocumentRef], number: int, size: int) -> list[Unit]:
    """At most `size` documents of any host each."""
    slices = (tuple(documents[i : i + size]) for i in range(0, len(documents), size))
    return [_unit("annotate", number, 0, "", documents=s) for s in slices]


PHASES: dict[str, Phase] = {
    "discover": discover,
    "plan": plan,
    "search": search,
    "collect": collect,
    "compare": compare,
    "annotate": annotate,
}
