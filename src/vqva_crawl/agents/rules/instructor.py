"""Pair -> candidate: the instruction that leads from the question picture to the answer picture."""

from __future__ import annotations

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.finding import material
from vqva_crawl.agents.rules.guards import fault, points
from vqva_crawl.agents.rules.relations import relate
from vqva_crawl.records import Candidate, Drop, Pair, digest
from vqva_crawl.registry import Options, agent


@agent("instructor", name="rules", options=Options, asks=False)
async def instructor(pair: Pair, context: AgentContext) -> Candidate | Drop:
    """An instruction for the pair, or why none could be written.

    The relation is found anew, so that pairs of another retriever are welcome.
    """
    stuff = material(context)
    finding = relate(stuff, stuff.at(pair.question_item), stuff.at(pair.answer_item))
    if finding is None:
        return Drop(
            reason="no_relation", detail="the rules find no relation between the two pictures"
        )
    sound = [ask for ask in finding.asks if not fault(ask) and points(ask)]
    if not sound:
        return Drop(reason="no_sentence", detail=f"no sound sentence: {fault(finding.asks[0])}")
    return Candidate(
        pair=pair,
        instruction=sound[choice(pair.id, len(sound))],
        expectation=f"The answer shows it {finding.shows}.",
    )


def choice(key: str, among: int) -> int:
    """A number below `among` that depends on the key alone."""
    return int(digest(key)[:8], 16) % among
