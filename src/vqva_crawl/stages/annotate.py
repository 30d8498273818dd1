"""annotate: a document becomes samples, by five agents that share no memory.

A `Draft` is what has been decided so far; each stage asks one agent and adds its answer.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from PIL.Image import Image

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.prompts import prompts_digest
from vqva_crawl.clients.base import ChatModel
from vqva_crawl.clients.model.asked import Asked, told_without
from vqva_crawl.clients.model.roles import second_of
from vqva_crawl.config import AgentChoice, Agents
from vqva_crawl.foreign import contained
from vqva_crawl.records import (
    AgentMark,
    Candidate,
    Corrected,
    Credit,
    Document,
    Drop,
    ImageItem,
    Pair,
    Record,
    Rejected,
    Sample,
    Scores,
    Topic,
)
from vqva_crawl.registry import lookup
from vqva_crawl.stages.given import asked_about, check_given
from vqva_crawl.stages.topics import place
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.units import DocumentRef

AgentCall = Callable[[Any, AgentContext], Awaitable[Any]]
Note = Callable[[ModelCall], object]
Marks = tuple[AgentMark, ...]


class Work(Record):
    """A document on its way into the chain, with what led to it."""

    document: Document
    ref: DocumentRef

    @property
    def id(self) -> str:
        return self.document.id


class Draft(Record):
    work: Work
    pair: Pair
    candidate: Candidate | None = None
    scores: Scores | None = None
    variants: tuple[str, ...] = ()
    agents: Marks = ()  # who made it so far

    @property
    def id(self) -> str:
        return self.candidate.id if self.candidate else f"{self.work.id}-{self.pair.id}"

    @property
    def current(self) -> Candidate:
        assert self.candidate is not None, "the instruct stage comes first"
        return self.candidate

    def after(self, by: Marks, **decided: Any) -> Draft:
        """With what one more agent decided."""
        return self.model_copy(update={"agents": self.agents + by, **decided})


@dataclass(frozen=True)
class Chain:
    """What the stages of the chain have in common: agents by role, and what agents may use.

    `models` holds a model for each role whose agent asks one; `jpeg` gives the bytes that are sent
    of a picture; each answer is told to `note`.
    """

    agents: Agents
    picture: Callable[[str], Image]
    topics: tuple[Topic, ...]
    seed: int
    models: Mapping[str, ChatModel] = field(default_factory=dict)
    jpeg: Callable[[str], Awaitable[bytes]] | None = None
    note: Note = id

    def choice(self, role: str) -> AgentChoice:
        choice: AgentChoice = getattr(self.agents, role)
        return choice

    async def ask(self, role: str, record: Record, document: Document) -> tuple[Any, Marks]:
        """What the role's agent gave, checked, and who that was."""
        choice = self.choice(role)
        answered: set[str] = set()

        def note(call: ModelCall) -> None:
            answered.add(call.model)
            self.note(call)

        def model(key: str) -> ChatModel | None:
            known = self.models.get(key)
            return known and Asked(known, role, document.id, asked_about(record), note)

        context = AgentContext(
            options=choice.options,
            document=document,
            picture=self.picture,
            topics=self.topics,
            model=model(role),
            second=model(second_of(role)),
            jpeg=self.jpeg,
            seed=self.seed,
        )
        call: AgentCall = lookup(role, choice.name)
        who = f"{role} '{choice.name}'"
        with contained(who), told_without(role, choice.name, context.model):
            given = await call(record, context)
        check_given(who, role, given, record, document)
        return given, marks(role, choice, answered)


def marks(role: str, choice: AgentChoice, models: Iterable[str]) -> Marks:
    """One for each model that answered, by name, so that no timing decides their order."""
    prompts = prompts_digest(role, choice.name, choice.options)
    mark = AgentMark(agent=f"{role}:{choice.name}", prompt_digest=prompts)
    return tuple(mark.model_copy(update={"model": model}) for model in sorted(models)) or (mark,)


class _ChainStage:
    name: ClassVar[str] = ""
    version: ClassVar[str] = "1"

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def _drop(self, draft: Draft, reason: str, detail: str, **payload: Any) -> Rejected:
        url = draft.work.document.url
        return rejected(self.name, draft.id, reason, detail, url, {**facts(draft), **payload})


def facts(draft: Draft) -> dict[str, Any]:
    """What a rejected draft is remembered by."""
    instruction = draft.candidate.instruction if draft.candidate else ""
    return {"pair": draft.pair.model_dump(mode="json"), "instruction": instruction}


def rejected(
    stage: str, id: str, reason: str, detail: str, url: str, payload: Mapping[str, Any]
) -> Rejected:
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    return Rejected(id=id, stage=stage, reason=reason, detail=detail, url=url, payload=text)


class Duplicates:
    """Documents that the round's barrier found to repeat an earlier one."""

    name: ClassVar[str] = "duplicates"
    version: ClassVar[str] = "1"

    async def __call__(self, work: Work) -> Work | Rejected:
        if not work.ref.duplicate_of:
            return work
        detail = f"repeats document {work.ref.duplicate_of}"
        return rejected(self.name, work.id, "near_duplicate", detail, work.document.url, {})


class Retrieve(_ChainStage):
    name: ClassVar[str] = "retrieve"

    async def __call__(self, work: Work) -> list[Draft | Rejected] | Rejected:
        pairs: list[Pair]
        pairs, by = await self._chain.ask("retriever", work.document, work.document)
        if not pairs:
            detail = "no two pictures of the document form a question and its answer"
            return rejected(self.name, work.id, "no_pair", detail, work.document.url, {})
        return [self._checked(Draft(work=work, pair=pair, agents=by)) for pair in pairs]

    def _checked(self, draft: Draft) -> Draft | Rejected:
        if draft.pair.question != draft.pair.answer:
            return draft
        return self._drop(draft, "same_picture", "question and answer are one and the same picture")


class Instruct(_ChainStage):
    name: ClassVar[str] = "instruct"

    async def __call__(self, draft: Draft) -> Draft | Rejected:
        answer: Candidate | Drop
        answer, by = await self._chain.ask("instructor", draft.pair, draft.work.document)
        if isinstance(answer, Drop):
            return self._drop(draft, answer.reason, answer.detail, **answer.facts)
        return draft.after(by, candidate=answer)


class Filter(_ChainStage):
    """Only 2 + 2 + 2 passes (VQ-VA World, stage 2); the lowest score names the reason."""

    name: ClassVar[str] = "filter"

    async def __call__(self, draft: Draft) -> Draft | Rejected:
        given: Scores | Corrected | Drop
        given, by = await self._chain.ask("filter", draft.current, draft.work.document)
        if isinstance(given, Drop):
            return self._drop(draft, given.reason, given.detail, **given.facts)
        if isinstance(given, Corrected):
            draft = draft.model_copy(update={"candidate": given.candidate})
        scores = given.scores if isinstance(given, Corrected) else given
        if scores.perfect:
            return draft.after(by, scores=scores)
        kind = min(("question", "answer", "context"), key=lambda k: getattr(scores, k))
        detail = getattr(scores, f"{kind}_reason")
        return self._drop(draft, f"{kind}_score", detail, scores=scores.model_dump())


class Rewrite(_ChainStage):
    name: ClassVar[str] = "rewrite"

    async def __call__(self, draft: Draft) -> Draft:
        variants: list[str]
        variants, by = await self._chain.ask("rewriter", draft.current, draft.work.document)
        kept = [v for v in dict.fromkeys(variants) if v != draft.current.instruction]
        return draft.after(by, variants=tuple(kept))


class Reason(_ChainStage):
    name: ClassVar[str] = "reason"

    async def __call__(self, draft: Draft) -> Sample | Rejected:
        reasoning: str
        reasoning, by = await self._chain.ask("reasoner", draft.current, draft.work.document)
        if not reasoning.strip():
            return self._drop(draft, "empty_reasoning", "the reasoner said nothing")
        return self._sample(draft.after(by), reasoning)

    def _sample(self, draft: Draft, reasoning: str) -> Sample:
        document, ref, pair = draft.work.document, draft.work.ref, draft.pair
        assert draft.scores is not None, "the filter stage comes first"
        topic, domain = place(document, pair.relation, ref.topic, self._chain.topics)
        answer_credit = credit(document, pair.answer_item)
        return Sample(
            question=document.picture(pair.question),
            answer=document.picture(pair.answer),
            instruction=draft.current.instruction,
            variants=draft.variants,
            reasoning=reasoning,
            domain=domain,
            relation=pair.relation,
            topic=topic,
            scores=draft.scores,
            page_url=document.url,
            page_title=document.title,
            query=ref.query,
            backend=ref.backend,
            fetched_at=document.fetched_at,
            licence=answer_credit.licence,
            licence_evidence=answer_credit.evidence,
            question_credit=credit(document, pair.question_item),
            answer_credit=answer_credit,
            opt_outs=document.opt_outs,
            language=document.language,
            document=document.id,
            agents=draft.agents,
        )


def credit(document: Document, item: int) -> Credit:
    """Of the picture that stands there: what was stated for it alone, else for its page."""
    shown = document.items[item]
    if not isinstance(shown, ImageItem):
        return Credit(licence=document.licence, evidence=document.licence_evidence)
    if shown.licence or shown.licence_evidence:
        evidence = shown.licence_evidence or "stated beside the picture"
        return Credit(licence=shown.licence, author=shown.author, evidence=evidence)
    licence, evidence = document.licence, document.licence_evidence
    return Credit(licence=licence, author=shown.author, evidence=evidence)
