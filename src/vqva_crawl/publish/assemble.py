"""publish: the accepted samples of a run, joined with their pictures, as a dataset and a report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec

from vqva_crawl.config import Config, deciding
from vqva_crawl.publish.card import write_card
from vqva_crawl.publish.croissant import write_croissant
from vqva_crawl.publish.report import draw_samples, write_report
from vqva_crawl.publish.schema import row
from vqva_crawl.publish.shards import write_shards
from vqva_crawl.publish.sharing import beyond_share, within_share
from vqva_crawl.publish.summary import Summary, Survival, Triple
from vqva_crawl.records import AgentMark, Rejected, Sample, digest
from vqva_crawl.registry import ROLES
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import totals
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.losses import losses
from vqva_crawl.storage.parts import PartStore, decode
from vqva_crawl.storage.pictures import Pictures
from vqva_crawl.storage.spending import spend_table, spent
from vqva_crawl.urls import host
from vqva_crawl.version import __version__


@dataclass(frozen=True)
class Published:
    dataset: str  # the folder or fsspec URL
    shards: list[str]
    report: Path
    samples: int
    beyond_share: str  # a line where a domain is more than its share, else ""


def publish_run(config: Config, folder: RunFolder, ledger: Ledger) -> Published:
    """Writes dataset, card and report from committed parts. Raises StorageError."""
    parts = folder.parts()
    pictures = Pictures(parts, _unit_of(ledger))
    places = _accepted(ledger)
    accepted = _samples(parts, places)
    samples = within_share(accepted, config.publish.domain_share)
    fs, path = fsspec.core.url_to_fs(folder.dataset_url)

    def rows() -> Iterator[dict[str, Any]]:
        for sample in samples:
            unit, number = places[sample.id]
            question, answer = (pictures.read(p.sha256) for p in (sample.question, sample.answer))
            yield row(sample, question, answer, config.name, number, unit, __version__)

    shards = write_shards(
        rows(), fs, path, config.publish.rows_per_shard, config.publish.rows_per_group
    )
    summary = _summary(config, folder, ledger, samples, len(accepted))
    write_card(fs, path, summary)
    write_croissant(fs, path, summary, shards)
    report = _report(config, folder, ledger, summary, samples, pictures)
    beyond = beyond_share(samples, config.publish.domain_share)
    return Published(folder.dataset_url, shards, report, len(samples), beyond)


def publish_report(config: Config, folder: RunFolder, ledger: Ledger) -> Path:
    """Writes the report alone; returns its path."""
    parts = folder.parts()
    accepted = _samples(parts, _accepted(ledger))
    samples = within_share(accepted, config.publish.domain_share)
    summary = _summary(config, folder, ledger, samples, len(accepted))
    return _report(config, folder, ledger, summary, samples, Pictures(parts, _unit_of(ledger)))


def _unit_of(ledger: Ledger) -> Any:
    def unit_of(sha256: str) -> str:
        with ledger.begin() as c:
            return l.unit_of_image(c, sha256)

    return unit_of


def _accepted(ledger: Ledger) -> dict[str, tuple[str, int]]:
    """Sample id -> (annotate unit, round) of all accepted samples."""
    with ledger.begin() as c:
        return totals.accepted(c)


def _samples(parts: PartStore, places: dict[str, tuple[str, int]]) -> list[Sample]:
    """The accepted samples, ordered by id."""
    found: dict[str, Sample] = {}
    for unit in sorted({unit for unit, _ in places.values()}):
        rows = parts.read(unit, "samples", ["id", "record"])
        mine = (r for r in rows if places.get(r["id"], ("", 0))[0] == unit)
        found.update((s.id, s) for s in decode(mine, Sample))
    return [found[id] for id in sorted(found)]


def _report(
    config: Config,
    folder: RunFolder,
    ledger: Ledger,
    summary: Summary,
    samples: list[Sample],
    pictures: Pictures,
) -> Path:
    shown = draw_samples(samples, config.publish.report_samples)
    triples = (
        Triple(s, pictures.read(s.question.sha256), pictures.read(s.answer.sha256)) for s in shown
    )
    return write_report(folder.report, summary, triples, rejects(folder.parts(), ledger))


def rejects(parts: PartStore, ledger: Ledger) -> Iterator[Rejected]:
    """Everything that was rejected in committed units."""
    with ledger.begin() as c:
        units = l.committed(c)
    for unit in units:
        yield from (Rejected(**record) for record in parts.read(unit, "rejected"))


def _summary(
    config: Config, folder: RunFolder, ledger: Ledger, samples: list[Sample], accepted: int
) -> Summary:
    with ledger.begin() as c:
        counts = totals.counts(c)
        lines = totals.survival(c)
        errors = totals.errors(c)
        lost = losses(c)
        rounds = l.last_round(c)
        started = l.get_fact(c, "started_at") or ""
        because = l.get_fact(c, "stopped_because") or ""
    return Summary(
        run=config.name,
        version=__version__,
        seed=config.seed,
        rounds=rounds,
        pages=counts["pages"],
        images=counts["images"],
        samples=len(samples),
        left_out=accepted - len(samples),
        started_at=started,
        config_digest=digest(json.dumps(deciding(config), sort_keys=True)),
        stopped_because=because,
        requests=counts["requests"],
        sources=len({s.page_url for s in samples}),
        survival=tuple(_survival(lines)),
        domains=_count(s.domain for s in samples),
        relations=_count(s.relation for s in samples),
        topics=_count(s.topic or "(none)" for s in samples),
        hosts=_count(host(s.page_url) for s in samples),
        licences=licences_of(samples),
        languages=_count(s.language for s in samples),
        errors=errors,
        losses=lost,
        agents=_agents(samples),
        spend=tuple(spend_table(spent(folder.spend), len(samples))),
    )


def licences_of(samples: Iterable[Sample]) -> dict[str, int]:
    """Of both pictures of each sample, as they were stated; "" is unknown."""
    return _count(of.licence for s in samples for of in (s.question_credit, s.answer_credit))


def _survival(lines: dict[str, totals.Line]) -> Iterator[Survival]:
    for stage, line in lines.items():
        rejected = sum(line.reasons.values())
        yield Survival(stage, line.seen, line.passed, rejected, dict(line.reasons))


def _agents(samples: Iterable[Sample]) -> tuple[AgentMark, ...]:
    """Who took part in any of them, in the order of the chain."""

    def place(mark: AgentMark) -> tuple[object, ...]:
        return ROLES.index(mark.agent.partition(":")[0]), mark.agent, mark.model, mark.prompt_digest

    return tuple(sorted({mark for sample in samples for mark in sample.agents}, key=place))


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values))
