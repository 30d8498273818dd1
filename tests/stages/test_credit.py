"""Whose a picture is: what was stated for it alone, else by its page, and never more."""

from __future__ import annotations

import json

import pytest

from vqva_crawl.records import Credit, Document, ImageItem, Picture, Sample, Scores, Target
from vqva_crawl.stages.annotate import credit

BY = "https://creativecommons.org/licenses/by/4.0/"
FILE = "https://wiki.test/wiki/File:A.jpg"
PAGE = Credit(licence="https://page.test/licence", evidence="rel=license")


def document(**facts: str) -> Document:
    url = "https://wiki.test/wiki/A"
    return Document(
        url=url,
        licence=PAGE.licence,
        licence_evidence=PAGE.evidence,
        items=(ImageItem.model_validate({"url": f"{url}.jpg", **facts}),),
        target=Target(key=url, url=url),
    )


@pytest.mark.parametrize(
    ("facts", "stated"),
    [
        ({}, PAGE),
        ({"author": "Ann Bee"}, PAGE.model_copy(update={"author": "Ann Bee"})),
        ({"licence": BY}, Credit(licence=BY, evidence="stated beside the picture")),
        (
            {"licence": BY, "author": "Ann Bee", "licence_evidence": FILE},
            Credit(licence=BY, author="Ann Bee", evidence=FILE),
        ),
        # Where its own page states none, that of the page which shows it is not its own.
        ({"licence_evidence": FILE}, Credit(evidence=FILE)),
    ],
)
def test_a_pictures_own_statement_comes_before_its_pages(facts, stated):
    assert credit(document(**facts), 0) == stated


def test_samples_of_earlier_runs_can_be_read():
    picture = Picture(
        sha256="a", url="u", width=1, height=1, format="png", phash="0", size=1, fetched_at=""
    )
    scores = Scores(question=2, answer=2, context=2)
    texts = "instruction reasoning topic page_url page_title query backend fetched_at language"
    sample = Sample(
        question=picture, answer=picture, variants=(), domain="reasoning", relation="causal",
        scores=scores, licence=BY, licence_evidence="rel=license", document="d", agents=(),
        **dict.fromkeys(texts.split(), ""),
    )  # fmt: skip
    earlier = json.loads(sample.model_dump_json())
    del earlier["question_credit"], earlier["answer_credit"]
    read = Sample.model_validate_json(json.dumps(earlier))
    assert read == sample
    assert read.question_credit == Credit()
    assert read.answer_credit == Credit(licence=BY, evidence="rel=license")
