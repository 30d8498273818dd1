"""Units of work and their manifests: what the driver hands out and what comes back."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from vqva_crawl.records import Picture, Record, Target

UnitKind = Literal["collect", "annotate"]
UNIT_ID = re.compile(r"(collect|annotate)-\d{4,}-[0-9a-f]{16}")  # kind, round, digest of its inputs


class DocumentRef(Record):
    """A committed document for an annotate unit; `duplicate_of` is set at the round's barrier."""

    id: str
    unit: str  # the collect unit whose part holds it
    query: str = ""
    topic: str = ""
    backend: str = ""
    duplicate_of: str = ""


class Unit(Record):
    """One piece of work. Units of one `lane` (a host bucket) run one after the other."""

    id: str
    kind: UnitKind
    round: int
    wave: int
    lane: str
    targets: tuple[Target, ...] = ()
    documents: tuple[DocumentRef, ...] = ()


class StageCount(Record):
    """How many records a stage saw, let through and rejected, by reason."""

    seen: int = 0
    passed: int = 0
    reasons: dict[str, int] = {}


class Outgoing(NamedTuple):
    """The pages that a page links to, and its signature where it has several such links."""

    links: tuple[str, ...] = ()
    signature: str = ""


class UrlOutcome(Record):
    """What became of a target: `reason` is "" when it gave a document.

    `links` and `signature` are those of `Outgoing`, whether or not it became a document.
    """

    key: str
    depth: int = 0
    backend: str = ""
    stage: str = ""
    reason: str = ""
    detail: str = ""
    links: tuple[str, ...] = ()
    signature: str = ""


class DocumentLine(Record):
    """What the ledger keeps of a committed document."""

    id: str
    key: str
    url: str
    title: str
    depth: int
    minhash: bytes
    query: str = ""
    topic: str = ""
    backend: str = ""


class SampleLine(Record):
    """What the ledger keeps of a committed sample."""

    id: str
    document: str
    domain: str
    relation: str
    topic: str
    query: str
    question: str
    answer: str


class PictureLoss(Record):
    """A picture that could not be had; `reason` is one of `errors.CAUSES` or an HTTP status."""

    url: str
    reason: str


class Manifest(Record):
    """A finished unit: its files are renamed and safe, the ledger has not heard of it yet."""

    unit: str
    kind: UnitKind
    files: dict[str, int]  # file name -> rows
    survival: dict[str, StageCount]
    urls: tuple[UrlOutcome, ...] = ()
    documents: tuple[DocumentLine, ...] = ()
    pictures: tuple[Picture, ...] = ()
    losses: tuple[PictureLoss, ...] = ()
    had: frozenset[str] = frozenset()  # URLs of pictures on pages that a server gave, kept or not
    samples: tuple[SampleLine, ...] = ()
    requests: int = 0
