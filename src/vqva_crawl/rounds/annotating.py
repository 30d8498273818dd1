"""compare and annotate: from documents to samples."""

from __future__ import annotations

from sqlalchemy import Connection

from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.rounds.driver import Driver, work
from vqva_crawl.rounds.units import annotate_units
from vqva_crawl.stages.duplicates import near_duplicates
from vqva_crawl.storage import barrier, history
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.units import DocumentRef, Unit

COLLECTED = "compare"  # the phase before the chain of agents


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
    """Documents that this round's queries hit, those that earlier ones hit and that are still to be
    annotated, then those of backends that are to be exhausted."""
    found = history.hits(c, number) + history.late_hits(c, number)
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
