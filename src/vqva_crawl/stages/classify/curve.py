"""The threshold curves as a picture: precision and recall over the threshold, a line per class.

The screen's own threshold is on all wanted classes together: theirs is the one with a line down to
the axis and its number there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vqva_crawl.stages.classify.evaluating import FEWEST, ClassFigures, Evaluation
from vqva_crawl.stages.classify.pen import INK, Pen, Style, dashes

WIDTH, HEIGHT = 1280, 600
PANEL = (500, 400)  # pixels of a plot's inside
TOP, LEFTS = 82, (84, 704)
LEGEND, ADVICE = 556, 579
SWATCH = 52  # pixels of a legend's line, with the gap behind it

FAINT, GRID = "#5f5f5f", "#e3e3e3"


# Okabe and Ito's colours, which colour-blind readers can tell apart; dashes tell them apart too.
STYLES = (
    Style("#0072b2", (1, 0), 3),
    Style("#d55e00", (10, 5), 3),
    Style("#009e73", (3, 4), 3),
    Style("#cc79a7", (14, 4), 3),
    Style("#1a1a1a", (1, 0), 3),
)


class Line(NamedTuple):
    name: str
    figures: ClassFigures
    style: Style


def draw(evaluation: Evaluation) -> bytes:
    """A PNG of 1280 x 600: precision on the left, recall on the right, one legend below.

    A ring marks each recommended threshold, which the legend gives as a number; a class without
    held-out documents is left out.
    """
    shown = [(n, f) for n, f in evaluation.classes.items() if f.support]
    lines = [Line(*pair, style) for pair, style in zip(shown, STYLES, strict=False)]
    pen = Pen(WIDTH, HEIGHT)
    title = f"{evaluation.documents} held-out documents, of each class as below"
    pen.text(LEFTS[0], 30, title, "lm", 20)
    asked = evaluation.wanted_precision
    together = evaluation.classes[evaluation.together]
    upright = "; upright: the screen's" if together.recommended else ""
    note = f"ring: lowest threshold with precision {asked:.2f}{upright}"
    pen.text(LEFTS[1] + PANEL[0], 30, note, "rm", 15, FAINT)
    for left, name in zip(LEFTS, ("precision", "recall"), strict=True):
        _axes(pen, left, name)
        _upright(pen, left, together)
        for line in lines:
            _curve(pen, left, line, name)
    _level(pen, asked)
    _legend(pen, lines)
    return pen.png()


def _place(left: int, x: float, y: float) -> tuple[float, float]:
    """Pixels of a point whose coordinates run from 0 to 1."""
    return left + x * PANEL[0], TOP + (1 - y) * PANEL[1]


def _axes(pen: Pen, left: int, name: str) -> None:
    for n in range(11):
        at = n / 10
        pen.line([_place(left, at, 0), _place(left, at, 1)], GRID)
        pen.line([_place(left, 0, at), _place(left, 1, at)], GRID)
        x, y = _place(left, at, 0)
        pen.line([(x, y), (x, y + 6)], INK)
        pen.text(x, y + 18, f"{at:.1f}", "mm", 14)
        x, y = _place(left, 0, at)
        pen.line([(x - 6, y), (x, y)], INK)
        pen.text(x - 10, y, f"{at:.1f}", "rm", 14)
    pen.line([_place(left, 0, 1), _place(left, 0, 0), _place(left, 1, 0)], INK, 2)
    x, y = _place(left, 0.5, 0)
    pen.text(x, y + 42, "threshold on the probability", "mm", 16)
    pen.text(left, TOP - 20, name, "lm", 16)


def _level(pen: Pen, precision: float) -> None:
    """The precision asked for, as a thin line."""
    ends = [_place(LEFTS[0], 0, precision), _place(LEFTS[0], 1, precision)]
    for piece in dashes(ends, 4, 4):
        pen.line(piece, FAINT)


def _upright(pen: Pen, left: int, figures: ClassFigures) -> None:
    """The threshold of all wanted classes, with its number at the bottom."""
    if best := figures.recommended:
        for piece in dashes([_place(left, best.threshold, y) for y in (0, 1)], 4, 4):
            pen.line(piece, FAINT)
        x, y = _place(left, best.threshold, 0)
        side, anchor = (6, "lm") if best.threshold < 0.9 else (-6, "rm")
        pen.text(x + side, y - 12, f"{best.threshold:.2f}", anchor, 15)


def _curve(pen: Pen, left: int, line: Line, name: str) -> None:
    values = line.figures.precision_curve if name == "precision" else line.figures.recall_curve
    last = len(values) - 1
    # Above the highest probability nothing is taken: a line of precision ends there.
    points = [_place(left, n / last, v) for n, v in enumerate(values) if v is not None]
    pen.dashed(points, line.style)
    if best := line.figures.recommended:
        height = best.precision if name == "precision" else best.recall
        pen.dot(*_place(left, best.threshold, height), line.style.colour)


def _legend(pen: Pen, lines: Sequence[Line]) -> None:
    """Entries side by side, the room that is left over spread between them."""
    names = [f"{line.name}: {line.figures.support}" for line in lines]
    advice = [_advice(line.figures) for line in lines]
    widths = [SWATCH + max(map(pen.length, pair)) for pair in zip(names, advice, strict=True)]
    room = LEFTS[1] + PANEL[0] - LEFTS[0] - sum(widths)
    x: float = LEFTS[0]
    for line, name, said, width in zip(lines, names, advice, widths, strict=True):
        pen.dashed([(x, LEGEND), (x + SWATCH - 10, LEGEND)], line.style)
        pen.text(x + SWATCH, LEGEND, name, "lm")
        pen.text(x + SWATCH, ADVICE, said, "lm", 15, FAINT)
        x += width + room / max(len(lines) - 1, 1)


def _advice(figures: ClassFigures) -> str:
    best = figures.recommended
    if figures.others < FEWEST:
        return "too few others"
    return f"threshold {best.threshold:.2f}" if best else "no threshold"
