"""A document's texts before a model reads them, and what may not come out of it.

What speaks to a model is left out; words that stand beside it, or in a sentence that may be asking
for something to be said, and nowhere else in the document, are not taken back: an answer that holds
one has listened to the page. No list of phrases knows all ways of asking, and a reader can say what
stands nowhere (a riddle's answer, a translation). So what goes on from the page, and from the one
agent that reads it, keeps only words of relations and what the page is about: that comes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vqva_crawl.agents.vlm.common import COMMON
from vqva_crawl.agents.vlm.folding import bare, folded, plain, unspaced
from vqva_crawl.agents.vlm.speech import suspect, to_a_model
from vqva_crawl.agents.vlm.vocabulary import relational
from vqva_crawl.clients import wording
from vqva_crawl.records import Document, TextItem

GRAM = 4  # words in a row that are no chance
WINDOW = 6  # pieces of a sentence that may be spread over several texts
_SHORT = 5  # words up to which a sentence counts as such a piece
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_ENDED = re.compile(r"[.!?。！？]\W*$")
_TOKEN = re.compile(r"[^\W_]+")
BLOT = "\u2026"
# Letters and numbers in a row spell a word or a telephone number.
_UNIT = r"(?:\d+|[^\W\d_]|zero|one|two|three|four|five|six|seven|eight|nine|ten)"
_ROW = re.compile(rf"\b{_UNIT}(?:\W+(?:(?:and|or|then)\W+)?{_UNIT}\b){{2,}}", re.IGNORECASE)
_BLOTS = re.compile(rf"{BLOT}(?:[\s\W]*{BLOT})+")


@dataclass(slots=True)
class _Piece:
    """A sentence, or as much of one as stands in one text. `state` tells what becomes of it."""

    item: int
    at: int  # of the text
    text: str
    folded: str
    state: str = "kept"  # kept, tainted (kept, but not taken back), dropped

    @property
    def tokens(self) -> list[str]:
        return _TOKEN.findall(self.folded)

    @property
    def open(self) -> bool:
        return not _ENDED.search(self.text) or len(self.folded.split()) <= _SHORT


@dataclass(frozen=True)
class Screened:
    said: dict[str, str]  # a text as it stands -> as a model may read it
    words: frozenset[str] = frozenset()  # stems that stand in tainted or dropped pieces alone
    grams: frozenset[tuple[str, ...]] = frozenset()  # rows of words, the same
    subject: frozenset[str] = frozenset()  # stems that stand in several items

    def foul(self, text: str) -> str:
        """The first word or row of words that may only come from where the page asked for it."""
        tokens = _tokens(text)
        for token in tokens:
            if _stem(token) in self.words:
                return token
        row = next((row for row in _rows(tokens) if row in self.grams), ())
        return " ".join(row)

    def blotted(self, text: str) -> str:
        """The text with a blot for all but words of relations and of the page's subject."""
        text = _ROW.sub(BLOT, plain(unspaced(text), BLOT))
        text = _TOKEN.sub(lambda word: word[0] if self._known(word[0]) else BLOT, text)
        return _BLOTS.sub(BLOT, " ".join(text.split()))

    def _known(self, word: str) -> bool:
        word = folded(word)
        digit = len(word) == 1 and word.isdecimal()
        return digit or relational(word) or _stem(word) in self.subject


def safe(text: str) -> str:
    """One text by itself as a model may read it."""
    return _screened(((text,),)).said.get(text, "")


def screened(document: Document) -> Screened:
    """Of a document's title, texts, captions and alt texts, in reading order."""
    return _screened(tuple(_items(document)))


def _items(document: Document) -> Iterator[tuple[str, ...]]:
    yield (document.title,)
    for item in document.items:
        if isinstance(item, TextItem):
            yield (item.text,)
        else:
            yield tuple(dict.fromkeys(filter(None, (item.caption, item.figure_caption, item.alt))))


@lru_cache(64)  # the agents of a chain ask for the same document
def _screened(items: tuple[tuple[str, ...], ...]) -> Screened:
    texts = [(at, text) for at, item in enumerate(items) for text in item]
    pieces = [
        _Piece(at, place, sentence, folded(sentence))
        for place, (at, text) in enumerate(texts)
        for sentence in map(str.strip, _SENTENCE.split(bare(text)))
        if sentence
    ]
    _drop(pieces)
    _taint(pieces)
    said = _said([text for _, text in texts], pieces)
    words, rows = _unclean(pieces)
    return Screened(said, words, rows, _subject(pieces))


def _unclean(pieces: list[_Piece]) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    """Stems and rows in tainted or dropped pieces, and neither in others nor in anybody's mouth."""
    unclean = [piece.tokens for piece in pieces if piece.state != "kept"]
    if not unclean:
        return frozenset(), frozenset()
    clean = [piece.tokens for piece in pieces if piece.state == "kept"]
    known = COMMON | {_stem(token) for tokens in clean for token in tokens}
    rows = {row for tokens in unclean for row in _rows(tokens)}
    stems = {_stem(token) for tokens in unclean for token in tokens if _telling(token)}
    return (
        frozenset(stems - known),
        frozenset(rows - {row for tokens in clean for row in _rows(tokens)}),
    )


def _subject(pieces: list[_Piece]) -> frozenset[str]:
    """Stems that stand in several items, of which none may be asking for them."""
    first: dict[str, int] = {}
    several: set[str] = set()
    told: set[tuple[str, ...]] = set()
    for piece in pieces:
        said = tuple(token for token in piece.tokens if not token.isdecimal())
        if piece.state != "kept" or said in told:
            continue  # what is said twice is said once, numbered or not
        told.add(said)
        for stem in map(_stem, piece.tokens):
            if first.setdefault(stem, piece.item) != piece.item:
                several.add(stem)
    return frozenset(several)


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


def _said(texts: list[str], pieces: list[_Piece]) -> dict[str, str]:
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


@lru_cache(50_000)
def _stem(token: str) -> str:
    return wording.stem(token)


def _telling(token: str) -> bool:
    return len(token) > (3 if token.isalpha() else 2) or not token.isascii()


def _rows(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(GRAM)), strict=False)
