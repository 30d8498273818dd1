"""A document's texts before a model reads them, and what may not come out of it.

What speaks to a model is left out; words that stand beside it, or in a sentence that may be asking
for something to be said, and nowhere else in the document, are not taken back: an answer that holds
one has listened to the page. No list of phrases knows all ways of asking, and a reader can say what
stands nowhere (a riddle's answer, a translation). So what goes on from the page, and from the one
agent that reads it, keeps only words of relations and what the page is about: that comes again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from string import digits

from vqva_crawl.agents.vlm.blots import BLOT, alike, gaps_closed, in_rows, panels
from vqva_crawl.agents.vlm.common import COMMON
from vqva_crawl.agents.vlm.folding import ADDRESS, WORD, bare, folded, plain, seen, unspaced
from vqva_crawl.agents.vlm.speech import dictates, suspect, to_a_model
from vqva_crawl.agents.vlm.spelling import Spelling, spelling
from vqva_crawl.agents.vlm.vocabulary import relational
from vqva_crawl.clients import wording
from vqva_crawl.clients.model.language import LATIN
from vqva_crawl.records import Document, TextItem

GRAM = 4  # words in a row that are no chance
WINDOW = 6  # pieces of a sentence that may be spread over several texts
LOOSE = 3  # digits of a text that the page has nowhere else: a telephone number has more
_SHORT = 5  # words up to which a sentence counts as such a piece
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_BEGUN = re.compile(r"(?:^|[.!?:]\s)$")
_ENDED = re.compile(r"[.!?。！？]\W*$")


@dataclass(slots=True)
class _Piece:
    """A sentence, or as much of one as stands in one text. `state` tells what becomes of it."""

    item: int
    at: int  # of the text
    text: str
    folded: str
    state: str = "kept"  # kept, quoting (no source of the subject), tainted (as well), dropped

    @property
    def tokens(self) -> list[str]:
        return WORD.findall(self.folded)

    @property
    def open(self) -> bool:
        return not _ENDED.search(self.text) or len(self.folded.split()) <= _SHORT


@dataclass(frozen=True)
class Screened:
    said: dict[str, str]  # a text as it stands -> as a model may read it
    words: frozenset[str] = frozenset()  # stems that stand in tainted or dropped pieces alone
    grams: frozenset[tuple[str, ...]] = frozenset()  # rows of words, the same
    subject: frozenset[str] = frozenset()  # stems that stand in several items
    spelling: Spelling = field(default_factory=Spelling)

    def foul(self, text: str) -> str:
        """The first word or row of words that may only come from where the page asked for it."""
        tokens = _tokens(text)
        for token in tokens:
            if _stem(token) in self.words:
                return token
        row = next((row for row in _rows(tokens) if row in self.grams), ())
        return " ".join(row)

    def blotted(self, text: str) -> str:
        """The text with a blot for all but words of relations and of the page's subject.

        Words and what stands between them are spelt alike wherever they stand.
        """
        text = ADDRESS.sub(BLOT, unspaced(seen(unicodedata.normalize("NFKC", text))))
        text = in_rows(plain(alike(text), BLOT))
        named, loose = panels(text), 0

        def spelt(found: re.Match[str]) -> str:
            nonlocal loose
            if found.start() in named:
                return found[0].lower() if named[found.start()] else BLOT
            if word := self._spelt(found[0]):
                begins = found[0][0].isupper() and _BEGUN.search(text, 0, found.start())
                return word[0].upper() + word[1:] if begins else word
            loose += found[0] in digits
            return found[0] if found[0] in digits and loose <= LOOSE else BLOT

        return gaps_closed(WORD.sub(spelt, text))

    def _spelt(self, word: str) -> str:
        """A known word as it goes on, "" for others."""
        lower = word.lower()
        if folded(word) != lower:  # letters of several scripts
            return ""
        if relational(lower):
            return lower
        return self.spelling.subject(word) if _stem(lower) in self.subject else ""


def safe(text: str) -> str:
    """One text by itself as a model may read it."""
    return _screened(((text,),)).said.get(text, "")


def screened(document: Document) -> Screened:
    """Of a document's title, texts, captions and alt texts, in reading order."""
    latin = (document.language or "en") in LATIN
    return _screened(tuple(_items(document)), "LATIN" if latin else "")


def _items(document: Document) -> Iterator[tuple[str, ...]]:
    yield (document.title,)
    for item in document.items:
        if isinstance(item, TextItem):
            yield (item.text,)
        else:
            yield tuple(dict.fromkeys(filter(None, (item.caption, item.figure_caption, item.alt))))


@lru_cache(64)  # the agents of a chain ask for the same document
def _screened(items: tuple[tuple[str, ...], ...], script: str = "") -> Screened:
    """`script` is that of the page's language; "" for that of most of its letters."""
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
    return Screened(said, words, rows, _subject(pieces), _spelling(pieces, script))


def _spelling(pieces: list[_Piece], script: str) -> Spelling:
    kept = (unicodedata.normalize("NFKC", p.text) for p in pieces if p.state == "kept")
    return spelling((WORD.findall(text) for text in kept), script)


def _unclean(pieces: list[_Piece]) -> tuple[frozenset[str], frozenset[tuple[str, ...]]]:
    """Stems and rows in tainted or dropped pieces, and neither in others nor in anybody's mouth."""
    unclean = [piece.tokens for piece in pieces if piece.state in ("tainted", "dropped")]
    if not unclean:
        return frozenset(), frozenset()
    clean = [piece.tokens for piece in pieces if piece.state in ("kept", "quoting")]
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
    """Suspect pieces; beside dropped ones all that stands there, and those that dictate go."""
    near = {p.at + step for p in pieces if p.state == "dropped" for step in (-1, 0, 1)}
    for piece in pieces:
        if piece.state == "dropped":
            continue
        dictated, beside = dictates(piece.folded), piece.at in near
        if dictated and beside:
            piece.state = "dropped"
        elif beside or suspect(piece.folded):
            piece.state = "tainted"
        elif dictated:
            piece.state = "quoting"


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
    return WORD.findall(folded(text))


@lru_cache(50_000)
def _stem(token: str) -> str:
    return wording.stem(token)


def _telling(token: str) -> bool:
    return len(token) > (3 if token.isalpha() else 2) or not token.isascii()


def _rows(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(GRAM)), strict=False)
