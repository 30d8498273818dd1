"""What of one picture remains in the other: block by block, so that a lost part shows.

Correlations of whole pictures overlook a corner that was wiped out or a crowd smeared to a haze.
"""

from __future__ import annotations

import numpy as np

from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import SIDE, Array

BLOCK = 8  # pixels of the small copies
REACH = 3  # pixels by which a block may have moved
_FLAT = 0.0125  # standard deviation of gray below which a question block holds nothing
_STRUCTURE = 0.03  # standard deviation above which an answer block shows something


def _blocks(gray: Array) -> Array:
    """Rows of blocks x columns of blocks x centred gray values."""
    count = SIDE // BLOCK
    cut = gray.reshape(count, BLOCK, count, BLOCK).transpose(0, 2, 1, 3).reshape(count, count, -1)
    centred: Array = cut - cut.mean(axis=2, keepdims=True)
    return centred


def _norm(blocks: Array) -> Array:
    norms: Array = np.sqrt((blocks**2).sum(axis=2))
    return norms


def _counterparts(like: Likeness) -> Array:
    """For each block of the answer its best correlation with the question nearby, sign ignored."""
    answer = _blocks(like.answer.gray)
    padded = np.pad(like.question.gray, REACH, mode="edge")
    best = np.zeros(answer.shape[:2])
    for dy in range(2 * REACH + 1):
        for dx in range(2 * REACH + 1):
            question = _blocks(padded[dy : dy + SIDE, dx : dx + SIDE])
            norm = _norm(question)
            score = np.abs((answer * question).sum(axis=2))
            score = score / np.maximum(_norm(answer) * norm, 1e-6)
            best = np.maximum(best, np.where(norm < _FLAT * BLOCK, 0, score))
    return best


def kept(like: Likeness) -> tuple[float, float]:
    """How much of the answer's structure the question shows.

    The share of the answer's blocks with structure that have a counterpart in the question, and
    their mean correlation with it, weighted by their contrast. 1 for an empty answer.
    """
    best, weight = _counterparts(like), _norm(_blocks(like.answer.gray))
    shows = weight / BLOCK > _STRUCTURE
    if not shows.any():
        return 1.0, 1.0
    best, weight = best[shows], weight[shows]
    return float((best > 0.5).mean()), float(np.average(best, weights=weight))


def wiped(like: Likeness) -> float:
    """Share of the area that is black or white in the question alone."""
    q, a = like.question.gray, like.answer.gray
    empty, full = (q < 0.03) | (q > 0.97), (a > 0.08) & (a < 0.92)
    return float((empty & full).mean())


def burnt(like: Likeness) -> float:
    """Share of the area whose brightest channel clips in the answer but not in the question."""
    q, a = like.question.rgb.max(axis=2), like.answer.rgb.max(axis=2)
    return float(((a > 0.985) & (q < 0.95)).mean())


def lifted(like: Likeness) -> float:
    """By how much the darker half of the question gained brightness."""
    q, a = like.question.gray, like.answer.gray
    dark = q <= np.median(q)
    return float((a[dark] - q[dark]).mean())
