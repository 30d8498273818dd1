"""A document's texts before a model reads them, and what may not come out of it.

What speaks to a model is left out; words that stand beside it, or in a sentence that may be asking
for something to be said, and nowhere else in the document, are not taken back: an answer that holds
one has listened to the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vqva_crawl.agents.rules.text import GENERIC, STOP
from vqva_crawl.agents.vlm.folding import bare, folded
from vqva_crawl.agents.vlm.speech import suspect, to_a_model
from vqva_crawl.clients import wording
from vqva_crawl.records import Document, TextItem

GRAM = 4  # words in a row that are no chance
WINDOW = 6  # pieces of a sentence that may be spread over several texts
_SHORT = 5  # words up to which a sentence counts as such a piece
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_ENDED = re.compile(r"[.!?。！？]\W*$")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(slots=True)
class _Piece:
    """A sentence, or as much of one as stands in one text. `state` tells what becomes of it."""

    at: int  # of the text
    text: str
    folded: str
    state: str = "kept"  # kept, tainted (kept, but not taken back), dropped

    @property
    def open(self) -> bool:
        return not _ENDED.search(self.text) or len(self.folded.split()) <= _SHORT


@dataclass(frozen=True)
class Screened:
    said: dict[str, str]  # a text as it stands -> as a model may read it
    words: frozenset[str]  # stems that stand in tainted or dropped pieces alone
    grams: frozenset[tuple[str, ...]]  # rows of words, the same

    def foul(self, text: str) -> str:
        """The first word or row of words that may only come from where the page asked for it."""
        tokens = _tokens(text)
        for token in tokens:
            if wording.stem(token) in self.words:
                return token
        row = next((row for row in _rows(tokens) if row in self.grams), ())
        return " ".join(row)


def safe(text: str) -> str:
    """One text by itself as a model may read it."""
    return _screened((text,)).said.get(text, "")


def screened(document: Document) -> Screened:
    """Of a document's title, texts, captions and alt texts, in reading order."""
    return _screened(tuple(_texts(document)))


def _texts(document: Document) -> Iterator[str]:
    yield document.title
    for item in document.items:
        if isinstance(item, TextItem):
            yield item.text
        else:
            yield from dict.fromkeys(filter(None, (item.caption, item.figure_caption, item.alt)))


@lru_cache(64)  # the agents of a chain ask for the same document
def _screened(texts: tuple[str, ...]) -> Screened:
    pieces = [
        _Piece(at, sentence, folded(sentence))
        for at, text in enumerate(texts)
        for sentence in map(str.strip, _SENTENCE.split(bare(text)))
        if sentence
    ]
    _drop(pieces)
    _taint(pieces)
    return _sorted(_said(texts, pieces), pieces)


def _sorted(said: dict[str, str], pieces: list[_Piece]) -> Screened:
    """What stands in tainted or dropped pieces and neither in others nor in anybody's mouth."""
    unclean = [_TOKEN.findall(piece.folded) for piece in pieces if piece.state != "kept"]
    if not unclean:
        return Screened(said, frozenset(), frozenset())
    clean = [_TOKEN.findall(piece.folded) for piece in pieces if piece.state == "kept"]
    known = _COMMON | {wording.stem(token) for token in {t for row in clean for t in row}}
    rows = {row for tokens in unclean for row in _rows(tokens)}
    stems = {wording.stem(token) for tokens in unclean for token in tokens if _telling(token)}
    return Screened(
        said,
        frozenset(stems - known),
        frozenset(rows - {row for tokens in clean for row in _rows(tokens)}),
    )


def _drop(pieces: list[_Piece]) -> None:
    for piece in pieces:
        if to_a_model(piece.folded):
            piece.state = "dropped"
    for start in range(len(pieces)):
        _drop_spread(_window(pieces, start))


def _window(pieces: list[_Piece], start: int) -> list[_Piece]:
    """The pieces from `start` on that may be one sentence."""
    window: list[_Piece] = []
    for piece in pieces[start : start + WINDOW]:
        window.append(piece)
        if not piece.open:
            break
    return window


def _drop_spread(window: list[_Piece]) -> None:
    """Drops what speaks to a model only when it is read in one go."""
    if len(window) < 2 or any(piece.state == "dropped" for piece in window):
        return
    found = to_a_model(" ".join(piece.folded for piece in window))
    place = 0
    for piece in window:
        if found and place < found.end() and place + len(piece.folded) > found.start():
            piece.state = "dropped"
        place += len(piece.folded) + 1


def _taint(pieces: list[_Piece]) -> None:
    """Suspect pieces; beside dropped ones all that stands there, and suspect ones go."""
    near = {p.at + step for p in pieces if p.state == "dropped" for step in (-1, 0, 1)}
    for piece in pieces:
        asks = suspect(piece.folded)
        if piece.state == "dropped" or not (asks or piece.at in near):
            continue
        piece.state = "dropped" if asks and piece.at in near else "tainted"


def _said(texts: tuple[str, ...], pieces: list[_Piece]) -> dict[str, str]:
    kept: dict[int, list[str]] = {}
    for piece in pieces:
        if piece.state != "dropped":
            kept.setdefault(piece.at, []).append(piece.text)
    said = {text: " ".join(" ".join(kept.get(at, ())).split()) for at, text in enumerate(texts)}
    # A text that stands twice is left out where either of its places asks for that.
    for at, text in enumerate(texts):
        shorter = " ".join(" ".join(kept.get(at, ())).split())
        said[text] = min(said[text], shorter, key=len)
    return said


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(folded(text))


def _telling(token: str) -> bool:
    return len(token) > 3 or not token.isalpha() or not token.isascii()


def _rows(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(GRAM)), strict=False)


_COMMON_WORDS = (
    "answer question picture request reader page thing object shape scene plant animal person "
    "people hand body head water light dark bright white black grey gray blue green yellow orange "
    "brown pink purple line edge corner side surface ground sky side part piece whole small large "
    "long short wide thin thick round square flat high deep near far above below behind around "
    "grow grown growth look looks would will could later after before become becomes turn turned "
    "open opened close closed cut remove removed move moved moving place placed time year month "
    "week day hour minute second later soon finally result cause process step state form kind "
    "exactly same similar complete finished inside outside front back centre center work works "
    "number single double half full empty give given take taken keep kept draw drawn write written "
    "please want need help clear clearly detail detailed view viewed imagine turn through add"
)
_COMMON = frozenset(
    wording.stem(word)
    for word in (*STOP, *GENERIC, *wording.STOP, *wording.PHRASE, *_COMMON_WORDS.split())
)
