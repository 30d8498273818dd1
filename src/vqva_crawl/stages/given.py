"""What agents of the chain give, looked at where it comes in: what is wrong is found there."""

from __future__ import annotations

from typing import Any

from vqva_crawl.records import Candidate, Corrected, Document, Drop, Pair, Record, Scores

GIVES = {
    "retriever": "a list of Pair",
    "instructor": "a Candidate or a Drop",
    "filter": "Scores, a Corrected or a Drop",
    "rewriter": "a list of str",
    "reasoner": "str",
}


def check_given(who: str, role: str, given: Any, record: Record, document: Document) -> None:
    """TypeError for what the role does not give; ValueError for pairs of another document, and a
    candidate of another pair than that of the `record` that was asked about."""
    if not fits(role, given):
        raise TypeError(f"{who} gave {type(given).__name__}, not {GIVES[role]}")
    for pair in given if role == "retriever" else ():
        if pair.document != document.id:
            raise ValueError(f"{who} gave a Pair of document '{pair.document}', not {document.id}")
    candidate = given.candidate if isinstance(given, Corrected) else given
    if isinstance(candidate, Candidate) and candidate.pair.id != asked_about(record):
        raise ValueError(f"{who} gave a Candidate of another Pair than it was asked about")


def fits(role: str, given: Any) -> bool:
    """Whether it has the type that the role gives."""
    match role:
        case "retriever":
            return isinstance(given, list) and all(isinstance(pair, Pair) for pair in given)
        case "instructor":
            return isinstance(given, (Candidate, Drop))
        case "filter":
            return isinstance(given, (Scores, Corrected, Drop))
        case "rewriter":
            return isinstance(given, list) and all(isinstance(text, str) for text in given)
    return isinstance(given, str)


def asked_about(record: Record) -> str:
    """The id that calls are filed under; a candidate's may change on its way, its pair's cannot."""
    about = record.pair if isinstance(record, Candidate) else record
    return str(getattr(about, "id", ""))
