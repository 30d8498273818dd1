"""The trace of model calls: one row for each answer, in the part of the unit that asked.

The chain's agents ask in annotate units, the screen's labeller in collect units.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from vqva_crawl.records import Pair, Record, Rejected, Sample, digest


class ModelCall(Record):
    """An answer, and whose it was.

    `record` is the id of the document or pair asked about; `model` the one that answered, at the
    base URL `endpoint` ("" where it is not known); `key` the answer's address in the cache;
    `cached` tells that it cost nothing this time.
    """

    document: str
    record: str
    role: str
    model: str
    prompt: str
    key: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cached: bool
    finish_reason: str
    text: str
    endpoint: str = ""


CALLS = pa.schema(
    [(n, pa.string()) for n in ("document", "record", "role", "model", "prompt", "key")]
    + [(n, pa.int64()) for n in ("prompt_tokens", "completion_tokens")]
    + [("seconds", pa.float64()), ("cached", pa.bool_())]
    + [(n, pa.string()) for n in ("finish_reason", "text", "endpoint")]
)


def call_row(call: ModelCall) -> dict[str, Any]:
    return call.model_dump()


def led_to(calls: Iterable[ModelCall], end: Sample | Rejected) -> list[ModelCall]:
    """The calls on the way to a sample or a rejected record: about its document and its pair.

    In the order in which they were made: each had to wait for those before it.
    """
    document, asked_about = _way(end)
    return [c for c in calls if c.document == document and c.record in asked_about]


def _way(end: Sample | Rejected) -> tuple[str, set[str]]:
    if isinstance(end, Sample):
        pair = digest(end.question.sha256, end.answer.sha256)
        return end.document, {end.document, pair, end.id}
    if known := pair_of(end):
        return known.document, {known.document, known.id, end.id}
    return end.id, {end.id}


def pair_of(rejected: Rejected) -> Pair | None:
    """The pair that a rejected record was about; None when it was not yet about one."""
    known = json.loads(rejected.payload).get("pair")
    return None if known is None else Pair.model_validate(known)
