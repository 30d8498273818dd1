"""Answers of models that write JSON by hand are read where only one thing can be meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vqva_crawl.agents.vlm.instructor import Question
from vqva_crawl.agents.vlm.planner import Plan
from vqva_crawl.agents.vlm.retriever import Proposals
from vqva_crawl.clients.model.asking import read

PAIR = {
    "relation": "the same bean, later",
    "why": "It grew.",
    "direction": "forward",
    "family": "temporal",
    "question": 1,
    "answer": 2,
}


def proposed(*pairs: dict[str, Any]) -> list[tuple[str, int, int]]:
    found, wrong = read(json.dumps({"analysis": "Beans.", "pairs": pairs}), Proposals)
    assert found is not None, wrong
    return [(pair.family, pair.question, pair.answer) for pair in found.pairs]


@pytest.mark.parametrize(
    "slip",
    [
        {"family": "Temporal"},
        {"family": "temporal relation"},
        {"question": "picture 1", "answer": "#2"},
        {"question": "1"},
        {"direction": None},
        {"why": None},
    ],
)
def test_what_can_only_be_meant_in_one_way_is_read_so(slip: dict[str, Any]):
    assert proposed({**PAIR, **slip}) == [("temporal", 1, 2)]


@pytest.mark.parametrize(
    "odd", [{"family": "procedural"}, {"question": "the first"}, {"answer": None}]
)
def test_one_odd_proposal_does_not_cost_the_others(odd: dict[str, Any]):
    assert proposed({**PAIR, **odd}, {**PAIR, "answer": 3}) == [("temporal", 1, 3)]


def test_where_no_proposal_can_be_used_the_model_is_told_why():
    said = json.dumps({"analysis": "", "pairs": [{**PAIR, "family": "procedural"}]})
    found, wrong = read(said, Proposals)
    assert found is None
    assert wrong.startswith("pairs.0.family:")


def test_no_pairs_are_an_answer():
    assert read('{"pairs": []}', Proposals)[0] == Proposals(analysis="", pairs=[])


def test_one_odd_query_does_not_cost_the_others():
    good = {"text": "bean growth stages", "topic": "biology", "family": "temporal"}
    said = json.dumps({"analysis": "", "queries": [{**good, "family": "growing"}, good]})
    found, _ = read(said, Plan)
    assert found is not None
    assert [query.text for query in found.queries] == ["bean growth stages"]


@pytest.mark.parametrize(
    "text",
    [
        '{"works": false}',
        '{"analysis": "They differ.", "works": false, "question": null, "expectation": null}',
        '{"Question": {"analysis": "", "works": false, "question": "", "expectation": ""}}',
        '{"analysis": "Two\nlines.", "works": false, "question": "", "expectation": ""}',
        '{"analysis": "", "works": false, "question": "", "expectation": "",}',
        '```json\n{"works": false, "analysis": "a, }",\n}\n```',
    ],
)
def test_a_no_is_read_in_every_spelling(text: str):
    found, wrong = read(text, Question)
    assert found is not None, wrong
    assert not found.works


def test_an_answer_without_its_verdict_is_none():
    assert read('{"question": "How does it look?"}', Question)[0] is None
