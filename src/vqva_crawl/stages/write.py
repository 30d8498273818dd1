"""write: what a unit brought goes into its parts, and a manifest says what the ledger must know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from vqva_crawl.errors import is_cause
from vqva_crawl.records import Document, Picture, Record, Rejected, Sample, Target
from vqva_crawl.stages.images import PICTURES
from vqva_crawl.storage import parts as p
from vqva_crawl.storage.cache import Blobs
from vqva_crawl.storage.calls import CALLS, ModelCall, call_row
from vqva_crawl.storage.units import (
    DocumentLine,
    Manifest,
    Outgoing,
    PictureLoss,
    SampleLine,
    Unit,
    UrlOutcome,
)


def write_collected(
    unit: Unit,
    records: Sequence[Record],
    calls: Sequence[ModelCall],
    links: Mapping[str, Outgoing],
    fates: Mapping[str, Rejected],
    parts: p.PartStore,
    blobs: Blobs,
    held: Callable[[str], bool],
) -> Manifest:
    """Documents, their pictures, rejects and the labeller's calls of a collect unit.

    `links` and `fates` are by URL key: the pages a page links to, and why it was dropped. `held`
    tells which pictures (by sha256) lie in an earlier round's part and need not be stored again.
    Raises StorageError.
    """
    documents = [r for r in records if isinstance(r, Document)]
    pictures = _pictures(documents)

    def image_rows() -> Iterator[dict[str, Any]]:
        fresh = (picture for picture in pictures if not held(picture.sha256))
        return (p.image_row(picture, blobs.get(picture.sha256)) for picture in fresh)

    files = {
        "documents": parts.write(
            unit.id, "documents", p.DOCUMENTS, map(p.document_row, documents), 100
        ),
        "images": parts.write(unit.id, "images", p.IMAGES, image_rows(), p.IMAGE_GROUP),
        "rejected": _write_rejected(unit, records, parts),
        **_write_calls(unit, calls, parts),
    }
    return Manifest(
        unit=unit.id,
        kind=unit.kind,
        files=files,
        survival={},
        urls=tuple(_outcomes(unit.targets, links, fates)),
        documents=tuple(map(_document_line, documents)),
        pictures=tuple(pictures),
        losses=tuple(_losses(records)),
    )


def write_annotated(
    unit: Unit, records: Sequence[Record], calls: Sequence[ModelCall], parts: p.PartStore
) -> Manifest:
    """Samples, rejects and model calls of an annotate unit. Raises StorageError."""
    samples = list({r.id: r for r in records if isinstance(r, Sample)}.values())
    files = {
        "samples": parts.write(unit.id, "samples", p.SAMPLES, map(p.sample_row, samples), 100),
        "rejected": _write_rejected(unit, records, parts),
        **_write_calls(unit, calls, parts),
    }
    return Manifest(
        unit=unit.id,
        kind=unit.kind,
        files=files,
        survival={},
        samples=tuple(map(_sample_line, samples)),
    )


def _write_rejected(unit: Unit, records: Sequence[Record], parts: p.PartStore) -> int:
    rows = (p.rejected_row(r) for r in records if isinstance(r, Rejected))
    return parts.write(unit.id, "rejected", p.REJECTED, rows, 1000)


def _write_calls(unit: Unit, calls: Sequence[ModelCall], parts: p.PartStore) -> dict[str, int]:
    """No file where no model was asked."""
    if not calls:
        return {}
    return {"calls": parts.write(unit.id, "calls", CALLS, map(call_row, calls), 100)}


def _pictures(documents: Sequence[Document]) -> list[Picture]:
    """Each picture that a surviving document still shows, once."""
    shown = {i.sha256 for d in documents for i in d.images() if i.sha256}
    found = {p.sha256: p for d in documents for p in d.pictures if p.sha256 in shown}
    return list(found.values())


def _losses(records: Sequence[Record]) -> Iterator[PictureLoss]:
    """The pictures that could not be had; what a look at one decided is another matter."""
    for record in records:
        if isinstance(record, Rejected) and record.stage == PICTURES and is_cause(record.reason):
            yield PictureLoss(url=record.url, reason=record.reason)


def _outcomes(
    targets: Sequence[Target], links: Mapping[str, Outgoing], fates: Mapping[str, Rejected]
) -> Iterator[UrlOutcome]:
    for target in targets:
        lost, outgoing = fates.get(target.key), links.get(target.key, Outgoing())
        yield UrlOutcome(
            key=target.key,
            depth=target.depth,
            backend=target.backend,
            stage=lost.stage if lost else "",
            reason=lost.reason if lost else "",
            detail=lost.detail if lost else "",
            links=outgoing.links,
            signature=outgoing.signature,
        )


def _document_line(document: Document) -> DocumentLine:
    target = document.target
    return DocumentLine(
        id=document.id,
        key=target.key,
        url=target.url,
        title=document.title,
        depth=target.depth,
        minhash=document.minhash,
        query=target.query,
        topic=target.topic,
        backend=target.backend,
    )


def _sample_line(sample: Sample) -> SampleLine:
    return SampleLine(
        id=sample.id,
        document=sample.document,
        domain=sample.domain,
        relation=sample.relation,
        topic=sample.topic,
        query=sample.query,
        question=sample.question.sha256,
        answer=sample.answer.sha256,
    )
