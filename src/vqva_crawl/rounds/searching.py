"""search: every backend answers each query."""

from __future__ import annotations

import structlog

from vqva_crawl.errors import FetchError
from vqva_crawl.records import Hit, Query, Target
from vqva_crawl.rounds.driver import Driver
from vqva_crawl.storage import frontier, history
from vqva_crawl.urls import url_key

log = structlog.get_logger()


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
    return Target(
        key=key, url=hit.url, query=hit.query, topic=hit.topic, backend=hit.backend, place=hit.place
    )
