"""Document -> pairs: which two pictures are related, in which direction, and why."""

from __future__ import annotations

from collections import Counter

from pydantic import Field

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material, material
from vqva_crawl.agents.rules.relations import relate
from vqva_crawl.records import Document, Pair
from vqva_crawl.registry import Options, agent

Found = tuple[Finding, Shown, Shown]


class RetrieverOptions(Options):
    min_strength: float = Field(0.5, ge=0)
    """Weaker findings are left out."""
    max_pairs: int = Field(24, ge=1)
    """Of one document."""
    max_per_question: int = Field(8, ge=1)
    """Pairs of one document that share their question picture."""
    max_undone: int = Field(2, ge=0)
    """Pairs that lead back to one answer picture, where many disturbed ones do."""


@agent("retriever", name="rules", options=RetrieverOptions, asks=False)
async def retriever(document: Document, context: AgentContext) -> list[Pair]:
    """Pairs of related pictures, strongest first."""
    options = RetrieverOptions.model_validate(context.options)
    found = candidates(material(context), options.min_strength)
    chosen = select(found, options)
    return [_pair(document, *one) for one in chosen]


def candidates(stuff: Material, least: float) -> list[Found]:
    """Every ordered pair of different pictures with a relation that is strong enough."""
    found: list[Found] = []
    for question in stuff.pictures:
        for answer in stuff.pictures:
            if question.sha256 == answer.sha256:
                continue
            finding = relate(stuff, question, answer)
            if finding is not None and finding.strength >= least:
                found.append((finding, question, answer))
    return sorted(found, key=lambda f: (-f[0].strength, abs(f[1].item - f[2].item), f[2].item))


def select(found: list[Found], options: RetrieverOptions) -> list[Found]:
    """Each answer once, each way of asking about a question once, and not one question only."""
    chosen: list[Found] = []
    answers: Counter[str] = Counter()
    asked: set[tuple[str, str]] = set()
    questions: Counter[str] = Counter()
    for finding, question, answer in found:
        undo = finding.family == "undo"  # many disturbed pictures may lead back to one clean one
        key = (answer.sha256 if undo else question.sha256, finding.asks[0])
        if answers[answer.sha256] >= (options.max_undone if undo else 1) or key in asked:
            continue
        if questions[question.sha256] >= options.max_per_question:
            continue
        chosen.append((finding, question, answer))
        answers[answer.sha256] += 1
        asked.add(key)
        questions[question.sha256] += 1
        if len(chosen) == options.max_pairs:
            break
    return chosen


def _pair(document: Document, finding: Finding, question: Shown, answer: Shown) -> Pair:
    return Pair(
        document=document.id,
        question=question.sha256,
        answer=answer.sha256,
        question_item=question.item,
        answer_item=answer.item,
        relation=finding.relation,
        evidence=finding.evidence,
        cues={"family": finding.family, **{k: v for k, v in finding.cues.items() if v}},
        strength=finding.strength,
    )
