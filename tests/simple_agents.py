"""Agents that take the first two pictures of a document: for tests of everything around agents."""

from __future__ import annotations

import vqva_crawl as vc


@vc.agent("retriever", name="simple")
async def retriever(document, context):
    places = [(n, i.sha256) for n, i in enumerate(document.items) if getattr(i, "sha256", "")]
    (q, question), (a, answer) = places[:2]
    assert context.picture(question).mode == "RGB"
    return [
        vc.Pair(
            document=document.id,
            question=question,
            answer=answer,
            question_item=q,
            answer_item=a,
            relation="causal",
            evidence="they stand together",
        )
    ]


@vc.agent("instructor", name="simple")
async def instructor(pair, context):
    title = context.document.title
    return vc.Candidate(pair=pair, instruction=f"Apply what this page is about: {title}.")


@vc.agent("filter", name="simple")
async def filter(candidate, context):
    return vc.Scores(question=2, answer=2, context=2)


@vc.agent("rewriter", name="simple")
async def rewriter(candidate, context):
    return [candidate.instruction.upper(), candidate.instruction]


@vc.agent("reasoner", name="simple")
async def reasoner(candidate, context):
    return "The picture shows something, and something happens to it."
