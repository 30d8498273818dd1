"""The signature of a page: the same for pages that say nearly the same beside the same pictures.

By it `storage/repeats.py` knows the pages that a trap makes without end. Nearly every page that is
read gets one, so words are counted in arrays.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from vqva_crawl.records import Document
from vqva_crawl.urls import url_key

SMALLEST = 8  # shingles kept of a page: the "bottom" sketch of Broder (1997)
SHORT = 21  # bytes with a space; in scripts without spaces a longer "word" is a sentence
FEWEST = 3  # words; with fewer and no picture a page is told from no other
_SPACE, _ZERO = b" 0"
_SECOND, _THIRD = np.uint64(3), np.uint64(5)  # so that the order of words counts
_Words = npt.NDArray[np.uint64]


def _weight(byte: int) -> bytes:
    """64 bits for a letter, for a capital those of the small letter; none for digits and signs."""
    letter = bytes([byte]).lower()
    return blake2b(letter, digest_size=8).digest() if letter.isalpha() or byte > 127 else bytes(8)


_WEIGHTS = np.frombuffer(b"".join(map(_weight, range(256))), "<u8").astype(np.uint64)


def signature(document: Document) -> str:
    """16 hex digits; "" for a page of too few words to tell, such as a frame set or a list of
    "photo 21, photo 22".

    Two pages of the same pictures share it with the probability of (the part of their shingles of
    three words that they have in common) ^ SMALLEST. Numbers and the short words beside them, such
    as months, are left out, so that a calendar and a counter repeat.
    """
    texts, pictures = [""], set()
    for item in document.items:
        if item.kind == "text":
            texts.append(item.text)
        else:
            pictures.add(_key(item.url))
    words = _words(" ".join(texts))
    if words.size < FEWEST and not pictures:
        return ""
    said = " ".join(map(str, _smallest(_shingles(words))))
    told = "\n".join([said, *sorted(pictures)])
    return blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _words(text: str) -> _Words:
    """A number for each word of the text, before each of which is a space: the sum of the weights
    of its letters."""
    raw = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    starts = (raw[:-1] == _SPACE).nonzero()[0]
    words: _Words = np.add.reduceat(_WEIGHTS.take(raw), starts) if starts.size else starts
    short = np.diff(starts, append=raw.size) <= SHORT
    number = ((raw.take(starts + 1) - np.uint8(_ZERO)) < 10) & short
    kept = words != 0
    if number.any():
        kept &= ~number
        kept[1:] &= ~(number[:-1] & short[1:])
        kept[:-1] &= ~(number[1:] & short[:-1])
    told: _Words = words[kept]
    return told


def _shingles(words: _Words) -> _Words:
    """A number for each three words in a row; of fewer words those themselves."""
    if words.size < 3:
        return words
    shingles: _Words = words[:-2] + _SECOND * words[1:-1] + _THIRD * words[2:]
    return shingles


def _smallest(shingles: _Words) -> list[int]:
    shingles.sort()
    some = shingles[: 4 * SMALLEST].tolist()  # since one may stand there often
    return list(dict.fromkeys(some))[:SMALLEST]


def _key(url: str) -> str:
    """A picture's URL without a visitor's session."""
    return url_key(url) if "?" in url or ";" in url else url
