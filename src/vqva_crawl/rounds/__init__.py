"""The round: one pass from plan to write, in phases that can each be taken up again.

    discover -> plan -> search -> collect -> compare -> annotate

What is planned is filed in the ledger before it is done, and planned from committed state alone:
so a run that was killed anywhere goes on where it was and ends with the same dataset.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from vqva_crawl.rounds.annotating import COLLECTED, annotate, awaiting, compare, per_question_image
from vqva_crawl.rounds.collecting import collect, discover
from vqva_crawl.rounds.driver import Driver, Watcher
from vqva_crawl.rounds.planning import plan
from vqva_crawl.rounds.searching import search
from vqva_crawl.storage import ledger as l

__all__ = ["COLLECTED", "LAST", "Driver", "Watcher", "awaiting", "per_question_image", "play"]

log = structlog.get_logger()

Phase = Callable[[Driver, int], Awaitable[None]]

PHASES: dict[str, Phase] = {
    "discover": discover,
    "plan": plan,
    "search": search,
    "collect": collect,
    "compare": compare,
    "annotate": annotate,
}
LAST = "annotate"


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
