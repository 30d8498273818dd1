"""QR codes, by their finder patterns (ISO/IEC 18004): three squares at the corners of a right
isosceles triangle, each crossed in both directions by dark-light-dark-light-dark runs whose
lengths are as 1:1:3:1:1.
"""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import numpy.typing as npt
from PIL import Image

_SIDE = 512  # pixels: enough for every version of the code, and cheap
_SPAN = 0.4  # of the picture's shorter side; a smaller code is a detail of another picture
_RATIO = np.array([1, 1, 3, 1, 1])
_SMALLEST = 2.0  # pixels of a module; the largest code has 2.8 at _SIDE, textures mostly one
_MOST_GREY = 0.35  # of the pixels; in a code, only those on its modules' edges
_SURELY_GREY = 0.5  # before scaling, which makes more greys of black and white
_MOST_HITS = 4000  # more are a texture, not a code
_MOST_FINDERS = 12  # likewise

_FINDER = np.ones((7, 7), bool)
_FINDER[1:6, 1:6] = False
_FINDER[2:5, 2:5] = True
_AGREE = 44  # of its 49 modules

Hit = tuple[float, float, float]  # y, x, module size, in pixels
Hits = npt.NDArray[np.float64]  # one Hit a row


def shows_qr_code(picture: Image.Image) -> bool:
    """Whether an RGB or grey picture is a QR code (rather than shows one somewhere)."""
    grey = picture.convert("L")
    if _middling(grey) > _SURELY_GREY:
        return False
    if max(grey.size) > _SIDE:
        grey.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    if _middling(grey) > _MOST_GREY:
        return False
    levels = np.asarray(grey)
    dark = levels < (int(levels.min()) + int(levels.max())) / 2
    along = _crossings(dark)
    if not 3 <= len(along) <= _MOST_HITS:
        return False
    down = _crossings(dark.T)[:, [1, 0, 2]]
    return _three_corners(_finders(dark, along, down), _SPAN * min(grey.size))


def _middling(grey: Image.Image) -> float:
    """The share of pixels that are clearly neither dark nor light."""
    counts = np.array(grey.histogram())
    levels = np.flatnonzero(counts)
    low, high = int(levels[0]), int(levels[-1])
    between = np.abs(levels - (low + high) / 2) < 0.2 * (high - low)
    return float(counts[levels[between]].sum() / counts.sum())


def _crossings(dark: npt.NDArray[np.bool_]) -> Hits:
    """Middles of runs as 1:1:3:1:1 along the rows."""
    height, width = dark.shape
    framed = np.zeros((height, width + 2), bool)
    framed[:, 1:-1] = dark
    edges = np.flatnonzero(np.diff(framed.ravel()))  # starts and ends of dark runs, by turns
    starts, lengths = edges[:-1], np.diff(edges)
    if len(lengths) < 5:
        return np.empty((0, 3))
    runs = np.lib.stride_tricks.sliding_window_view(lengths, 5)[::2]  # those that begin dark
    module = runs.sum(axis=1) / 7
    near = np.abs(runs - module[:, None] * _RATIO) <= module[:, None] * _RATIO * 0.45 + 0.3
    first, total = starts[: len(runs) * 2 : 2], runs.sum(axis=1)
    row = first // (width + 2)
    good = near.all(axis=1) & (module >= _SMALLEST) & (row == (first + total) // (width + 2))
    middle = first + (total - 1) / 2
    hits: Hits = np.column_stack([row, middle - row * (width + 2), module])[good]
    return hits


def _finders(dark: npt.NDArray[np.bool_], along: Hits, down: Hits) -> list[Hit]:
    """The finder patterns among the places where both directions cross: x from one, y from the
    other."""
    found: list[Hit] = []
    for y, x, module in along:
        both = (np.abs(down[:, :2] - (y, x)).max(axis=1) <= 2 * module) & (
            np.abs(down[:, 2] - module) <= module / 2
        )
        apart = all(max(abs(y - v), abs(x - u)) > 3 * module for v, u, _ in found)
        if apart and both.any():
            finder = (float(down[both, 0].mean()), float(x), float(module))
            if _is_finder(dark, finder):
                found.append(finder)
        if len(found) == _MOST_FINDERS:
            break
    return found


def _is_finder(dark: npt.NDArray[np.bool_], middle: Hit) -> bool:
    """Whether the 7 x 7 modules around a middle are a finder pattern."""
    y, x, module = middle
    steps = np.arange(-3, 4) * module
    rows, columns = (np.rint(at + steps).astype(int) for at in (y, x))
    if rows[0] < 0 or columns[0] < 0 or rows[-1] >= dark.shape[0] or columns[-1] >= dark.shape[1]:
        return False
    return int(np.sum(dark[np.ix_(rows, columns)] == _FINDER)) >= _AGREE


def _three_corners(finders: list[Hit], span: float) -> bool:
    """Whether three of one size stand at the corners of a right isosceles triangle."""
    for (y, x, one), (v, u, two), (t, s, three) in permutations(finders, 3):
        side, other = math.hypot(v - y, u - x), math.hypot(t - y, s - x)
        slant = abs((v - y) * (t - y) + (u - x) * (s - x))  # zero for a right angle
        if (
            side >= span
            and abs(other - side) <= 0.1 * side
            and slant <= 0.1 * side * side
            and max(one, two, three) <= 1.5 * min(one, two, three)
        ):
            return True
    return False
