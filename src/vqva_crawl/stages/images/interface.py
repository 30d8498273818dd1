"""How much a picture looks like a window, dialog, menu or toolbox.

Twelve measures of how a computer draws an interface: grey surfaces, faint straight edges around
flat areas, rows of one height, thin strokes of small type. A logistic regression over their
logarithms makes a score of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

# Fitted on 1,887 pictures of two software manuals and a textbook, 240 of them screenshots, all
# labelled by eye; scikit-learn's LogisticRegression(C=1), scaled back to the bare logarithms.
WEIGHTS = {
    "texture": -2.80,
    "sharp": -4.14,
    "strokes": 6.30,
    "edges": -0.85,
    "faint_rows": 1.16,
    "faint_columns": -0.51,
    "dividers": 0.43,
    "twins": 0.48,
    "colours": 1.83,
    "commonest": 1.36,
    "light": 1.14,
    "dark": 0.83,
}
BIAS = -3.49
FLOOR = 0.02  # added before the logarithm

MOST_PIXELS = 1_500_000  # of the middle of the picture are measured
SHORTEST_EDGE = 20  # pixels
FAINT = 90  # levels: bevels and frames are below it, the black lines of diagrams above
ROW_HEIGHTS = (7, 45)  # pixels, of buttons, entries and list rows

Levels = npt.NDArray[np.int16]


def interface_score(picture: Image.Image) -> float:
    """0..1 for an RGB picture, 0.5 where both are as likely."""
    if min(picture.size) < SHORTEST_EDGE:
        return 0.0
    found = measures(picture)
    total = BIAS + sum(w * math.log(found[name] + FLOOR) for name, w in WEIGHTS.items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def measures(picture: Image.Image) -> dict[str, float]:
    """The twelve measures of an RGB picture."""
    picture = _middle(picture)
    grey = np.asarray(picture.convert("L")).astype(np.int16)
    step = np.abs(np.diff(grey, axis=1))
    rows, columns = _edges(grey), _edges(grey.T)
    border = sum(grey.shape)
    return {
        "texture": float(np.mean((step >= 3) & (step < 30))),  # photographs are full of it
        "sharp": float(np.mean(step >= 80)),
        "strokes": _strokes(grey),
        "edges": 10 * (rows.count + columns.count) / border,
        "faint_rows": rows.faint / border,
        "faint_columns": columns.faint / border,
        "dividers": float(min(rows.dividers, columns.dividers)),
        "twins": 100 * min(rows.twins, columns.twins) / math.sqrt(grey.size),
        **_colours(picture),
    }


def _middle(picture: Image.Image) -> Image.Image:
    """At most MOST_PIXELS of a picture. Cropped, since scaling blurs edges and mixes colours."""
    width, height = picture.size
    share = math.sqrt(MOST_PIXELS / (width * height))
    if share >= 1:
        return picture
    w, h = int(width * share), int(height * share)
    left, top = (width - w) // 2, (height - h) // 2
    return picture.crop((left, top, left + w, top + h))


@dataclass(frozen=True, slots=True)
class _Edges:
    """Straight edges of one direction, between areas that are flat along the edge.

    `faint` is the summed length of the low-contrast ones, `dividers` the number of rows with an
    edge over 0.4 of the width, `twins` the number of neighbours of equal extent a row apart.
    """

    count: int
    faint: int
    dividers: int
    twins: int


def _edges(grey: Levels) -> _Edges:
    """The edges along the rows of `grey`."""
    height, width = grey.shape
    contrast = np.abs(np.diff(grey, axis=0))[:, 1:]
    flat = np.abs(np.diff(grey, axis=1)) <= 3
    framed = np.zeros((height - 1, width + 1), np.int8)
    framed[:, 1:-1] = flat[:-1] & flat[1:] & (contrast >= 5)
    turns = np.diff(framed.ravel())
    starts, ends = np.flatnonzero(turns == 1), np.flatnonzero(turns == -1)
    long = ends - starts >= SHORTEST_EDGE
    lengths = (ends - starts)[long]
    row, column = np.divmod(starts[long], width + 1)
    faint = contrast[row, column + lengths // 2] < FAINT
    return _Edges(
        count=lengths.size,
        faint=int(lengths[faint].sum()),
        dividers=np.unique(row[lengths >= 0.4 * width]).size,
        twins=_twins(row, column // 3 * width + (column + lengths) // 3),
    )


def _twins(row: npt.NDArray[np.intp], extent: npt.NDArray[np.intp]) -> int:
    """How many edges have the next one of the same extent a row's height below."""
    order = np.lexsort((row, extent))
    apart, same = np.diff(row[order]), np.diff(extent[order]) == 0
    low, high = ROW_HEIGHTS
    return int(np.sum(same & (apart >= low) & (apart <= high)))


def _strokes(grey: Levels) -> float:
    """Share of pixels in upright strokes 1-3 pixels wide, as small type has."""
    width, count = grey.shape[1], 0
    for pen in (1, 2, 3):
        left, ink, right = grey[:, : -pen - 1], grey[:, 1 : width - pen], grey[:, pen + 1 :]
        count += int(np.sum((np.abs(left - right) <= 24) & (np.abs(ink - left) >= 50)))
    return count / grey.size


def _colours(picture: Image.Image) -> dict[str, float]:
    """How many colours count, the share of the four commonest, and of the two commonest light and
    dark greys; five bits a channel."""
    bits = (np.asarray(picture) >> 3).astype(np.uint16)
    keys = (bits[..., 0] << 10) | (bits[..., 1] << 5) | bits[..., 2]
    share = np.bincount(keys.ravel(), minlength=1 << 15) / keys.size
    return {
        "colours": float(np.sum(share > 0.0002)),
        "commonest": float(np.partition(share, -4)[-4:].sum()),
        "light": float(np.partition(share[_LIGHT], -2)[-2:].sum()),
        "dark": float(np.partition(share[_DARK], -2)[-2:].sum()),
    }


def _greys(lowest: float, highest: float) -> npt.NDArray[np.intp]:
    """The keys of the near-neutral colours between two mean levels of 0..31."""
    channels = np.stack([np.arange(1 << 15) >> shift & 31 for shift in (10, 5, 0)])
    level = channels.mean(axis=0)
    return np.flatnonzero((np.ptp(channels, axis=0) <= 2) & (level >= lowest) & (level <= highest))


_LIGHT, _DARK = _greys(23, 30.4), _greys(5, 13)
