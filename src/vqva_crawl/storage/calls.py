"""The trace of model calls: one row for each answer an agent got, in the annotate unit's part."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from vqva_crawl.records import Record


class ModelCall(Record):
    """An answer, and whose it was. `record` is the id of the document, pair or candidate asked
    about; `key` the answer's address in the cache; `cached` tells that it cost nothing this time.
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


CALLS = pa.schema(
    [(n, pa.string()) for n in ("document", "record", "role", "model", "prompt", "key")]
    + [(n, pa.int64()) for n in ("prompt_tokens", "completion_tokens")]
    + [("seconds", pa.float64()), ("cached", pa.bool_())]
    + [(n, pa.string()) for n in ("finish_reason", "text")]
)


def call_row(call: ModelCall) -> dict[str, Any]:
    return call.model_dump()
