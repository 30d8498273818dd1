"""Letters "(a)", "(b)" in a figure, found by their shape, and the panels that they name.

Nothing is read: a mark is a small word of three strokes whose outer two are brackets, that is,
bulge outwards and mirror each other. Which letter it is follows from the order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vqva_crawl.stages.panels.framed import alike
from vqva_crawl.stages.panels.gutters import (
    Axis,
    Box,
    Ink,
    gaps,
    leaves,
    reading_order,
    trimmed,
    whole,
)

LOWEST, TALLEST = 6, 40  # pixels of a bracket
NARROWEST, WIDEST = 0.75, 1.8  # of the height of "(a)"
SIDE = 0.28  # of the width of "(a)" is a bracket
THIN, THICK = 0.4, 1.6  # how dark the letter is, beside the bracket: a ring, a dot
MIRRORED = 0.6  # correlation of the one bracket with the other, turned round
WORD_GAP = 0.16  # of the height of a line
GUTTER = 4  # pixels between panels
MOST_CUTS = 6  # that are tried in a region, widest first
NEAR_EDGE = 0.3  # of a panel's height: a mark, with the lines after it, stands no further inside

Darkness = npt.NDArray[np.float32]


def lettered(ink: Ink, grey: npt.NDArray[np.uint8], count: int, least: int) -> list[Box]:
    """`count` panels in reading order with one mark each, without the marks' lines.

    [] where there are others. All marks stand below their panels, or all above them. `least` is
    the shorter side, in pixels, below which a picture is no panel.
    """
    marks = [mark for leaf in leaves(ink, 2) if (mark := bracketed(ink, grey, leaf))]
    figure = trimmed(ink, whole(ink))
    if len(marks) != count or figure is None:
        return []
    for below in (True, False):
        panels = _parted(ink, figure, marks, below, least)
        if panels and alike(panels):
            return reading_order(panels)
    return []


def bracketed(ink: Ink, grey: npt.NDArray[np.uint8], line: Box) -> Box | None:
    """The "(a)" that a line of writing begins with, None when it does not."""
    if not LOWEST <= line.height <= TALLEST:
        return None
    gap = max(2, round(WORD_GAP * line.height))
    spaces = gaps(ink, line, 1, gap)
    word = line.between(1, line.left, spaces[0][0] if spaces else line.right)
    word = trimmed(ink, word) or word
    if not NARROWEST * word.height <= word.width <= WIDEST * word.height:
        return None
    return word if _brackets(_darkness(grey, word)) else None


def _darkness(grey: npt.NDArray[np.uint8], word: Box) -> Darkness:
    """A word with a pixel of background around it, where its soft edges are."""
    left, top = max(word.left - 1, 0), max(word.top - 1, 0)
    dark = 255.0 - grey[top : word.bottom + 1, left : word.right + 1].astype(np.float32)
    dark -= dark.min()
    return dark


def _brackets(dark: Darkness) -> bool:
    third = max(3, round(dark.shape[1] * SIDE))
    left, middle, right = dark[:, :third], dark[:, third:-third], dark[:, -third:][:, ::-1]
    if middle.size == 0 or not THIN < middle.mean() / max(left.mean(), 1.0) < THICK:
        return False
    return _bulges(left) and _bulges(right) and _likeness(left, right) >= MIRRORED


def _likeness(left: Darkness, right: Darkness) -> float:
    """Their correlation, where one of them may lie a pixel further in."""
    pairs = ((left, right), (left[:, 1:], right[:, :-1]), (left[:, :-1], right[:, 1:]))
    return max(_correlation(a.ravel(), b.ravel()) for a, b in pairs)


def _correlation(a: Darkness, b: Darkness) -> float:
    """Pearson's; 0 where one of them is all of one level."""
    a, b = a - a.mean(), b - b.mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else 0.0


def _bulges(side: Darkness) -> bool:
    """Whether a stroke comes nearer to the edge in the middle than at both ends."""
    height, width = side.shape
    end = max(1, height // 4)
    weight = np.arange(width, dtype=np.float32)

    def place(rows: Darkness) -> float:
        return float((rows.sum(axis=0) * weight).sum() / max(rows.sum(), 1.0))

    middle = place(side[end:-end])
    return place(side[:end]) > middle and place(side[-end:]) > middle


def _parted(ink: Ink, region: Box, marks: list[Box], below: bool, least: int) -> list[Box]:
    """The panels of a region, parted at the widest gutters that leave marks on both sides."""
    if len(marks) == 1:
        panel = _unmarked(ink, region, marks[0], below)
        return [panel] if panel and min(panel.width, panel.height) >= least else []
    for axis, start, stop in _cuts(ink, region):
        before = [m for m in marks if m.span(axis)[1] <= start]
        after = [m for m in marks if m.span(axis)[0] >= stop]
        one = trimmed(ink, region.between(axis, region.span(axis)[0], start))
        two = trimmed(ink, region.between(axis, stop, region.span(axis)[1]))
        if before and after and one and two:
            first = _parted(ink, one, before, below, least)
            second = _parted(ink, two, after, below, least) if first else []
            if second:
                return first + second
    return []


def _cuts(ink: Ink, region: Box) -> list[tuple[Axis, int, int]]:
    """The widest gutters of a region, both ways."""
    axes: tuple[Axis, Axis] = (0, 1)
    found = [(axis, *gap) for axis in axes for gap in gaps(ink, region, axis, GUTTER)]
    return sorted(found, key=lambda cut: cut[1] - cut[2])[:MOST_CUTS]


def _unmarked(ink: Ink, cell: Box, mark: Box, below: bool) -> Box | None:
    """A cell without the writing that its mark begins; None where the mark stands elsewhere.

    A mark that no background parts from the drawing stays in the picture.
    """
    near = NEAR_EDGE * cell.height
    if (cell.bottom - mark.top if below else mark.bottom - cell.top) > near:
        return None
    bands = gaps(ink, cell, 0, 2)
    if below:
        ends = [start for start, stop in bands if stop <= mark.top + 1]
        return trimmed(ink, cell.between(0, cell.top, ends[-1])) if ends else cell
    starts = [stop for start, stop in bands if start >= mark.bottom - 1]
    return trimmed(ink, cell.between(0, starts[0], cell.bottom)) if starts else cell
