"""A scripted model that answers from verdicts on every ordered pair of pictures of 60 documents.

It knows documents by the marks in the request, pictures in reading size by their bytes, and those
on a contact sheet by their numbered lines in the page's text; calls without pictures by their
instruction. `recall` is the share of pairs that it sees on a contact sheet, drawn by hash.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gimp_documents import Corpus, names

from vqva_crawl.agents.vlm.page import numbered, reading
from vqva_crawl.clients.fake_model import ChatRequest
from vqva_crawl.records import Document

VERDICTS = Path(__file__).parent / "data/gimp_verdicts.json"
_MARK = re.compile(r"\[\[(?:page|question picture) (\w{8}) begins")
_LINE = re.compile(r"^\[picture (\d+)(.*)\]$", re.MULTILINE)
_QUOTED = re.compile(r'^"(.+)"$', re.MULTILINE)

# About as long as models are when they are told to think first.
THOUGHTS = {
    "retriever": "The page explains one operation and shows what it does to a picture. Some of its "
    "pictures show the same motif before and after; others only stand for an option or a "
    "dialog. I compare the captions, then the motifs, then the direction in which one "
    "leads to the other.",
    "instructor": "The question picture shows a motif with its colours, shapes and surroundings. "
    "The answer picture has the same motif in the same place; what differs is how it is "
    "drawn, lit or arranged. Nothing else has been exchanged, so that the second follows "
    "from the first by one operation that can be named without naming the motif.",
    "judge": "The request asks for one definite change. I look at what the question picture shows, "
    "what the request must lead to, and what the answer picture shows, one after the "
    "other: motif, place, size, colours, edges and background. Then I look for "
    "contradictions and for anything that the words alone would have told, and weigh the "
    "quality of what can be seen.",
    "blind": "The words name an operation but no motif. The result would be some view in which "
    "that operation can be seen; objects, colours and parts depend on a picture that is "
    "not here.",
}
PARTS = {
    "asks": "The request wants one definite operation on the scene at hand, with all the rest "
    "left as it is, and it wants to see the finished result rather than a description of "
    "the way there.",
    "sees": "It holds a clear main motif in the middle, a calm ground around it and some finer "
    "detail along the lower edge. Light falls from one side; tones run from deep shadow "
    "to bright areas.",
    "changes": "The operation works on neighbouring points together: where tones differ abruptly "
    "its effect is strong, on even areas it is hardly seen. So contours take on the new "
    "manner first, surfaces follow more gently, and the largest areas merely shift a "
    "little in tone.",
    "stays": "Place, size and order of everything remain, as do the frame and the point of view. "
    "No object is added and none is lost, apart from what the request itself puts there.",
    "answer": "The key step is to carry the operation through evenly from edge to edge. The "
    "finished picture shows the same motif in the same place, recognisable, with the "
    "wanted change on it.",
}


@dataclass(frozen=True)
class Verdict:
    """One ordered pair: `fails` is "" for gold, else the score that is below 2: QS, AS or CDS."""

    page: str
    question: str
    answer: str
    relation: str
    instruction: str
    fails: str

    @property
    def gold(self) -> bool:
        return not self.fails


def documents() -> list[dict[str, Any]]:
    """What the file says of each document."""
    return list(json.loads(VERDICTS.read_text())["documents"])


def verdicts() -> list[Verdict]:
    """All pairs but those that are rejected at the retriever: these are the rest."""
    return [Verdict(page=d["page"], **pair) for d in documents() for pair in d["pairs"]]


def drawn(verdict: Verdict, share: float) -> bool:
    key = "\n".join((verdict.page, verdict.question, verdict.answer))
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) < share * 16**8


class Verdicts:
    """The model. `jpegs` are the bytes sent of each picture, by sha256."""

    def __init__(self, corpus: Corpus, jpegs: Mapping[str, bytes], recall: float) -> None:
        self._base = corpus.base
        self._documents = {d.id[:8]: (page, d) for page, d in corpus.documents.items()}
        self._of_bytes = {jpeg: sha256 for sha256, jpeg in jpegs.items()}
        self._by_pair = {(v.page, v.question, v.answer): v for v in verdicts()}
        self._by_words = {v.instruction: v for v in self._by_pair.values()}
        self._recall = recall

    def __call__(self, request: ChatRequest) -> str:
        match (request.schema or {}).get("title"):
            case "Proposals":
                return json.dumps(self._proposals(request))
            case "Question":
                return json.dumps(self._question(self._pair(request)))
            case "Judgement":
                return json.dumps({"analysis": THOUGHTS["judge"], "score": self._score(request)})
            case "Guess":
                guess = "cannot be told, apart from the operation itself"
                return json.dumps({"analysis": THOUGHTS["blind"], "answer_shows": guess})
            case "Variants":
                return json.dumps({"variants": variants(self._named(request).instruction)})
            case "Parts":
                return json.dumps(PARTS)
        raise ValueError("a call that no agent of the chain makes")

    def _document(self, request: ChatRequest) -> tuple[str, Document]:
        found = _MARK.search(request.text)
        assert found, "the document's mark"
        return self._documents[found[1]]

    def _proposals(self, request: ChatRequest) -> dict[str, Any]:
        page, document = self._document(request)
        files = names(document, self._base)
        whole = {jpeg: self._of_bytes[jpeg] for jpeg in request.images if jpeg in self._of_bytes}
        shown = list(whole.values()) or on_sheet(document, request.text)
        seen = {files[sha256]: n for n, sha256 in enumerate(shown, 1)}
        pairs = [
            proposed(seen[v.question], seen[v.answer], v.relation)
            for v in self._by_pair.values()
            if v.page == page and {v.question, v.answer} <= seen.keys()
            if whole or drawn(v, self._recall)
        ]
        return {"analysis": THOUGHTS["retriever"], "pairs": pairs}

    def _pair(self, request: ChatRequest) -> Verdict | None:
        page, document = self._document(request)
        files = names(document, self._base)
        question, answer = (files[self._of_bytes[jpeg]] for jpeg in request.images)
        return self._by_pair.get((page, question, answer))

    def _question(self, verdict: Verdict | None) -> dict[str, Any]:
        asked = verdict.instruction if verdict else ""
        expectation = "It shows the same motif after the operation, and nothing else has changed."
        told = {"works": verdict is not None, "question": asked}
        return {"analysis": THOUGHTS["instructor"], **told, "expectation": asked and expectation}

    def _named(self, request: ChatRequest) -> Verdict:
        quoted = (found[1] for found in _QUOTED.finditer(request.text))
        return next(self._by_words[words] for words in quoted if words in self._by_words)

    def _score(self, request: ChatRequest) -> int:
        kind = "QS" if not request.images else _KINDS[" picture needed?" in request.text]
        return 1 if self._named(request).fails == kind else 2


def proposed(question: int, answer: int, family: str) -> dict[str, Any]:
    return {
        "relation": "the same motif after one operation",
        "why": "The second shows the motif of the first after the operation that is explained.",
        "direction": "the first is the source, the second was made of it",
        "family": family,
        "question": question,
        "answer": answer,
    }


_KINDS = ("AS", "CDS")


def variants(instruction: str) -> list[str]:
    told = instruction[0].lower() + instruction[1:]
    return [f"Please do this for me: {told}", f"I would like to see it so: {told}", f"Now {told}"]


def on_sheet(document: Document, text: str) -> list[str]:
    """sha256 by number on a sheet, told by the picture lines and what stands before each."""
    everything = numbered(document)
    known = iter(zip(_lines(reading(document, everything)), _order(document), strict=True))
    found: dict[int, str] = {}
    for line in _lines(text):
        sha256 = next(sha256 for said, sha256 in known if said[1:] == line[1:])
        found.setdefault(line[0], sha256)
    return [found[n] for n in sorted(found)]


def _lines(text: str) -> Iterator[Sequence[Any]]:
    """(number, words, the text before) of each line that stands for a picture."""
    before = ""
    for line in text.splitlines():
        picture = _LINE.match(line)
        if picture:
            yield int(picture[1]), picture[2], before
        else:
            before = line


def _order(document: Document) -> list[str]:
    return [item.sha256 for item in document.images() if item.sha256]
