"""Panels that fill a rectangle of their own: photographs, plots in a frame.

Such panels need no letters to be told apart. What else stands between the gutters has to be small
writing; a leaf that is neither means that the figure is not understood, and it is left whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqva_crawl.stages.panels.gutters import Box, Ink, leaves, reading_order

GUTTER = 3  # pixels
FULL_SIDE = 0.7  # of a side's length is ink, on three sides at least (the fourth may be sky)
FULL_AREA = 0.6  # of a panel is ink
RIM = 3  # pixels: a side is looked for that deep
WRITING = 0.09  # of the picture's height: the tallest line of letters or labels
LOWEST = 30  # pixels: writing may be that tall in small pictures, too


def framed(ink: Ink, least: int) -> list[Box]:
    """The panels in reading order, [] unless everything is a panel or small writing.

    `least` is the shorter side, in pixels, below which a picture is no panel.
    """
    found = leaves(ink, GUTTER)
    writing = max(LOWEST, WRITING * ink.shape[0])
    panels = [box for box in found if fills(ink, box) and min(box.width, box.height) >= least]
    rest = [box for box in found if box not in panels]
    if any(box.height > writing for box in rest):
        return []
    return reading_order(panels) if alike(panels) else []


def fills(ink: Ink, box: Box) -> bool:
    """Whether a box is full to its edges."""
    block = box.of(ink)
    if block.mean() < FULL_AREA:
        return False
    rims = (block[:RIM], block[-RIM:], block[:, :RIM].T, block[:, -RIM:].T)
    return sum(float(np.mean(rim.any(axis=0))) >= FULL_SIDE for rim in rims) >= 3


def alike(panels: Sequence[Box], share: float = 0.75) -> bool:
    """Whether each panel has about the height or the width of another."""
    return all(
        any(
            _ratio(one.height, other.height) >= share or _ratio(one.width, other.width) >= share
            for other in panels
            if other != one
        )
        for one in panels
    )


def _ratio(a: int, b: int) -> float:
    return min(a, b) / max(a, b)
