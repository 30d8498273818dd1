"""Labels out of an earlier round: what the chain made of a document says where it belongs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from vqva_crawl.records import Document, Rejected, digest
from vqva_crawl.stages.classify.labels import OTHER, Label
from vqva_crawl.stages.classify.reading import text_of
from vqva_crawl.stages.classify.splitting import Example
from vqva_crawl.stages.classify.stored import read_documents
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore

FAILED = frozenset(("error", "poison"))  # these say nothing of the document


def earlier_examples(run: str, ledger: Ledger, parts: PartStore) -> Iterator[Example]:
    """Documents with samples, as their domain; those that the retriever read in vain, as `other`.

    A document with samples of several domains counts for the commonest of them. Samples that only
    a cap of the barrier dropped count too: the filter had accepted them. Left out are documents
    that nobody annotated, near-duplicates, and those on which a stage failed. Raises StorageError.
    """
    with ledger.begin() as c:
        domains: dict[str, Counter[str]] = defaultdict(Counter)
        for document, domain in c.execute(select(t.samples.c.document, t.samples.c.domain)):
            domains[document][domain] += 1
        committed = l.committed(c, "annotate")
        d = t.documents.c
        read = select(d.id, d.unit).where((d.duplicate_of == "") & d.annotate_unit.in_(committed))
        units = {row.id: row.unit for row in c.execute(read)}
    failed = _failed(parts, committed)
    for document in read_documents(parts, units):
        made = domains.get(document.id)
        if made or document.url not in failed:
            best = min(made, key=lambda name: (-made[name], name)) if made else OTHER
            reason = f"{sum(made.values())} samples" if made else "the chain found nothing in it"
            text = text_of(document)
            yield Example(_label(document, text, best, run, reason), text)


def _label(document: Document, text: str, name: str, run: str, reason: str) -> Label:
    return Label(
        document=document.id,
        url=document.url,
        text=digest(text),
        label=name,
        labeller=f"run:{run}",
        reason=reason,
    )


def _failed(parts: PartStore, units: list[str]) -> set[str]:
    """The URLs of documents that an agent failed on."""
    rows: Iterator[dict[str, Any]] = (
        row for unit in units for row in parts.read(unit, "rejected", list(Rejected.model_fields))
    )
    return {row["url"] for row in rows if row["reason"] in FAILED}
