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

NEGLIGIBLE = 0.05  # below it the score is not asked for to the last digit
EVERY = 4  # how many rows the first look takes one of
# What edges, faint_*, dividers and twins add: 3.6 at most in 3,245 pictures, so that a screenshot
# (0.15 at least) would need its other measures to be 2.6 logits off in the rows looked at.
MOST_OF_EDGES = 5.0

MOST_PIXELS = 1_500_000  # of the middle of the picture are measured
SHORTEST_EDGE = 20  # pixels
FAINT = 90  # levels: bevels and frames are below it, the black lines of diagrams above
ROW_HEIGHTS = (7, 45)  # pixels, of buttons, entries and list rows

Levels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


def interface_score(picture: Image.Image) -> float:
    """0..1 for an RGB picture, 0.5 where both are as likely.

    Where a first look at some rows finds it far below every bar, the bound that it found.
    """
    if min(picture.size) < SHORTEST_EDGE:
        return 0.0
    picture = _middle(picture)
    bound = _likely(_total(_first_look(picture)) + MOST_OF_EDGES)
    return bound if bound < NEGLIGIBLE else _likely(_total(measures(picture)))


def _total(found: dict[str, float]) -> float:
    """The sum of the regression over the measures that there are."""
    return BIAS + sum(WEIGHTS[name] * math.log(value + FLOOR) for name, value in found.items())


def _likely(total: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def measures(picture: Image.Image) -> dict[str, float]:
    """The twelve measures of an RGB picture."""
    picture = _middle(picture)
    grey = np.asarray(picture.convert("L"))
    across, down = _apart(grey[:, 1:], grey[:, :-1]), _apart(grey[1:], grey[:-1])
    return {
        **_steps(across),
        "strokes": _strokes(grey, across),
        **_straight(across, down, grey.shape),
        **_colours(picture),
    }


def _first_look(picture: Image.Image) -> dict[str, float]:
    """The measures that need no neighbours above and below, of some rows alone."""
    rows = picture.height // EVERY
    some = picture.resize((picture.width, rows), Image.Resampling.NEAREST)
    grey = np.asarray(some.convert("L"))
    across = _apart(grey[:, 1:], grey[:, :-1])
    return {**_steps(across), "strokes": _strokes(grey, across), **_colours(some)}


def _apart(one: Levels, other: Levels) -> Levels:
    """|one - other| without leaving eight bits, which is several times as fast."""
    return np.maximum(one, other) - np.minimum(one, other)


def _middle(picture: Image.Image) -> Image.Image:
    """At most MOST_PIXELS of a picture. Cropped, since scaling blurs edges and mixes colours."""
    width, height = picture.size
    share = math.sqrt(MOST_PIXELS / (width * height))
    if share >= 1:
        return picture
    w, h = int(width * share), int(height * share)
    left, top = (width - w) // 2, (height - h) // 2
    return picture.crop((left, top, left + w, top + h))


def _steps(across: Levels) -> dict[str, float]:
    """Shares of the small steps between neighbours, which photographs are full of, and the big."""
    small = np.count_nonzero(across - np.uint8(3) < 27)  # 3..29: what is less wraps round
    return {"texture": small / across.size, "sharp": np.count_nonzero(across >= 80) / across.size}


def _straight(across: Levels, down: Levels, shape: tuple[int, ...]) -> dict[str, float]:
    """What the straight edges of both directions say, from the steps between neighbours."""
    level, upright = across <= 3, down <= 3  # flat along the row, along the column
    lying = level[:-1] & level[1:] & (down[:, 1:] >= 5)
    standing = upright[:, :-1] & upright[:, 1:] & (across[1:] >= 5)
    rows, columns = _edges(lying, down[:, 1:]), _edges(standing.T, across[1:].T)
    border = sum(shape)
    return {
        "edges": 10 * (rows.count + columns.count) / border,
        "faint_rows": rows.faint / border,
        "faint_columns": columns.faint / border,
        "dividers": float(min(rows.dividers, columns.dividers)),
        "twins": 100 * min(rows.twins, columns.twins) / math.sqrt(math.prod(shape)),
    }


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


def _edges(edge: Mask, contrast: Levels) -> _Edges:
    """The edges along the rows of a picture one pixel wider than `edge`, where it is set."""
    width = edge.shape[1] + 1
    row, column, lengths = _long_runs(edge)
    faint = contrast[row, column + lengths // 2] < FAINT
    return _Edges(
        count=lengths.size,
        faint=int(lengths[faint].sum()),
        dividers=np.unique(row[lengths >= 0.4 * width]).size,
        twins=_twins(row, column // 3 * width + (column + lengths) // 3),
    )


def _long_runs(mask: Mask) -> tuple[Places, Places, Places]:
    """(row, column, length) of the runs of at least SHORTEST_EDGE along the rows."""
    height, width = mask.shape
    inside = np.zeros((height, width + 2), bool)  # so that no run goes on in the next row
    inside[:, 1:-1] = mask
    inside, span = inside.ravel(), 1
    while span < SHORTEST_EDGE:  # where the next `span` pixels are all set
        step = min(span, SHORTEST_EDGE - span)
        inside, span = inside[:-step] & inside[step:], span + step
    turns = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = turns[::2], turns[1::2]
    row, column = np.divmod(starts, width + 2)
    return row, column, ends - starts + SHORTEST_EDGE - 1


def _twins(row: npt.NDArray[np.intp], extent: npt.NDArray[np.intp]) -> int:
    """How many edges have the next one of the same extent a row's height below."""
    order = np.lexsort((row, extent))
    apart, same = np.diff(row[order]), np.diff(extent[order]) == 0
    low, high = ROW_HEIGHTS
    return int(np.sum(same & (apart >= low) & (apart <= high)))


def _strokes(grey: Levels, across: Levels) -> float:
    """Share of pixels in upright strokes 1-3 pixels wide, as small type has."""
    width, count = grey.shape[1], 0
    begins = across >= 50
    if not begins.any():
        return 0.0
    for pen in (1, 2, 3):
        beside = _apart(grey[:, : -pen - 1], grey[:, pen + 1 :]) <= 24
        count += int(np.count_nonzero(beside & begins[:, : width - pen - 1]))
    return count / grey.size


def _colours(picture: Image.Image) -> dict[str, float]:
    """How many colours count, the share of the four commonest, and of the two commonest light and
    dark greys; five bits a channel."""
    pixels = np.frombuffer(picture.tobytes("raw", "RGBX"), "<u4")  # red is the lowest byte
    keys = ((pixels & 0xF8) << 7) | ((pixels >> 6) & 0x3E0) | ((pixels >> 19) & 0x1F)
    share = np.bincount(keys, minlength=1 << 15) / keys.size
    return {
        "colours": float(np.count_nonzero(share > 0.0002)),
        "commonest": float(np.sort(share[share > 0])[-4:].sum()),  # most of 32,768 are empty
        "light": float(np.partition(share[_LIGHT], -2)[-2:].sum()),
        "dark": float(np.partition(share[_DARK], -2)[-2:].sum()),
    }


def _greys(lowest: float, highest: float) -> npt.NDArray[np.intp]:
    """The keys of the near-neutral colours between two mean levels of 0..31."""
    channels = np.stack([np.arange(1 << 15) >> shift & 31 for shift in (10, 5, 0)])
    level = channels.mean(axis=0)
    return np.flatnonzero((np.ptp(channels, axis=0) <= 2) & (level >= lowest) & (level <= highest))


_LIGHT, _DARK = _greys(23, 30.4), _greys(5, 13)
