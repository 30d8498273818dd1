"""Boxes of a picture between gutters: recursive projection profiles (XY-cut).

Nagy and Seth, "Hierarchical representation of optically scanned documents" (ICPR 1984): a region
is cut wherever a band of background crosses it from edge to edge, first into rows, then each row
into columns, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

TOLERANCE = 24  # levels of 255 that a pixel of the background may be off: JPEG rings near edges
SPECKS = 0.005  # of a line of background: noise
DEEPEST = 12  # cuts within cuts; a figure has four at most, a hostile drawing thousands
MOST_LEAVES = 2000

Pixels = npt.NDArray[np.uint8]  # height x width x 3
Ink = npt.NDArray[np.bool_]  # height x width, True where it is not background
Colour = tuple[int, int, int]
Axis = Literal[0, 1]  # 0: cut into rows, 1: into columns


class Box(NamedTuple):
    """A region in pixels; right and bottom are outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def of(self, ink: Ink) -> Ink:
        return ink[self.top : self.bottom, self.left : self.right]

    def span(self, axis: Axis) -> tuple[int, int]:
        """Where it begins and ends from top to bottom (0) or from left to right (1)."""
        return (self.left, self.right) if axis else (self.top, self.bottom)

    def between(self, axis: Axis, start: int, stop: int) -> Box:
        """Its slice along an axis."""
        left, top, right, bottom = self
        return Box(start, top, stop, bottom) if axis else Box(left, start, right, stop)


def backgrounds(pixels: Pixels) -> list[Colour]:
    """The colours that gutters may have: white, and the commonest one of the picture's rim."""
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    keys = (rim >> 3).astype(np.int32) @ np.array([1024, 32, 1])
    commonest = np.bincount(keys).argmax()
    red, green, blue = (int(v) for v in np.median(rim[keys == commonest], axis=0))
    if min(red, green, blue) >= 255 - TOLERANCE:
        return [(255, 255, 255)]
    return [(255, 255, 255), (red, green, blue)]


def ink_on(pixels: Pixels, background: Colour) -> Ink:
    """Where a picture differs from a background."""
    ink = np.zeros(pixels.shape[:2], np.bool_)
    for channel, level in enumerate(background):
        ink |= np.abs(pixels[..., channel].astype(np.int16) - level) > TOLERANCE
    return ink


def whole(ink: Ink) -> Box:
    return Box(0, 0, ink.shape[1], ink.shape[0])


def trimmed(ink: Ink, box: Box) -> Box | None:
    """The box without the background around its ink, None where there is nothing but background."""
    for axis in (0, 1, 0):  # columns may shrink what counts as a speck in a row
        runs = _runs(ink, box, axis)
        if not runs:
            return None
        box = box.between(axis, runs[0][0], runs[-1][1])
    return box


def gaps(ink: Ink, box: Box, axis: Axis, gutter: int) -> list[tuple[int, int]]:
    """(start, stop) of the bands of background, at least `gutter` wide, that cut a box in two."""
    found = ((a[1], b[0]) for a, b in pairwise(_runs(ink, box, axis)))
    return [(start, stop) for start, stop in found if stop - start >= gutter]


def leaves(ink: Ink, gutter: int) -> list[Box]:
    """The boxes that no gutter crosses any more, in reading order; [] for none or far too many."""
    found: list[Box] = []
    waiting = [(whole(ink), DEEPEST)]
    while waiting:
        region, depth = waiting.pop()
        box = trimmed(ink, region)
        if box is None:
            continue
        pieces = _pieces(ink, box, gutter) if depth else [box]
        if len(pieces) == 1:
            found.append(box)
        else:
            waiting += [(piece, depth - 1) for piece in reversed(pieces)]
        if len(found) + len(waiting) > MOST_LEAVES:
            return []
    return found


def reading_order(boxes: Sequence[Box]) -> list[Box]:
    """Rows before columns, as letters run: the boxes are parted like a picture of them."""
    if len(boxes) < 2:
        return list(boxes)
    axes: tuple[Axis, Axis] = (0, 1)
    for axis in axes:
        ordered = sorted(boxes, key=lambda box: box.span(axis))
        for count in range(1, len(ordered)):
            before, after = ordered[:count], ordered[count:]
            if max(b.span(axis)[1] for b in before) <= after[0].span(axis)[0]:
                return reading_order(before) + reading_order(after)
    return sorted(boxes, key=lambda box: (box.top, box.left))


def _pieces(ink: Ink, box: Box, gutter: int) -> list[Box]:
    """The rows of a box, or its columns where it has but one row."""
    axes: tuple[Axis, Axis] = (0, 1)
    for axis in axes:
        found = gaps(ink, box, axis, gutter)
        if found:
            first, last = box.span(axis)
            edges = [first, *(edge for gap in found for edge in gap), last]
            pairs = zip(edges[::2], edges[1::2], strict=True)
            return [box.between(axis, start, stop) for start, stop in pairs]
    return [box]


def _runs(ink: Ink, box: Box, axis: Axis) -> list[tuple[int, int]]:
    """(start, stop) of the runs of rows (0) or columns (1) that hold ink."""
    block = box.of(ink)
    drawn = block.sum(axis=1 - axis) > SPECKS * block.shape[1 - axis]
    turns = np.flatnonzero(np.diff(drawn, prepend=False, append=False)) + box.span(axis)[0]
    return list(zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True))
