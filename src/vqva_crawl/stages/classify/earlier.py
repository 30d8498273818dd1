"""Labels out of an earlier round: what the chain made of a document says where it belongs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from vqva_crawl.records import Document, Sample, digest
from vqva_crawl.stages.classify.labels import OTHER, Label
from vqva_crawl.stages.classify.reading import text_of
from vqva_crawl.stages.classify.splitting import Example
from vqva_crawl.stages.classify.stored import read_documents
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore, decode

# What an agent found of a page's pictures. All else may be a failing of a model, of its endpoint or
# of a budget (`truncated`, `endpoint_failed`, `budget`), of the rules' words (`no_sentence`), a
# doubt (`disagreement`), or a rule of a user's own agent that is none about pages.
VERDICTS = frozenset(
    "no_pair no_relation no_question verify question_score answer_score context_score".split()
)

# Every annotated document has a sample or something rejected, but for one: where documents of one
# unit gave the same sample, its part has that of the last.
REPEAT = "same_sample"


class Earlier(NamedTuple):
    """What a run says of its documents.

    `unsaid` has the reasons, each once a document, for which nothing can be said of documents
    without samples.
    """

    examples: list[Example]
    unsaid: Counter[str]


def earlier_examples(run: str, ledger: Ledger, parts: PartStore) -> Earlier:
    """Documents with samples, as their domain; those of which all came to a verdict, as `other`.

    A document with samples of several domains counts for the commonest of them. Samples that only
    the barrier dropped, as repeats or for a cap, count too: the filter had accepted them. Left out
    are documents that nobody annotated, near-duplicates, and those without samples of which
    something was rejected for another reason than VERDICTS, or of which nothing is kept
    (`same_sample`). Raises StorageError.
    """
    with ledger.begin() as c:
        committed = l.committed(c, "annotate")
        d = t.documents.c
        read = select(d.id, d.unit).where((d.duplicate_of == "") & d.annotate_unit.in_(committed))
        units = {row.id: row.unit for row in c.execute(read)}
    domains, reasons = _domains(parts, committed), _reasons(parts, committed)
    earlier = Earlier([], Counter())
    for document in read_documents(parts, units):
        made, why = domains.get(document.id), reasons[document.url]
        if made or (why and why <= VERDICTS):
            earlier.examples.append(_example(document, made or {}, run))
        else:
            earlier.unsaid.update(why - VERDICTS or {REPEAT})
    return earlier


def _example(document: Document, made: Mapping[str, int], run: str) -> Example:
    """The document under the domain of most of its samples; `other` without any."""
    text = text_of(document)
    label = Label(
        document=document.id,
        url=document.url,
        text=digest(text),
        label=min(made, key=lambda name: (-made[name], name), default=OTHER),
        labeller=f"run:{run}",
        reason=f"{sum(made.values())} samples" if made else "the chain found nothing in it",
    )
    return Example(label, text)


def _domains(parts: PartStore, units: list[str]) -> dict[str, Counter[str]]:
    """How many samples of which domain a document gave, by its id; from the parts, since the
    ledger knows a sample that several gave by one of them."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for unit in units:
        for sample in decode(parts.read(unit, "samples", ["record"]), Sample):
            found[sample.document][sample.id] = sample.domain
    return {document: Counter(samples.values()) for document, samples in found.items()}


def _reasons(parts: PartStore, units: list[str]) -> dict[str, set[str]]:
    """Why something of a document was rejected, by its URL."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        row: dict[str, Any]
        for row in parts.read(unit, "rejected", ["url", "reason"]):
            found[row["url"]].add(row["reason"])
    return found
