"""Whether a text is in its page's language: no other script, and no sentence of another language.

Measured on sentences of 6-45 words: of 10,685 English ones (manuals, textbooks, requests,
reasonings) one is refused on an English page; of 800 each in 24 other languages (messages of
programs) on a page of their own none, but 3 in Finnish and 2 in Romanian. On an English page
97-100 % of those are refused, on a German page 97-100 % of the English ones. From 4-5 words other
languages are told in 93 % of the cases and more. Where CERTAIN is asked for, sentences of 3-7 words
can be judged, too: of 3,326 English ones two are refused (one is German, one Latin), of 500 or less
each in 25 other languages none.
"""

from __future__ import annotations

import re
import unicodedata

from vqva_crawl.clients.langid import identifier
from vqva_crawl.errors import Unusable

UNLIKELY = 0.05  # of the likeliest language's probability, for the page's own
CERTAIN = 0.01  # the same where there are few words
LEAST, LEAST_CERTAIN = 4, 3  # words of a text by which its language can be told
LEAST_MIXED, LEAST_MIXED_CERTAIN = 8, 5  # of one sentence among others
ROW = 3  # sentences of fewer words that are judged together
FORMULA = 2  # Greek letters in a row
MOST_QUOTED = 60  # characters of another script, or words of another language, that are quoted
# Letters of another script in one quotation and in all; those of scripts without gaps count twice.
MOST_FOREIGN, MOST_OF_ALL = 24, 48

LATIN = frozenset(
    "af az bs ca cs cy da de en eo es et eu fi fo fr ga gl hr ht hu id is it la lb lt lv ms mt nb "
    "nl nn no oc pl pt ro sk sl sq sv sw tl tr vi".split()
)
# Those that short texts do not tell apart.
_KIN = (
    frozenset("no nb nn da sv".split()),
    frozenset("hr sr bs sl".split()),
    frozenset("cs sk".split()),
    frozenset("es ca gl oc an pt it".split()),
    frozenset("id ms jv".split()),
    frozenset("ru uk be bg mk".split()),
    frozenset("nl af".split()),
)
# What stands between quotation marks or in brackets belongs to the picture: "the sign «Кафе»".
_QUOTED = re.compile(
    rf"[\"\u201c\u201e\u00ab\u2018\u300c(\[]([^\"\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u300d"
    rf"()\[\]]{{1,{MOST_QUOTED}}})[\"\u201d\u201c\u00bb\u2019\u300d)\]]|(?<!\w)'[^']{{1,20}}'(?!\w)"
)
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def in_language(text: str, language: str) -> None:
    """Raises Unusable (language). `language` is an ISO 639-1 code; unknown ones are not checked."""
    said = _unquoted(text, language)
    if language in LATIN and (foreign := _foreign(said)):
        raise Unusable("language", f"'{foreign[:20]}' is of another script", text)
    if _strange(said, language, LEAST_CERTAIN, LEAST):
        raise Unusable("language", f"does not read like '{language}'", text)
    sentences = _SENTENCE.split(said)
    for sentence in (*sentences, *_rows(sentences)):
        if _strange(sentence, language, LEAST_MIXED_CERTAIN, LEAST_MIXED):
            raise Unusable("language", f"'{sentence[:60]}' is no '{language}'", text)


def _unquoted(text: str, language: str) -> str:
    """The text without what the picture may say, of another script no more than a few words."""
    foreign: dict[str, int] = {}

    def left(found: re.Match[str]) -> str:
        piece = found[0]
        if language in LATIN and (letters := _letters_of_others(piece)):
            foreign[piece] = letters
            if letters > MOST_FOREIGN or sum(foreign.values()) > MOST_OF_ALL:
                return piece
        return " "

    return _QUOTED.sub(left, text)


def _letters_of_others(text: str) -> int:
    """How many letters are no Latin ones; those of scripts without gaps count twice."""
    others = (c for c in text if c.isalpha() and (not _latin(c) or _GREEK.match(c)))
    return sum(2 if unicodedata.east_asian_width(c) == "W" else 1 for c in others)


def _rows(sentences: list[str]) -> list[str]:
    """Short sentences in a row put together, so that their language can be told."""
    rows = (sentences[at : at + ROW] for at in range(len(sentences) - ROW + 1))
    return [
        " ".join(row)
        for row in rows
        if all(len(_WORD.findall(sentence)) < LEAST_MIXED for sentence in row)
    ]


def _foreign(text: str) -> str:
    """The first word with letters that are no Latin ones; a few Greek ones stand in formulas."""
    if text.isascii():
        return ""
    greek = next((run for run in _GREEK.findall(text) if len(run) > FORMULA), "")
    return greek or next((word for word in _WORD.findall(text) if not all(map(_latin, word))), "")


def _latin(letter: str) -> bool:
    if letter.isascii() or not letter.isalpha():
        return True
    plain = unicodedata.normalize("NFKC", letter)[0]  # of ligatures, units and script letters
    names = unicodedata.name(letter, ""), unicodedata.name(plain, "")
    return names[0].endswith(" SYMBOL") or names[1].startswith(("LATIN", "GREEK", "MODIFIER"))


def _strange(text: str, language: str, certain: int, least: int) -> bool:
    """From `least` words on another language may be likely, from `certain` on it has to be sure."""
    words = len(_WORD.findall(text))
    if words < certain:
        return False
    likely = {code: float(probability) for code, probability in identifier().rank(text)}
    kin = next((kin for kin in _KIN if language in kin), {language})
    own = sum(likely.get(code, 0) for code in kin)
    limit = UNLIKELY if words >= least else CERTAIN
    return any(code in likely for code in kin) and own < limit * max(likely.values())
