"""retry: what was lost for stated reasons is tried again by the next `run`.

URLs that gave no document wait in the frontier again. Documents that lost a record to the chain's
endpoint or to a cap go to an annotate unit once more: what they gave before stays, since a sample's
id is its content, and what a model answered before is not asked again. A round of its own takes up
both, without new queries. All of it is one transaction.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.clients.notices import keys
from vqva_crawl.errors import ConfigError, is_cause
from vqva_crawl.storage import barrier, frontier, totals
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.frontier import Dropped
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.losses import ASKING, place_of, places
from vqva_crawl.storage.rests import Kept
from vqva_crawl.urls import host

# Why a record of the chain may fare better next time. All else is a judgement, and stands.
CHAIN = frozenset({"budget", "endpoint_refused", "endpoint_failed", "truncated", "error", "poison"})
# What our own stages turn down after a look. Pages are asked for again where that is named.
JUDGED = frozenset(
    "too_deep no_images too_few_images too_few_words too_many_words language too_few_pictures "
    "too_many_pictures class near_duplicate no_pair same_picture question_score answer_score "
    "context_score empty_reasoning".split()
)
FORBIDDEN = frozenset({"robots", "robots_unreachable", "opt_out"})  # by a file of its origin, maybe
PLANNED = "plan"  # reached by a round that has to search, collect and annotate
TO_COLLECT = ("new", "discover", "plan", "search")  # reached by rounds that are yet to collect


@dataclass(frozen=True)
class Wanted:
    """What is to be tried again: reasons as they were typed, of one stage or host where named."""

    only: tuple[str, ...]
    stage: str | None = None
    host: str | None = None

    def here(self, stage: str, url: str) -> bool:
        """Whether something lost at a stage is meant."""
        return self.stage in (None, stage) and self.at(place_of(url))

    def at(self, place: str) -> bool:
        """Whether that is the host that is meant, which may be named without its port."""
        name = place.lower()
        return self.host in (None, name, name.rpartition(":")[0])


@dataclass
class Found:
    """What there is to try again."""

    pages: list[Dropped] = field(default_factory=list)
    documents: set[str] = field(default_factory=set)
    records: Counter[str] = field(default_factory=Counter)  # of these documents, by reason

    def by_reason(self) -> dict[str, tuple[int, int]]:
        """Reason -> (pages, records), the most frequent first."""
        pages = Counter(page.reason for page in self.pages)
        both = pages + self.records
        order = sorted(both, key=lambda reason: (-both[reason], reason))
        return {reason: (pages[reason], self.records[reason]) for reason in order}


def find(wanted: Wanted, folder: RunFolder, ledger: Ledger) -> Found:
    """Raises ConfigError for a reason that nobody knows or a host without pages, StorageError."""
    if wanted.host == "":
        raise ConfigError("--host names no host")
    with ledger.begin() as c:
        stages = _known(c)
        ever = {stage: line.reasons for stage, line in totals.survival(c).items() if line.reasons}
    # Of what was ever counted some waits already, after a `retry` before; plug-ins name their own.
    reasons = matching(wanted.only, stages, set().union(*ever.values()))
    if wanted.stage is not None and wanted.stage not in stages.keys() | ever.keys():
        there = ", ".join(sorted(stages)) or "none"
        raise ConfigError(f"--stage {wanted.stage}: nothing was lost there; stages: {there}")
    found = Found()
    with ledger.begin() as c:
        pages = frontier.dropped(c, reasons)
        found.pages = [page for page in pages if wanted.here(page.stage, page.url)]
        units = barrier.annotated(c, totals.units_losing(c, reasons & CHAIN))
    for unit, documents in units.items():
        _add_chain(found, unit, documents, wanted, reasons & CHAIN, folder)
    if not found.pages and not found.documents and wanted.host:
        with ledger.begin() as c:
            if not any(map(wanted.at, places(c))):
                raise ConfigError(f"--host {wanted.host}: this run has no page of it")
    return found


def repeat(found: Found, folder: RunFolder, ledger: Ledger) -> None:
    """Has the next `run` try it again; nothing at all where nothing was found."""
    if not found.pages and not found.documents:
        return
    stored = StoredResponses(Entries(folder.cache / "pages"))
    for page in found.pages:  # first, so that a kill between the two only costs a request
        if page.stage not in ASKING and page.reason not in CHAIN:  # it was read, and turned down
            stored.expire(page.url)
        if page.reason in FORBIDDEN:
            for key in keys(page.url):
                stored.expire(key)
    with ledger.begin() as c:
        frontier.wait_again(c, (page.key for page in found.pages))
        barrier.annotate_again(c, found.documents)
        if not any(reached in TO_COLLECT for _, reached in l.unfinished(c)):
            l.set_phase(c, l.last_round(c) + 1, PLANNED)
        l.set_fact(c, "stopped_because", "")  # it is not finished any more


def resting(found: Found, folder: RunFolder) -> tuple[int, dict[str, Kept]]:
    """How many of the pages lie at hosts that are not to be asked yet, and those hosts."""
    rests = folder.rests.now()
    hosts = [name for page in found.pages if (name := host(page.url)) in rests]
    return len(hosts), {name: rests[name] for name in hosts}


def _known(c: Connection) -> dict[str, Counter[str]]:
    """Stage -> the reasons of this run that can be named, with how many."""
    stages: dict[str, Counter[str]] = {}
    for (stage, reason), count in frontier.reasons(c).items():
        stages.setdefault(stage, Counter())[reason] += count
    for stage, line in totals.units_survival(c, ["annotate"]).items():
        for reason in line.reasons.keys() & CHAIN:
            stages.setdefault(stage, Counter())[reason] += line.reasons[reason]
    return stages


def matching(
    only: Sequence[str], stages: dict[str, Counter[str]], heard: Container[str] = frozenset()
) -> set[str]:
    """The reasons that are meant: by name, `429` for http_429, `5xx` for all of a class.

    Raises ConfigError, naming those that can be tried again, for one that neither we know nor is
    among those that were `heard` of, and for none.
    """
    known = sum(stages.values(), Counter[str]())
    there = ", ".join(f"{reason} {count}" for reason, count in known.most_common()) or "none"
    found: set[str] = set()
    if not only:
        raise ConfigError(f"--only names no reason; this run has {there}")
    for name in only:
        pattern = re.sub(r"^(?=\d)", "http_", name.strip().lower())
        whole = re.compile(re.escape(pattern).replace("xx", r"\d\d"))
        mine = {reason for reason in known if whole.fullmatch(reason)}
        ours = pattern in CHAIN | JUDGED or is_cause(pattern.replace("xx", "00"))
        if not (mine or ours or pattern in heard):
            raise ConfigError(f"--only {name}: unknown reason; this run has {there}")
        found |= mine
    return found


def _add_chain(
    found: Found,
    unit: str,
    documents: Sequence[barrier.Place],
    wanted: Wanted,
    reasons: set[str],
    folder: RunFolder,
) -> None:
    """The documents that a unit of the chain lost records of, and how many those were."""
    parts = folder.parts()
    rows = parts.read(unit, "rejected", ["stage", "reason", "url"])
    lost = [(r["url"], r["reason"]) for r in rows if _counts(r, wanted, reasons)]
    if not lost:
        return
    mine = {place.id for place in documents}
    ids: dict[str, set[str]] = {}
    for collected in sorted({place.unit for place in documents}):
        for row in parts.read(collected, "documents", ["id", "url"]):
            if row["id"] in mine:
                ids.setdefault(row["url"], set()).add(row["id"])
    for url, reason in lost:
        if url in ids:
            found.documents |= ids[url]
            found.records[reason] += 1


def _counts(row: dict[str, str], wanted: Wanted, reasons: set[str]) -> bool:
    return row["reason"] in reasons and wanted.here(row["stage"], row["url"])
