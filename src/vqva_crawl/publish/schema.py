"""The dataset's Arrow schema, and a sample as one of its rows.

No value is null: what is not known is an empty string or an empty list, because the readers of
such datasets drop a row with a null silently.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from vqva_crawl.records import Picture, Sample

_STRING = pa.string()
_IMAGE = pa.struct([("bytes", pa.binary()), ("path", _STRING)])
IMAGE_COLUMNS = ("question_image", "answer_image")


def _strings(names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, _STRING) for name in names.split()]


_SOURCE = "page_url page_title question_image_url answer_image_url query backend fetched_at"
_CREDIT = pa.struct(_strings("licence author evidence"))
_AGENT = pa.struct(_strings("agent model prompt_digest"))
_FIELDS = pa.schema(
    [
        ("id", _STRING),
        *((name, _IMAGE) for name in IMAGE_COLUMNS),
        ("instruction", _STRING),
        ("variants", pa.list_(_STRING)),  # best first
        *_strings("reasoning domain relation topic"),
        ("scores", pa.struct([(n, pa.int8()) for n in ("question", "answer", "context")])),
        ("score_reasons", pa.struct(_strings("question answer context"))),
        ("source", pa.struct(_strings(f"{_SOURCE} licence licence_evidence language opt_outs"))),
        ("question_credit", _CREDIT),
        ("answer_credit", _CREDIT),
        (
            "hashes",
            pa.struct(_strings("question_sha256 answer_sha256 question_phash answer_phash")),
        ),
        (
            "sizes",
            pa.struct(
                (f"{picture}_{side}", pa.int32())
                for picture in ("question", "answer")
                for side in ("width", "height")
            ),
        ),
        (
            "lineage",
            pa.struct(
                [
                    ("run", _STRING),
                    ("round", pa.int32()),
                    *_strings("unit version"),
                    ("agents", pa.list_(_AGENT)),
                ]
            ),
        ),
    ]
)


def _feature(kind: pa.DataType) -> Any:
    """A column's Hugging Face feature, as `datasets.Features.to_dict` spells it.

    Lists are written in the short form `[feature]`, which all versions of `datasets` read; the
    named form is `Sequence` in some and `List` in others.
    """
    if kind == _IMAGE:
        return {"_type": "Image"}
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type) for field in kind}
    if pa.types.is_list(kind):
        return [_feature(kind.value_type)]
    return {"dtype": str(kind), "_type": "Value"}


def _with_features(fields: pa.Schema) -> pa.Schema:
    """The schema with the metadata that makes pictures show as pictures."""
    features = {field.name: _feature(field.type) for field in fields}
    return fields.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


SCHEMA: pa.Schema = _with_features(_FIELDS)


def row(
    sample: Sample, question: bytes, answer: bytes, run: str, round: int, unit: str, version: str
) -> dict[str, Any]:
    """One row of the dataset: a sample, its pictures' encoded bytes, and where it was made.

    `run`, `round`, `unit` name the annotate unit it comes from, `version` this package's version.
    """
    return {
        "id": sample.id,
        "question_image": _image(sample.question, question),
        "answer_image": _image(sample.answer, answer),
        "instruction": sample.instruction,
        "variants": list(sample.variants),
        "reasoning": sample.reasoning,
        "domain": sample.domain,
        "relation": sample.relation,
        "topic": sample.topic,
        "scores": sample.scores.model_dump(include={"question", "answer", "context"}),
        "score_reasons": {
            "question": sample.scores.question_reason,
            "answer": sample.scores.answer_reason,
            "context": sample.scores.context_reason,
        },
        "source": _source(sample),
        "question_credit": sample.question_credit.model_dump(),
        "answer_credit": sample.answer_credit.model_dump(),
        "hashes": _of_both(sample, "sha256", "phash"),
        "sizes": _of_both(sample, "width", "height"),
        "lineage": {
            "run": run,
            "round": round,
            "unit": unit,
            "version": version,
            "agents": [mark.model_dump() for mark in sample.agents],
        },
    }


def _image(picture: Picture, content: bytes) -> dict[str, Any]:
    return {"bytes": content, "path": f"{picture.sha256}.{picture.format}"}


def _of_both(sample: Sample, *facts: str) -> dict[str, Any]:
    """`question_<fact>` and `answer_<fact>` of the two pictures."""
    pictures = (("question", sample.question), ("answer", sample.answer))
    return {f"{name}_{fact}": getattr(p, fact) for name, p in pictures for fact in facts}


def _source(sample: Sample) -> dict[str, str]:
    return {
        "page_url": sample.page_url,
        "page_title": sample.page_title,
        "question_image_url": sample.question.url,
        "answer_image_url": sample.answer.url,
        "query": sample.query,
        "backend": sample.backend,
        "fetched_at": sample.fetched_at,
        "licence": sample.licence,
        "licence_evidence": sample.licence_evidence,
        "language": sample.language,
        "opt_outs": sample.opt_outs,
    }
