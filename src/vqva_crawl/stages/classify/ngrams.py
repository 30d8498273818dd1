"""A text's words and word pairs as numbers: feature hashing in a few numpy passes over its letters.

A word's hash is a polynomial of its letters (Karp and Rabin 1987), computed for all words at once;
a pair's is made of its words' hashes, as in fastText (Joulin et al. 2016). To split with a regular
expression and hash word by word takes over ten times as long (`scripts/bench/classify.py`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vqva_crawl.stages.classify.reading import MOST

BITS = 18
N_FEATURES = 2**BITS  # 100,000 distinct n-grams meet in few places; four classes are 4 MB
LENGTH = MOST + 2  # with a space on each side, so that every word has two edges

# Hashes are numbers modulo 2**64, of which the highest bits depend on all others. Both factors are
# odd, which is all that is asked of them beside looking random.
_BASE = 0xD6E8FEB86659FD93
_POWERS = np.full(LENGTH, _BASE, np.uint64).cumprod(dtype=np.uint64)  # from _BASE ** 1 on
_INVERSES = np.full(LENGTH, pow(_BASE, -1, 2**64), np.uint64).cumprod(dtype=np.uint64)
_FIRST_OF_PAIR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - BITS)

# By code point: the lower case of what stands in words (\w of regular expressions), 0 of all else.
# Past the end lie emoji and rare scripts: they count as what comes last, which stands in no word.
_LETTERS = np.array(
    [ord(c.lower()[0]) if c.isalnum() or c == "_" else 0 for c in map(chr, range(0x10000))],
    np.uint32,
)


def buckets(text: str) -> npt.NDArray[np.int32]:
    """Numbers below N_FEATURES of a text's words and pairs of neighbours, each once, ascending.

    Words are two or more letters, digits or underscores in a row, whatever their case; what comes
    after MOST characters is not read.
    """
    words = _words(text)
    pairs = words[:-1] * _FIRST_OF_PAIR + words[1:]
    found = (np.concatenate([words, pairs]) >> _SHIFT).astype(np.int32)
    found.sort()  # np.unique takes ten times as long
    once: npt.NDArray[np.int32] = found[np.append(True, found[1:] != found[:-1])[: len(found)]]
    return once


def _words(text: str) -> npt.NDArray[np.uint64]:
    """The hashes of the words in reading order."""
    spaced = f" {text[:MOST]} ".encode("utf-32-le", "surrogatepass")
    letters = _LETTERS.take(np.frombuffer(spaced, "<u4"), mode="clip")
    inside = letters > 0
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    if not len(starts):
        return np.zeros(0, np.uint64)
    # Sums from one start to the next; the inverse takes out where in the text the word stands.
    sums = np.add.reduceat(letters * _POWERS[: len(letters)], starts)
    words: npt.NDArray[np.uint64] = sums * _INVERSES[starts - 1]  # a space stands before
    return words[ends - starts > 1]
