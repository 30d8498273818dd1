"""What is known of an image operation: how texts name it, how to ask for it, how to verify it.

The entries are common knowledge of image processing, not of any site. `check` looks at the two
pictures, so that a caption alone never makes a pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import Array

Check = Callable[[Likeness], bool]


@dataclass(frozen=True)
class Effect:
    """`named` is a pattern for captions; `ask` are full sentences with {this} for the question
    picture; `shows` completes "The answer shows the same picture ...". Both may hold {where} for a
    part of it and {colors} for what they turn into."""

    name: str
    named: str
    ask: tuple[str, ...]
    shows: str
    check: Check
    loose: bool = False  # the check is weak: only a text of the picture's own may name it
    refines: str = ""  # the name of the general effect of which this is a special case

    def found_in(self, text: str) -> bool:
        return re.search(rf"\b(?:{self.named})", text, re.IGNORECASE) is not None


# Checks. Thresholds were chosen on manuals of image editors and tutorials of image libraries.


def aligned(like: Likeness) -> bool:
    """Recognisably the same picture, in place."""
    return like.same_shape and like.structure > 0.45


def visible(like: Likeness) -> bool:
    return like.difference > 0.03 or like.changed > 0.05


def altered(like: Likeness) -> bool:
    return aligned(like) and visible(like)


def softer(like: Likeness) -> bool:
    return like.same_shape and like.tone > 0.72 and like.detail_ratio < 0.8


def crisper(like: Likeness) -> bool:
    return aligned(like) and like.tone > 0.7 and like.detail_ratio > 1.2


def noisier(like: Likeness) -> bool:
    return aligned(like) and like.tone > 0.3 and like.detail_ratio > 1.25


def cleaner(like: Likeness) -> bool:
    return like.same_shape and like.tone > 0.75 and like.detail_ratio < 0.75


def gray(like: Likeness) -> bool:
    drained = like.answer.vivid < 0.01 and like.question.vivid > 0.05
    return drained and aligned(like) and like.tone > 0.55


def negative(like: Likeness) -> bool:
    """Close to the exact complement, so that colours flip as well as tones."""
    gap = float(np.abs(like.answer.rgb - (1 - like.question.rgb)).mean())
    return like.same_shape and like.tone < -0.3 and gap < 0.15


def two_tone(like: Likeness) -> bool:
    a = like.answer
    return aligned(like) and a.saturation < 0.05 and a.white + a.black > 0.75 and a.black > 0.03


def fewer_tones(like: Likeness) -> bool:
    a, q = like.answer, like.question
    return aligned(like) and like.tone > 0.4 and a.flatness > q.flatness + 0.08


def brighter(like: Likeness) -> bool:
    return aligned(like) and like.answer.brightness > like.question.brightness + 0.08


def darker(like: Likeness) -> bool:
    return aligned(like) and like.answer.brightness < like.question.brightness - 0.08


def steeper(like: Likeness) -> bool:
    return aligned(like) and like.tone > 0.6 and like.answer.contrast > like.question.contrast * 1.1


def outlines(like: Likeness) -> bool:
    """Lines where the question has edges, on an even ground."""
    return like.same_shape and like.outline > 0.2 and abs(like.tone) < 0.75 and visible(like)


def dark_outlines(like: Likeness) -> bool:
    return outlines(like) and like.answer.brightness < 0.4


def coloured(like: Likeness) -> bool:
    return aligned(like) and visible(like) and like.answer.saturation > 0.05


def warped(like: Likeness) -> bool:
    """Moved, but from the same material: changed in place, similar in colour."""
    return visible(like) and palette_gap(like) < 0.35


def reframed(like: Likeness) -> bool:
    return visible(like)


def palette_gap(like: Likeness) -> float:
    """Half the sum of differences of two 64-colour histograms: 0 same colours, 1 none shared."""
    one, other = _histogram(like.question.rgb), _histogram(like.answer.rgb)
    return float(np.abs(one - other).sum() / 2)


def _histogram(rgb: Array) -> Array:
    index = (np.clip(rgb, 0, 0.999) * 4).astype(int)
    flat = index[..., 0] * 16 + index[..., 1] * 4 + index[..., 2]
    shares: Array = np.bincount(flat.ravel(), minlength=64) / flat.size
    return shares


def turn_is(*names: str) -> Check:
    return lambda like: like.turn[0] in names and like.turn[1] > 0.8


def cut_out(like: Likeness) -> bool:
    return like.question.photographic and like.answer.photographic and like.crop[0] > 0.9
