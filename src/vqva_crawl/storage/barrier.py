"""What compares across units happens here, at a round's barrier, in a stated order.

Documents are compared in the order (round, URL key), samples in the order (round, id):
no timing decides what is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from vqva_crawl.storage import tables as t
from vqva_crawl.storage.units import DocumentRef


def signatures(c: Connection) -> list[tuple[str, bytes]]:
    """(id, MinHash) of all documents that are not known duplicates; checked ones come first."""
    d = t.documents.c
    order = (d.checked.desc(), d.round, d.key)
    query = select(d.id, d.minhash).where(d.duplicate_of == "").order_by(*order)
    return [(row.id, row.minhash) for row in c.execute(query)]


def mark_duplicates(c: Connection, duplicates: dict[str, str]) -> None:
    """Notes which documents repeat an earlier one; all others count as checked."""
    for document, kept in duplicates.items():
        where = t.documents.c.id == document
        c.execute(update(t.documents).where(where).values(duplicate_of=kept))
    c.execute(update(t.documents).values(checked=1))


def unchosen(
    c: Connection, number: int, keys: Iterable[str] | None
) -> list[tuple[str, DocumentRef]]:
    """(URL key, document) of those collected up to a round and not yet given to an annotate unit.

    Those with the given keys, in their order; or all, in the order (round, key).
    """
    d = t.documents.c
    where = d.annotate_unit.is_(None) & (d.round <= number)
    query = select(t.documents).where(where).order_by(d.round, d.key)
    rows = {row.key: row for row in c.execute(query)}
    fields = ("id", "unit", "query", "topic", "backend", "duplicate_of")
    return [
        (key, DocumentRef(**{f: rows[key]._mapping[f] for f in fields}))
        for key in dict.fromkeys(rows if keys is None else keys)
        if key in rows
    ]


class Place(NamedTuple):
    """Where a document lies."""

    id: str
    unit: str  # the collect unit


def annotated(c: Connection, units: Iterable[str]) -> dict[str, list[Place]]:
    """Annotate unit -> the documents that no later one was given, for those of `units`."""
    d, wanted = t.documents.c, set(units)
    found: dict[str, list[Place]] = {}
    query = select(d.annotate_unit, d.id, d.unit).where(d.annotate_unit.is_not(None))
    for holder, *place in c.execute(query.order_by(d.id)) if wanted else ():
        if holder in wanted:
            found.setdefault(holder, []).append(Place(*place))
    return found


def annotate_again(c: Connection, documents: Iterable[str]) -> None:
    """Documents that are to be chosen anew. Their samples stay, and the same ones are known."""
    rows = [{"again": id} for id in sorted(documents)]
    if rows:
        mine = t.documents.c.id == bindparam("again")
        c.execute(update(t.documents).where(mine).values(annotate_unit=None), rows)


def cap_samples(c: Connection, number: int, most: int) -> dict[str, int]:
    """Drops samples of this round beyond what the run allows; returns how many, by reason.

    `same_pair`: two documents gave the same two pictures in the same direction.
    `per_question_image`: the question picture already serves that many samples; and
    `per_answer_image`: the answer picture does (edits undone all lead back to few clean pictures).
    """
    s = t.samples.c
    earlier = (s.state == "accepted") & (s.round < number)
    kept = {(r.question, r.answer) for r in c.execute(select(s.question, s.answer).where(earlier))}
    questions = Counter(question for question, _ in kept)
    answers = Counter(answer for _, answer in kept)
    dropped: Counter[str] = Counter()
    for row in c.execute(select(t.samples).where(s.round == number).order_by(s.id)).all():
        pair = (row.question, row.answer)
        reason = ""
        if pair in kept:
            reason = "same_pair"
        elif questions[row.question] >= most:
            reason = "per_question_image"
        elif answers[row.answer] >= most:
            reason = "per_answer_image"
        if reason:
            dropped[reason] += 1
        else:
            kept.add(pair)
            questions[row.question] += 1
            answers[row.answer] += 1
        state = reason or "accepted"
        c.execute(update(t.samples).where(s.id == row.id).values(state=state))
    return dict(dropped)
