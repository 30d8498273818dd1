"""Lines, dashes, rings and words on a white picture, with soft edges (Pillow)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

SCALE = 2  # drawn larger and scaled down: Pillow's lines have no smooth edges
INK = "#1a1a1a"


class Style(NamedTuple):
    colour: str
    dash: tuple[int, int]  # pixels drawn and left out
    width: int


class Pen:
    """Draws in the picture's own pixels, whatever the scale."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), "white")
        self._draw = ImageDraw.Draw(self._image)

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

    def png(self) -> bytes:
        out = io.BytesIO()
        self._image.resize(self._size, Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
        return out.getvalue()


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
