"""search: every backend answers each query.

A backend that refuses (a wrong key, a quota that is used up, a long rest asked for), whose host is
given a rest or that fails again and again is left alone for the rest of the round; the others go
on. What nobody could answer waits for the next round. A round in which nobody answered anything
ends the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import structlog

from vqva_crawl.clients.base import SearchBackend
from vqva_crawl.clients.http import PATIENCE
from vqva_crawl.errors import FATAL, ConfigError, FetchError, GateError, LeftAlone, RateLimited
from vqva_crawl.foreign import contained
from vqva_crawl.masking import told
from vqva_crawl.records import Hit, Query, Target
from vqva_crawl.rounds.driver import Driver
from vqva_crawl.storage import frontier, history
from vqva_crawl.urls import url_key

TOLD = 3  # failures of one backend that are told in a round
IN_A_ROW = 5  # failures after which it is left alone
BY_CONFIG = frozenset({"http_401", "http_403", "key_refused", "denied_address", "redirects"})
FINAL = BY_CONFIG | {"http_402", "quota_used_up"}

log = structlog.get_logger()


@dataclass
class Standing:
    """How a backend does in this round."""

    backend: SearchBackend
    answers: int = 0
    failures: int = 0
    in_a_row: int = 0
    last: Exception | None = None

    @property
    def out(self) -> bool:
        """Whether it is left alone for the rest of the round."""
        return final(self.last) or self.in_a_row >= IN_A_ROW

    def answered(self) -> None:
        self.answers += 1
        self.in_a_row, self.last = 0, None

    def failed(self, error: Exception) -> None:
        self.failures += 1
        self.in_a_row, self.last = self.in_a_row + 1, error

    @property
    def said(self) -> str:
        """Its last failure in one line, by the backend's name."""
        error = self.last
        if isinstance(error, FetchError):
            return f"{self.backend.name}: {error.detail} ({error.kind})"
        return f"{self.backend.name}: {told(error) if error else 'no failure'}"


def final(error: Exception | None) -> bool:
    """Whether the same would come of the next query too."""
    if isinstance(error, RateLimited):
        return (error.retry_after or 0) > PATIENCE
    if isinstance(error, LeftAlone):
        return True
    return isinstance(error, FetchError) and error.kind in FINAL


async def search(driver: Driver, number: int) -> None:
    """All backends answer each query; what is new to the run joins the frontier.

    Raises ConfigError or GateError when there were queries and no backend answered any.
    """
    with driver.ledger.begin() as c:
        open_queries = history.queries(c, number, unanswered=True)
    standings = [Standing(backend) for backend in driver.backends]
    unanswered: list[Query] = []
    for query in open_queries:
        found = await _ask(driver, standings, query)
        if found is None:
            unanswered.append(query)
            continue
        with driver.ledger.begin() as c:
            history.add_hits(c, query, found)
            frontier.add_targets(c, [_target(key, hit) for key, hit in found])
    _tell_rest(driver, standings)
    if unanswered:
        _check_any(standings, number)
        driver.watcher.line(
            f"search: {len(unanswered)} of {len(open_queries)} queries got no "
            f"answer and wait for the next round"
        )
        with driver.ledger.begin() as c:
            history.postpone(c, unanswered, number + 1)


async def _ask(
    driver: Driver, standings: Sequence[Standing], query: Query
) -> list[tuple[str, Hit]] | None:
    """(URL key, hit) of all backends, merged; None when none of them answered."""
    limit = driver.config.search.hits_per_query
    asked = [standing for standing in standings if not standing.out]
    answers = await asyncio.gather(*(_answer(one.backend, query, limit) for one in asked))
    given: list[list[Hit]] = []
    for standing, answer in zip(asked, answers, strict=True):
        if isinstance(answer, FATAL):
            raise answer
        if isinstance(answer, Exception):
            standing.failed(answer)
            _tell(driver, standing, query)
        else:
            standing.answered()
            given.append(answer)
    return merged(given, limit) if given else None


async def _answer(backend: SearchBackend, query: Query, limit: int) -> list[Hit] | Exception:
    """At most `limit` hits, or why there are none."""
    try:
        with contained("it"):
            hits = await backend.search(query, limit)
        _check_hits(hits)
    except Exception as error:  # a backend may fail in any way; the others go on
        return error
    return hits[:limit]


def merged(answers: Sequence[Sequence[Hit]], limit: int) -> list[tuple[str, Hit]]:
    """(URL key, hit) of at most `limit` pages, none twice.

    The first hit of each backend, in the order of the config, then the second of each, and so on:
    so none crowds out another, and a page is credited to the backend that ranked it best.
    """
    found: dict[str, Hit] = {}
    for row in zip_longest(*answers):
        for hit in filter(None, row):
            try:
                found.setdefault(url_key(hit.url), hit)
            except ValueError:
                log.warning("hit_without_url", backend=hit.backend, url=hit.url)
    return list(found.items())[:limit]


def _tell(driver: Driver, standing: Standing, query: Query) -> None:
    """One line for a backend that is out now, else for its first failures."""
    if standing.out:
        driver.watcher.line(f"search: {standing.said}; not asked again in this round")
    elif standing.failures <= TOLD:
        driver.watcher.line(f"search: '{query.text}': {standing.said}")
    log.warning("search_failed", backend=standing.backend.name, error=standing.said)


def _tell_rest(driver: Driver, standings: Sequence[Standing]) -> None:
    for standing in standings:
        if (more := standing.failures - TOLD) > 0 and not standing.out:
            driver.watcher.line(
                f"search: {standing.backend.name}: {more} more of its queries failed"
            )


def _check_any(standings: Sequence[Standing], number: int) -> None:
    """ConfigError or GateError when no backend answered anything."""
    if any(standing.answers for standing in standings):
        return
    why = "; ".join(standing.said for standing in standings)
    said = f"no search backend answered in round {number}: {why}. The same command asks again"
    kinds = {getattr(standing.last, "kind", "") for standing in standings}
    raise (ConfigError if kinds <= BY_CONFIG else GateError)(said)


def _check_hits(hits: object) -> None:
    """TypeError for what is no list of hits."""
    if not isinstance(hits, list):
        raise TypeError(f"it gave {type(hits).__name__}, not a list of Hit")
    for hit in hits:
        if not isinstance(hit, Hit):
            raise TypeError(f"it gave {type(hit).__name__} in its list of Hit")


def _target(key: str, hit: Hit) -> Target:
    return Target(
        key=key, url=hit.url, query=hit.query, topic=hit.topic, backend=hit.backend, place=hit.place
    )
