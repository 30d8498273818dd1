"""A run: rounds until a target, a limit or the end of ideas. The public `run()`."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import vqva_crawl.agents.rules
import vqva_crawl.agents.vlm
import vqva_crawl.clients.search  # noqa: F401  - both register the built-ins
from vqva_crawl import world
from vqva_crawl.agents.vlm.prompt_checks import check_prompt
from vqva_crawl.clients.limiter import local_limiter
from vqva_crawl.clients.model.roles import asking_roles, choices, every_for, place_of
from vqva_crawl.clients.render import check_render
from vqva_crawl.clients.rest import Rest
from vqva_crawl.config import Config, find_topics, load
from vqva_crawl.engines.local import LocalEngine
from vqva_crawl.errors import ConfigError, StorageError
from vqva_crawl.logs import logging_to
from vqva_crawl.metrics import measured
from vqva_crawl.opening import make_fork, opened
from vqva_crawl.publish.assemble import publish_run, rejects
from vqva_crawl.records import Topic
from vqva_crawl.registry import check_options, load_plugins, prompts_of
from vqva_crawl.reporting import RunReport, check_gates, ended_at, report_of
from vqva_crawl.rounds import (
    COLLECTED,
    LAST,
    Driver,
    Watcher,
    awaiting,
    per_question_image,
    play,
)
from vqva_crawl.stages.classify import check_screen
from vqva_crawl.stages.given import GIVES
from vqva_crawl.stages.images import check_screens
from vqva_crawl.stages.topics import read_topics
from vqva_crawl.stopping import stoppable
from vqva_crawl.storage import frontier, totals
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.rests import Kept, again
from vqva_crawl.tally import Progress

T = TypeVar("T")


class Silent:
    """The watcher of a run that nobody watches."""

    def phase(self, number: int, name: str, units: int) -> None: ...
    def committed(self, manifest: Any) -> None: ...
    def line(self, text: str) -> None: ...


def run(
    config: str | Path | Config,
    *,
    overrides: Sequence[str] = (),
    rounds: int | None = None,
    fork: str | None = None,
    collect_only: bool = False,
    watcher: Watcher | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """Starts or continues the run that a config describes, and publishes its dataset.

    `config` is a path, the name of a shipped config or a Config; `overrides` are `a.b=value`
    lines; `rounds` caps the new rounds of this call; `fork` names a new run that starts with the
    documents of this one; `collect_only` stops before the round's documents go to the agents of
    the chain, and publishes nothing. Works in a plain script and inside a running event loop (a
    notebook).

    Raises VqvaError; its `exit_code` is what the command line would return.
    """
    if rounds is not None and rounds < 1:
        raise ConfigError(f"rounds: 1 or more is expected, not {rounds}")
    resolved = config if isinstance(config, Config) else load(config, tuple(overrides))
    watcher, progress = watcher or Silent(), progress or Progress()
    job = partial(_run, resolved, rounds, fork, collect_only, watcher, progress)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(job())
    return _in_thread(job)


def _in_thread(job: Callable[[], Coroutine[Any, Any, RunReport]]) -> RunReport:
    """Runs `job` in a thread of its own: a notebook's cell already has a running loop."""
    outcome: list[Any] = []
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def noted() -> RunReport:
        task = asyncio.current_task()
        assert task is not None, "inside a coroutine"
        running.append((asyncio.get_running_loop(), task))
        return await job()

    def target() -> None:
        try:
            outcome.append(asyncio.run(noted()))
        except BaseException as error:
            outcome.append(error)
        finally:
            ended.set()

    ended = threading.Event()  # a join that is interrupted takes the thread for ended (bpo-45274)
    threading.Thread(target=target, name="vqva-crawl").start()
    try:
        ended.wait()
    except KeyboardInterrupt:  # the cell was stopped: checkpoint, and let go of the lock
        for loop, task in running:
            with suppress(RuntimeError):  # it has just ended by itself
                loop.call_soon_threadsafe(task.cancel)
        ended.wait()
        raise
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    report: RunReport = outcome[0]
    return report


async def _run(
    config: Config,
    rounds: int | None,
    fork: str | None,
    collect_only: bool,
    watcher: Watcher,
    progress: Progress,
) -> RunReport:
    began = time.monotonic()
    topics = check(config)
    if fork:
        config = make_fork(config, fork)
    folder = RunFolder(config.storage, config.name)
    folder.create()
    last, chain = (COLLECTED, ()) if collect_only else (LAST, tuple(GIVES))
    with (
        opened(config, folder) as (ledger, lease),
        logging_to(folder.path / "logs", config.log.level),
        measured(folder, ledger),
    ):
        async with (
            stoppable(config.name, lease.renew),
            driver(
                config, folder, ledger, topics, watcher, progress, ("labeller", *chain)
            ) as drive,
        ):
            with ledger.begin() as c:
                l.set_fact(c, "stopped_because", "")  # not finished, should it end in between
            if config.model.mode == "batch":
                watcher.line(str(await world.collect_answers(config, folder)))
            because = await play_rounds(drive, rounds, folder.drop_spool, last)
            with ledger.begin() as c:
                l.set_fact(c, "stopped_because", because)
            if not collect_only:
                published = await unbroken(publish_run, config, folder, ledger)
                if published.beyond_share:
                    watcher.line(published.beyond_share)
        report = report_of(folder, ledger, time.monotonic() - began)
        for stage, failure in progress.failures.items():
            failed = report.survival[stage].reasons["error"]
            watcher.line(f"{stage}: {failed} failed, first {failure}")
        if report.counts["documents"] and not report.samples and not collect_only:
            watcher.line(f"no triple came out: {ended_at(report)}")
        gates = ungraded(config) if collect_only else config
        check_gates(gates, report, rejects(folder.parts(), ledger))
    return report


def ungraded(config: Config) -> Config:
    """Without the gate on the chain's work, for a call that leaves the chain where it was."""
    limits = config.limits.model_copy(update={"min_accept": 0.0})
    return config.model_copy(update={"limits": limits})


async def unbroken(function: Callable[..., T], *args: object) -> T:
    """`function` in a thread, to its end even when a signal comes: the lock is held until then."""
    work = asyncio.ensure_future(asyncio.to_thread(function, *args))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await work
        raise


def check(config: Config) -> tuple[Topic, ...]:
    """Loads plug-ins and taxonomy; ConfigError for what a run could not use."""
    load_plugins(config.plugins)
    for n, backend in enumerate(config.search.backends):
        check_options("search", backend.kind, backend.options, f"search.backends.{n}.options")
    for role, choice in choices(config).items():
        check_options(role, choice.name, choice.options, f"{place_of(role)}.options")
        for name in prompts_of(role, choice.name):
            check_prompt(name)
    for role in asking_roles(config):
        every_for(config, role)
    check_screen(config.screen)
    check_screens(config.images)
    check_render(config.fetch)
    per_question_image(config)
    return read_topics(find_topics(config.topics))


async def play_rounds(
    driver: Driver, rounds: int | None, drop_spool: Callable[[], None], last: str = LAST
) -> str:
    """Plays unfinished rounds, then new ones; returns why it stopped.

    `drop_spool` frees the picture bytes that a finished round has put into its parts. With the
    phase COLLECTED as the `last` one it stops where documents wait for the chain: the next round
    is planned from what the chain makes of them.
    """
    limits = driver.config.limits
    played = 0
    while True:
        with driver.ledger.begin() as c:
            waiting = l.unfinished(c)
            number = l.last_round(c) + 1
            counts = totals.counts(c)
            idle = number > 1 and not l.last_wave(c, number - 1, "annotate") >= 0
        samples = counts["samples"]
        counting = number if counts["documents"] else 1
        if waiting:
            if waiting[0][1] == last == COLLECTED:
                if left := awaiting(driver):
                    return _collected(left)
                await play(driver, *waiting[0])  # no agent is asked, and the round is done
            else:
                await play(driver, *waiting[0], last)
            drop_spool()
            continue
        if limits.samples is not None and samples >= limits.samples:
            return f"limits.samples reached ({samples} of {limits.samples})"
        if counting > limits.rounds:  # rounds in which no host answered do not count
            return f"limits.rounds reached ({limits.rounds})"
        if rounds is not None and played >= rounds:
            return f"--rounds {rounds} played"
        if played and idle:
            return _idle(driver)
        with driver.ledger.begin() as c:
            l.set_phase(c, number, "new")
        played += 1


def _collected(left: int) -> str:
    """What a call that only collects leaves to the next one."""
    wait = "1 document waits" if left == 1 else f"{left} documents wait"
    return f"--collect-only: {wait} for the chain of agents, and `vqva-crawl run` goes on"


def _idle(driver: Driver) -> str:
    """Why a round found nothing to do."""
    limits = driver.config.limits
    most, domain = limits.pages, limits.pages_per_domain
    with driver.ledger.begin() as c:
        if most is not None and frontier.taken(c) >= most and frontier.waiting(c, 1):
            return f"limits.pages reached ({most})"
        beyond = frontier.beyond(c)
    more = f" within limits.pages_per_domain ({domain}; {beyond} URLs beyond it)" if beyond else ""
    return f"nothing left to search, collect or annotate{more}" + _until(driver.rests.now())


def _until(rests: Mapping[str, Kept]) -> str:
    """When the hosts that asked to be left alone may be asked again."""
    return f" before {again(rests)}" if rests else ""


@asynccontextmanager
async def driver(
    config: Config,
    folder: RunFolder,
    ledger: Ledger,
    topics: tuple[Topic, ...],
    watcher: Watcher,
    progress: Progress,
    roles: Sequence[str],
) -> AsyncIterator[Driver]:
    """Everything the rounds need, opened around them; `roles` are those that units may ask."""
    limits, before = local_limiter(config.fetch, progress.wait), progress.asked
    routes = dict[tuple[str, int], tuple[str, int]]()
    rest = Rest(folder.rests, tell=watcher.line)
    if resting := folder.rests.now():
        watcher.line(f"left alone, as asked for: until {again(resting)}")
    client = world.fetcher(config, folder, limits, routes, rest)
    engine = LocalEngine(config.engine.units)
    outside = (limits, routes, rest)
    build = partial(world.local_context, config, folder, topics, *outside, progress, roles)
    try:
        async with world.search_backends(
            config, client, folder.search, routes, watcher.line
        ) as backends:
            yield Driver(
                config=config,
                ledger=ledger,
                parts=folder.parts(),
                topics=topics,
                backends=backends,
                engine=engine,
                build=build,
                rests=folder.rests,
                stored=world.stored_pages(folder),
                models=partial(world.agents_models, config, folder, ["planner"], progress.wait),
                watcher=watcher,
            )
    finally:
        await engine.aclose()
        await client.aclose()
        progress.asked += client.api.requests
        with suppress(StorageError), ledger.begin() as c:  # what ended the run is said, not this
            totals.add_asked(c, progress.asked - before)
