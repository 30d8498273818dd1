"""discover and collect: from URLs that wait to documents."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from vqva_crawl.clients.search.base import Discovering
from vqva_crawl.errors import FetchError
from vqva_crawl.records import Target
from vqva_crawl.rounds.driver import Driver, work
from vqva_crawl.rounds.units import collect_units
from vqva_crawl.storage import frontier
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.units import Unit

T = TypeVar("T")

WAVE = 10_000  # URLs of one wave, so that the driver's memory does not grow with what waits


async def discover(driver: Driver, number: int) -> None:
    """Backends that find their pages by themselves do so, until their frontier is empty.

    What failed in earlier rounds for a reason that may have passed is asked for again, and start
    pages `fetch.refresh` hours after they were last, for what they link to by now, whatever they
    answered then.
    """
    with driver.ledger.begin() as c:
        frontier.give_back(c, number, driver.rests.now())
        due = _starts_are_due(c, number, driver.config.fetch.refresh)
    owned: set[str] = set()  # starts of the backends so far
    for name, backend in driver.discovering().items():
        seeds = await _seeds(driver, name, backend)
        starts = [seed for seed in seeds if seed.depth == 0 and seed.key not in owned]
        owned.update(seed.key for seed in starts)
        if due:
            for seed in starts:
                driver.stored.expire(seed.url)
        with driver.ledger.begin() as c:
            frontier.add_targets(c, seeds)
            frontier.claim(c, starts)
            if due:
                frontier.read_again(c, [seed.key for seed in starts])
    if due is not False:  # only now, so that a kill before costs no more than asking once more
        with driver.ledger.begin() as c:
            l.set_fact(c, frontier.STARTS_ASKED, time.time())
    await collect(driver, number)


async def _seeds(driver: Driver, name: str, backend: Discovering) -> list[Target]:
    """Where a backend begins; nowhere in this round, with a line, when it cannot answer."""
    try:
        return await backend.seeds()
    except FetchError as error:
        driver.watcher.line(f"discover: {name}: {error}")
        return []


def _starts_are_due(c: Connection, number: int, refresh: float) -> bool | None:
    """Whether start pages were last asked for `refresh` hours ago; None when they never were.

    A run of before this was noted has asked for them in its first round, who knows when.
    """
    asked: float | None = l.get_fact(c, frontier.STARTS_ASKED)
    if asked is None:
        return None if number == 1 else True
    return time.time() - asked >= refresh * 3600


async def collect(driver: Driver, number: int) -> None:
    """Waves of collect units until no URL waits or `limits.pages` is reached."""
    await _step(driver, lambda c: frontier.cap_domains(c, driver.config.limits.pages_per_domain))
    while True:
        units = await _step(driver, lambda c: _planned(driver, c, number))
        if not units:
            break
        await work(driver, number, "collect", units)
    _index(driver)


async def _step(driver: Driver, step: Callable[[Connection], T | None]) -> T:
    """Transactions until one has a result: between them the lease of the run can be renewed."""
    while True:
        with driver.ledger.begin() as c:
            found = step(c)
        if found is not None:
            return found
        await asyncio.sleep(0)


def _planned(driver: Driver, c: Connection, number: int) -> list[Unit] | None:
    """The units that are open, else those of the next wave; None where there is more to do."""
    units = l.open_units(c, number, "collect")
    if units:
        return units
    targets = _next(driver, c)
    if targets is None:
        return None
    frontier.note_taken(c, targets)
    wave = l.last_wave(c, number, "collect") + 1
    units = collect_units(targets, number, wave, driver.config.units.collect_urls)
    l.plan_units(c, units)
    return units


def _next(driver: Driver, c: Connection) -> list[Target] | None:
    """The next URLs, as many as `limits`, their domains and their backends allow."""
    limits, left = driver.config.limits, WAVE
    if limits.pages is not None:
        left = min(left, max(limits.pages - frontier.taken(c), 0))
    shares = {
        name: max(backend.max_pages - frontier.taken(c, name), 0)
        for name, backend in driver.discovering().items()
        if backend.max_pages is not None
    }
    if limits.pages_per_domain is None:
        return frontier.waiting(c, left, shares)
    return frontier.waiting_capped(c, left, shares, limits.pages_per_domain)


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
