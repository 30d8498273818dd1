"""The threshold curves as a picture: precision and recall over the threshold, a line per class."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from vqva_crawl.stages.classify.evaluating import ClassFigures, Evaluation

SCALE = 2  # drawn larger and scaled down: Pillow's lines have no smooth edges
WIDTH, HEIGHT = 1280, 600
PANEL = (500, 400)  # pixels of a plot's inside
TOP, LEFTS = 82, (84, 704)
LEGEND = 566
SWATCH = 52  # pixels of a legend's line, with the gap behind it

INK, FAINT, GRID = "#1a1a1a", "#5f5f5f", "#e3e3e3"


class Style(NamedTuple):
    colour: str
    dash: tuple[int, int]  # pixels drawn and left out
    width: int


# Okabe and Ito's colours, which colour-blind readers can tell apart; dashes tell them apart too.
STYLES = (
    Style("#0072b2", (1, 0), 3),
    Style("#d55e00", (10, 5), 3),
    Style("#009e73", (3, 4), 3),
    Style("#cc79a7", (14, 4), 3),
    Style("#1a1a1a", (1, 0), 2),
)


class Line(NamedTuple):
    name: str
    figures: ClassFigures
    style: Style


class Pen:
    """Draws in the picture's own pixels, whatever the scale."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
        self._draw = ImageDraw.Draw(self.image)

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: int = 1) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, colour, width * SCALE, joint="curve")

    def dashed(self, points: Sequence[tuple[float, float]], style: Style) -> None:
        for piece in dashes(points, *style.dash):
            self.line(piece, style.colour, style.width)

    def dot(self, x: float, y: float, colour: str) -> None:
        self._draw.circle((x * SCALE, y * SCALE), 6 * SCALE, "white", colour, 3 * SCALE)

    def text(
        self, x: float, y: float, text: str, anchor: str, size: int = 15, colour: str = INK
    ) -> None:
        self._draw.text((x * SCALE, y * SCALE), text, colour, _font(size), anchor)

    def length(self, text: str, size: int = 15) -> float:
        return self._draw.textlength(text, _font(size)) / SCALE


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size * SCALE)


def dashes(
    points: Sequence[tuple[float, float]], on: int, off: int
) -> list[list[tuple[float, float]]]:
    """The pieces of a line that are drawn: `on` pixels, then a gap of `off`; all when off is 0."""
    if not off:
        return [list(points)] if len(points) > 1 else []
    pieces: list[list[tuple[float, float]]] = []
    run, walked = list[tuple[float, float]](), 0.0
    for point in _steps(points):
        if walked % (on + off) < on:
            run.append(point)
        elif run:
            pieces.append(run)
            run = []
        walked += 1
    return [piece for piece in [*pieces, run] if len(piece) > 1]


def _steps(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The line's points about a pixel apart."""
    found: list[tuple[float, float]] = []
    for (x, y), (to_x, to_y) in pairwise(points):
        count = max(round(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5), 1)
        found += [(x + (to_x - x) * n / count, y + (to_y - y) * n / count) for n in range(count)]
    return [*found, *points[-1:]]


def draw(evaluation: Evaluation) -> bytes:
    """A PNG of 1280 x 600: precision on the left, recall on the right, one legend below.

    A ring marks each recommended threshold; a class without held-out documents is left out.
    """
    shown = [(n, f) for n, f in evaluation.classes.items() if f.support]
    lines = [Line(*pair, style) for pair, style in zip(shown, STYLES, strict=False)]
    pen = Pen()
    title = f"{evaluation.documents} held-out documents, of each class as below"
    pen.text(LEFTS[0], 30, title, "lm", 20)
    asked = evaluation.wanted_precision
    note = f"ring: lowest threshold with precision {asked:.2f}"
    pen.text(LEFTS[1] + PANEL[0], 30, note, "rm", 15, FAINT)
    for left, name in zip(LEFTS, ("precision", "recall"), strict=True):
        _axes(pen, left, name)
        for line in lines:
            _curve(pen, left, line, name)
    _level(pen, asked)
    _legend(pen, lines)
    small = pen.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


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
    widths = [SWATCH + pen.length(name) for name in names]
    room = LEFTS[1] + PANEL[0] - LEFTS[0] - sum(widths)
    x: float = LEFTS[0]
    for line, name, width in zip(lines, names, widths, strict=True):
        pen.dashed([(x, LEGEND), (x + SWATCH - 10, LEGEND)], line.style)
        pen.text(x + SWATCH, LEGEND, name, "lm")
        x += width + room / max(len(lines) - 1, 1)
