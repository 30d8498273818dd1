"""Colours by name, and which turn into which."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import Array

NAMES = np.array(
    "black gray white red orange yellow green turquoise blue purple pink brown".split()
)
_HUES = (
    (15, "red"),
    (42, "orange"),
    (70, "yellow"),
    (160, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (290, "purple"),
    (335, "pink"),
    (361, "red"),
)


def names(rgb: Array) -> NDArray[np.str_]:
    """The colour name of each pixel of an (…, 3) array."""
    high, low = rgb.max(axis=-1), rgb.min(axis=-1)
    spread = high - low
    saturation = spread / np.maximum(high, 1e-6)
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    safe = np.maximum(spread, 1e-6)
    hue = (
        np.where(
            high == r,
            ((g - b) / safe) % 6,
            np.where(high == g, (b - r) / safe + 2, (r - g) / safe + 4),
        )
        * 60
    )
    limits = np.array([limit for limit, _ in _HUES])
    colour = np.array([name for _, name in _HUES])[
        np.searchsorted(limits, hue, side="right").clip(0, 8)
    ]
    colour = np.where((hue > 10) & (hue < 45) & (high < 0.62), "brown", colour)
    dull = (saturation < 0.18) | (spread < 0.08)
    gray = np.where(high > 0.88, "white", np.where(high < 0.2, "black", "gray"))
    return np.where(dull, gray, np.where(high < 0.15, "black", colour))


def main_colours(rgb: Array, least: float = 0.15) -> list[str]:
    """Names of the colours that fill at least that share, largest first."""
    counts = Counter(names(rgb).ravel().tolist())
    total = sum(counts.values())
    return [name for name, n in counts.most_common() if n / total >= least]


def turning(like: Likeness) -> list[tuple[str, str]]:
    """(from, to) pairs of colours: what most pixels of a main colour became."""
    before, after = names(like.question.rgb), names(like.answer.rgb)
    pairs = []
    for name in main_colours(like.question.rgb, 0.12):
        became = Counter(after[before == name].tolist())
        to, n = became.most_common(1)[0]
        if to != name and n > 0.6 * sum(became.values()):
            pairs.append((name, to))
    return pairs[:3]


# Names between which lighting or shading may shift a colour without anything being replaced.
_NEIGHBOURS = frozenset(
    frozenset(pair.split("/"))
    for pair in "red/orange orange/brown orange/yellow blue/turquoise blue/purple purple/pink "
    "red/pink "
    "red/brown green/turquoise yellow/green gray/black gray/white black/brown".split()
)


def clear(pairs: list[tuple[str, str]]) -> bool:
    """At least one of the changes is one that nobody can overlook."""
    return any(frozenset(pair) not in _NEIGHBOURS for pair in pairs)


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def turning_words(like: Likeness) -> str:
    """`its blue areas turn green and its gray areas turn purple`, "" when nothing is clear."""
    return listed([f"its {a} areas turn {b}" for a, b in turning(like)]) if turning(like) else ""
