"""Putting a record's story together from ledger and parts, none of which is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from vqva_crawl.agents.vlm.prompts import call_digest
from vqva_crawl.clients.model.asking import objects
from vqva_crawl.clients.model.roles import choices
from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.inspecting.find import Place, find
from vqva_crawl.inspecting.story import Origin, Related, Shown, Story, Told
from vqva_crawl.records import (
    AgentMark,
    Credit,
    Document,
    ImageItem,
    Picture,
    Record,
    Rejected,
    Sample,
    Scores,
    digest,
)
from vqva_crawl.registry import prompts_of
from vqva_crawl.stages.annotate import credit
from vqva_crawl.storage import history
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.calls import ModelCall, led_to, pair_of
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import PartStore, decode
from vqva_crawl.storage.units import Unit

STAGES = {  # of the chain, with the agent that each asks
    "retrieve": "retriever",
    "instruct": "instructor",
    "filter": "filter",
    "rewrite": "rewriter",
    "reason": "reasoner",
}


def story_of(id: str, config: Config, folder: RunFolder, ledger: Ledger) -> Story:
    """The story of the record that `id` means. Raises ConfigError, StorageError."""
    parts = folder.parts()
    place, others = find(id.lower(), ledger, parts)
    unit = _unit(place.unit, ledger)
    end = _sample(place, parts) if place.part == "samples" else _rejected(place, parts)
    stage, _, state = place.ended.rpartition(": ")
    known = (
        _of_sample(end, _document(end.document, ledger, parts))
        if isinstance(end, Sample)
        else _of_rejected(end, unit, config, ledger, parts)
    )
    units = dict.fromkeys((_home(known["document"].id, ledger), place.unit))
    calls = led_to((call for id in units for call in _calls(id, ledger, parts)), end)
    planning = _planning(known["document"].query, ledger)
    return Story(
        run=config.name,
        id=end.id,
        unit=unit.id,
        round=unit.round,
        state=state,
        stage=stage,
        planning=tuple(_told(planning, config)),
        calls=tuple(_told(calls, config)),
        others=tuple(dict.fromkeys(f"{p.ended} in {p.unit}" for p in others)),
        **known,
    )


# rows -----------------------------------------------------------------------------------------


def _unit(id: str, ledger: Ledger) -> Unit:
    with ledger.begin() as c:
        payload = c.scalar(select(t.units.c.payload).where(t.units.c.id == id))
    return Unit.model_validate_json(payload or "null")


def _sample(place: Place, parts: PartStore) -> Sample:
    rows = parts.read(place.unit, "samples", ["id", "record"])
    return next(decode((row for row in rows if row["id"] == place.id), Sample))


def _rejected(place: Place, parts: PartStore) -> Rejected:
    """The unit's last row of this id that ended there."""
    rows = (Rejected(**row) for row in parts.read(place.unit, "rejected"))
    mine = [r for r in rows if r.id == place.id and f"{r.stage}: {r.reason}" == place.ended]
    return mine[-1]


def _document(id: str, ledger: Ledger, parts: PartStore) -> Document | None:
    """None for what did not become a document of the run."""
    unit = _home(id, ledger)
    if not unit:
        return None
    rows = parts.read(unit, "documents", ["id", "record"])
    return next(decode((row for row in rows if row["id"] == id), Document), None)


def _home(document: str, ledger: Ledger) -> str:
    """The collect unit that kept a document, "" for one that was not kept."""
    with ledger.begin() as c:
        return c.scalar(select(t.documents.c.unit).where(t.documents.c.id == document)) or ""


def _calls(unit: str, ledger: Ledger, parts: PartStore) -> Iterator[ModelCall]:
    """None for a unit without a file of them, or of an older version."""
    with ledger.begin() as c:
        files = c.scalar(select(t.units.c.files).where(t.units.c.id == unit))
    if "calls" in json.loads(files or "{}"):
        yield from (ModelCall(**row) for row in parts.read(unit, "calls"))


def _planning(query: str, ledger: Ledger) -> list[ModelCall]:
    """The planner's calls whose answer holds a query; none where the rules wrote it."""
    with ledger.begin() as c:
        calls = history.plan_calls(c, query)
    return [call for call in calls if _holds(call.text, query)]


def _holds(answer: str, query: str) -> bool:
    """As it stands, or as a string in the JSON of it, however that is escaped."""
    said = json.dumps(query)[1:-1]
    return query in answer or any(said in json.dumps(found) for found in objects(answer))


# what they tell -------------------------------------------------------------------------------


def _of_sample(sample: Sample, document: Document | None) -> dict[str, Any]:
    origin = Origin(
        id=sample.document,
        title=sample.page_title,
        url=sample.page_url,
        **sample.model_dump(include=set(Origin.model_fields) - {"id", "title", "url"}),
    )
    pair = digest(sample.question.sha256, sample.answer.sha256)
    return {
        "document": origin,
        "question": _shown(sample.question, document, sample.question_credit),
        "answer": _shown(sample.answer, document, sample.answer_credit),
        "pair": Related(id=pair, relation=sample.relation),
        "instruction": sample.instruction,
        "variants": sample.variants,
        "scores": sample.scores,
        "reasoning": sample.reasoning,
        "agents": sample.agents,
    }


def _of_rejected(
    rejected: Rejected, unit: Unit, config: Config, ledger: Ledger, parts: PartStore
) -> dict[str, Any]:
    payload = json.loads(rejected.payload)
    pair = pair_of(rejected)
    id = pair.document if pair else rejected.id
    document = _document(id, ledger, parts)
    known = {
        "detail": rejected.detail,
        "document": _origin(rejected, document, unit, id),
        "agents": _reached(rejected.stage, config),
        "payload": payload,
    }
    if pair is None or document is None:
        return known
    scores = payload.get("scores")
    return known | {
        "question": _of_pair(document, pair.question, pair.question_item),
        "answer": _of_pair(document, pair.answer, pair.answer_item),
        "pair": Related(id=pair.id, **pair.model_dump(include={"relation", "evidence", "cues"})),
        "instruction": payload.get("instruction", ""),
        "scores": scores and Scores.model_validate(scores),
    }


def _origin(rejected: Rejected, document: Document | None, unit: Unit, id: str) -> Origin:
    led: list[Record] = [ref for ref in unit.documents if ref.id == id]
    led += [t for t in unit.targets if t.id == id or t.url == rejected.url]
    why = led[0].model_dump(include={"query", "topic", "backend"}) if led else {}
    if document is None:
        return Origin(url=rejected.url, **why)
    facts = {"title", "url", "fetched_at", "language", "licence", "licence_evidence"}
    return Origin(id=document.id, **document.model_dump(include=facts), **why)


def _of_pair(document: Document, sha256: str, item: int) -> Shown:
    return _shown(document.picture(sha256), document, credit(document, item), item)


def _shown(
    picture: Picture, document: Document | None, by: Credit, item: int | None = None
) -> Shown:
    """A picture with the words at its place, or where it stands with the most of them."""
    said: dict[str, str] = {}
    if document is not None:
        places = [i for i in document.images() if i.sha256 == picture.sha256]
        stands = document.items[item] if item is not None else max(places, key=_words)
        said = stands.model_dump(include={"caption", "alt"})
    facts = {"sha256", "url", "width", "height", "format", "size"}
    return Shown(**picture.model_dump(include=facts), **said, credit=by)


def _words(item: ImageItem) -> int:
    return len(f"{item.caption} {item.alt}".split())


def _reached(stage: str, config: Config) -> tuple[AgentMark, ...]:
    """The agents of the chain up to a stage; none for one before the chain."""
    order = list(STAGES)
    if stage not in order:
        return ()
    roles = [STAGES[name] for name in order[: order.index(stage) + 1]]
    chosen = choices(config)
    return tuple(AgentMark(agent=f"{role}:{chosen[role].name}") for role in roles)


def _told(calls: Iterable[ModelCall], config: Config) -> Iterator[Told]:
    chosen = choices(config)
    for call in calls:
        names = prompts_of(call.role, chosen[call.role].name)
        name = next((n for n in names if _digest(n) == call.prompt), "")
        yield Told(**call.model_dump(), prompt_name=name)


def _digest(prompt: str) -> str:
    try:
        return call_digest(prompt)
    except ConfigError:  # the file is gone; its answers are not
        return ""
