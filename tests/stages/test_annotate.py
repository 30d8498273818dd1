"""What agents of a user's own give is looked at before it goes on."""

from __future__ import annotations

import pytest

import vqva_crawl as vc
from vqva_crawl.config import AgentChoice, Agents
from vqva_crawl.pipeline import annotating, run_stages
from vqva_crawl.records import Corrected, Document, Record, Rejected, Target, TextItem
from vqva_crawl.stages.annotate import Chain, Work
from vqva_crawl.storage.units import DocumentRef
from vqva_crawl.tally import Progress, Tally

PAGE = Target(key="http://a.test/", url="http://a.test/")
DOCUMENT = Document(url=PAGE.url, target=PAGE, items=(TextItem(text="How a bean grows."),))
A, B = "a" * 64, "b" * 64
GOOD = vc.Scores(question=2, answer=2, context=2)


def pair(question: str, answer: str, document: str = DOCUMENT.id) -> vc.Pair:
    return vc.Pair(
        document=document,
        question=question,
        answer=answer,
        question_item=0,
        answer_item=0,
        relation="causal",
        evidence="one follows the other",
    )


def candidate(of: vc.Pair) -> vc.Candidate:
    return vc.Candidate(pair=of, instruction="What comes of it?")


async def outcome(monkeypatch: pytest.MonkeyPatch, **given: object) -> list[Record]:
    """What a document becomes where these roles give this; a role that is not named fails."""

    def agent(kind: str, name: str):
        async def gives(record, context):
            mine = given[kind]
            return mine(record) if callable(mine) else mine

        return gives

    monkeypatch.setattr("vqva_crawl.stages.annotate.lookup", agent)
    choices = {role: AgentChoice(name="mine") for role in Agents.model_fields}
    chain = Chain(Agents(**choices), picture=lambda sha256: None, topics=(), seed=0)
    stages = annotating(chain)
    ref = DocumentRef(id=DOCUMENT.id, unit="u")
    return await run_stages([Work(document=DOCUMENT, ref=ref)], stages, Tally(stages, Progress()))


async def lost(monkeypatch: pytest.MonkeyPatch, **given: object) -> tuple[str, str, str]:
    [end] = await outcome(monkeypatch, **given)
    assert isinstance(end, Rejected)
    return end.stage, end.reason, end.detail


async def test_a_pair_of_one_picture_is_refused_and_the_others_go_on(monkeypatch):
    pairs = [pair(A, A), pair(A, B)]
    ends = await outcome(monkeypatch, retriever=pairs, instructor=vc.Drop(reason="seen"))
    told = [(end.stage, end.reason) for end in ends if isinstance(end, Rejected)]
    assert sorted(told) == [("instruct", "seen"), ("retrieve", "same_picture")]
    assert len({end.id for end in ends}) == 2


async def test_a_pair_of_another_document_is_refused_with_what_was_given(monkeypatch):
    stage, reason, said = await lost(monkeypatch, retriever=[pair(A, B, document="f" * 32)])
    assert (stage, reason) == ("retrieve", "error")
    assert said.startswith("ValueError: retriever 'mine' gave a Pair of document 'ffff")
    assert said.endswith(f"not {DOCUMENT.id}")


async def test_a_candidate_of_another_pair_is_refused(monkeypatch):
    said = "gave a Candidate of another Pair than it was asked about"
    stage, reason, detail = await lost(
        monkeypatch, retriever=[pair(A, B)], instructor=candidate(pair(A, A))
    )
    assert (stage, reason) == ("instruct", "error")
    assert said in detail
    stage, reason, detail = await lost(
        monkeypatch,
        retriever=[pair(A, B)],
        instructor=candidate,
        filter=Corrected(candidate=candidate(pair(B, A)), scores=GOOD),
    )
    assert (stage, reason) == ("filter", "error")
    assert said in detail


async def test_a_wrong_type_is_refused_with_its_name(monkeypatch):
    stage, reason, said = await lost(monkeypatch, retriever=(pair(A, B),))
    assert (stage, reason) == ("retrieve", "error")
    assert said == "TypeError: retriever 'mine' gave tuple, not a list of Pair"
