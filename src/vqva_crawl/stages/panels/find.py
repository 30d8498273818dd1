"""Which boxes of a picture are panels of a composite figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from vqva_crawl.stages.images.interface import measures
from vqva_crawl.stages.panels.framed import framed
from vqva_crawl.stages.panels.gutters import Box, Pixels, backgrounds, ink_on
from vqva_crawl.stages.panels.letters import lettered

FEWEST, MOST = 2, 9
# Columns of tables and charts outside the labelled pictures had 0.016 and 0.49 at the least.
STROKES = 0.015  # share of pixels in strokes as small type has
PLAIN = 0.45  # share of the four commonest colours


def find_panels(picture: Image.Image, letters: int, least: int) -> list[Box]:
    """The panels of an RGB picture in reading order, [] when it is not surely composite.

    `letters` is how many parts the caption names with "(a)", "(b)", …: a figure that is cut
    otherwise than its caption says is not understood. `least` is in pixels.
    """
    pixels: Pixels = np.asarray(picture)
    grey = np.asarray(picture.convert("L"))
    for background in backgrounds(pixels):
        ink = ink_on(pixels, background)
        found = framed(ink, least)
        if len(found) < FEWEST and FEWEST <= letters <= MOST:
            found = lettered(ink, grey, letters, least)
        if FEWEST <= len(found) <= MOST:
            sure = letters == len(found) or not (letters or _any_written(picture, found))
            return found if sure else []
    return []


def _any_written(picture: Image.Image, panels: Sequence[Box]) -> bool:
    """Whether one of them is a column of a table or a chart full of words."""
    found = (measures(picture.crop(box)) for box in panels)
    return any(m["strokes"] >= STROKES and m["commonest"] >= PLAIN for m in found)
