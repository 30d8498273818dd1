"""A small drawing surface for the demo site's pictures.

Coordinates and widths are pixels of the finished picture; the surface itself is two or three times
as large and is averaged down at the end, so that edges come out smooth. Every shape is a list of
polygons, every fill is a colour (``#rrggbb`` or ``#rrggbbaa``) or a gradient.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from vqva_crawl.clients.demo.fills import Ball, Fade, Fill, gradient, rgb_and_alpha
from vqva_crawl.clients.demo.outlines import Point, Points, bounding_box, box, oval, smooth, strokes


class Canvas:
    """A picture while it is drawn: ``width`` x ``height`` pixels on a background ``fill``.

    ``scale`` is how much larger the surface is: 2 for painted scenes, 3 for line drawings.
    """

    def __init__(self, width: int, height: int, fill: Fill = "#ffffff", scale: int = 2) -> None:
        self._scale = scale
        self._image = Image.new("RGB", (width * scale, height * scale))
        self._matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        self.box(0, 0, width, height, fill)

    def finish(self) -> Image.Image:
        """The finished RGB picture."""
        return self._image.reduce(self._scale)

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1.0, angle: float = 0.0, *, flip: bool = False
    ) -> Iterator[None]:
        """Inside, (0, 0) lies at ``x, y``, turned clockwise by ``angle`` degrees and scaled."""
        before = self._matrix
        a, b, c, d, e, f = before
        cos, sin = math.cos(math.radians(angle)) * scale, math.sin(math.radians(angle)) * scale
        mirror = -1.0 if flip else 1.0
        self._matrix = (
            (a * cos + b * sin) * mirror,
            -a * sin + b * cos,
            a * x + b * y + c,
            (d * cos + e * sin) * mirror,
            -d * sin + e * cos,
            d * x + e * y + f,
        )
        try:
            yield
        finally:
            self._matrix = before

    @contextmanager
    def clip(self, points: Points) -> Iterator[None]:
        """What is drawn inside shows only within the polygon ``points``."""
        device = self._device(points)
        left, top, right, bottom = _bounds([device], 1, self._image.size)
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in device], fill=255)
        before = self._image.copy()
        try:
            yield
        finally:
            drawn = self._image.crop((left, top, right, bottom))
            before.paste(drawn, (left, top), mask)
            self._image = before

    # Shapes

    def poly(self, points: Points, fill: Fill, edge: str | None = None, width: float = 0) -> None:
        """A filled polygon, with an ``edge`` line of ``width`` if given."""
        self._paint([self._device(points)], fill)
        if edge:
            self.line([*points, points[0], points[1]], edge, width)

    def blob(self, points: Points, fill: Fill, edge: str | None = None, width: float = 0) -> None:
        """A filled closed shape that runs smoothly through ``points``."""
        self.poly(smooth(points, closed=True), fill, edge, width)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        fill: Fill = "#000000",
        edge: str | None = None,
        width: float = 0,
        *,
        angle: float = 0,
    ) -> None:
        """An ellipse around ``x, y``; a circle when ``ry`` is None."""
        self.poly(oval(x, y, rx, rx if ry is None else ry, angle=angle), fill, edge, width)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Fill,
        edge: str | None = None,
        width: float = 0,
        *,
        corner: float = 0,
    ) -> None:
        """A rectangle, with corners rounded by ``corner``."""
        self.poly(box(left, top, right, bottom, corner), fill, edge, width)

    def line(self, points: Points, fill: Fill, width: float, end: float | None = None) -> None:
        """A line with round joints and ends; it tapers to the width ``end`` if given."""
        centres = self._device(points)
        last = max(len(centres) - 1, 1)
        zoom = math.sqrt(abs(self._determinant())) * self._scale / 2
        step = 0.0 if end is None else (end - width) / last
        radii = [zoom * (width + step * i) for i in range(len(centres))]
        self._paint(strokes(centres, radii), fill)

    def curve(self, points: Points, fill: Fill, width: float, end: float | None = None) -> None:
        """A line that runs smoothly through ``points``."""
        self.line(smooth(points), fill, width, end)

    def dashes(self, points: Points, fill: Fill, width: float, dash: float, gap: float) -> None:
        """A straight-sided line drawn as dashes."""
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            length = math.hypot(x1 - x0, y1 - y0)
            start = 0.0
            while start < length:
                stop = min(start + dash, length)
                a, b = start / length, stop / length
                first = (x0 + (x1 - x0) * a, y0 + (y1 - y0) * a)
                second = (x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)
                self.line([first, second], fill, width)
                start += dash + gap

    def arrow(self, points: Points, fill: Fill, width: float, head: float) -> None:
        """A line whose last point carries an arrow head of length ``head``."""
        (x0, y0), (x1, y1) = points[-2], points[-1]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        neck = (x1 - ux * head, y1 - uy * head)
        self.line([*points[:-1], neck], fill, width)
        side = head * 0.45
        self.poly(
            [
                (x1, y1),
                (neck[0] - uy * side, neck[1] + ux * side),
                (neck[0] + uy * side, neck[1] - ux * side),
            ],
            fill,
        )

    def soft(self, points: Points, fill: str, blur: float) -> None:
        """A polygon whose edge fades out over ``blur`` pixels: a shadow, a glow, a cloud."""
        device = self._device(points)
        radius = blur * math.sqrt(abs(self._determinant())) * self._scale
        pad = radius * 2.5
        left, top, right, bottom = _bounds([device], pad, self._image.size)
        if right <= left or bottom <= top:
            return
        shrink = self._scale * 2
        small = ((right - left) // shrink + 2, (bottom - top) // shrink + 2)
        mask = Image.new("L", small)
        ImageDraw.Draw(mask).polygon(
            [((x - left) / shrink, (y - top) / shrink) for x, y in device], fill=255
        )
        mask = mask.filter(ImageFilter.GaussianBlur(radius / shrink))
        mask = mask.resize((small[0] * shrink, small[1] * shrink), Image.Resampling.BILINEAR)
        mask = mask.crop((0, 0, right - left, bottom - top))
        rgb, alpha = rgb_and_alpha(fill)
        if alpha < 255:
            mask = mask.point(lambda value: value * alpha // 255)
        self._image.paste(rgb, (left, top), mask)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        fill: str = "#333333",
        *,
        anchor: str = "mm",
        bold: float = 0,
        spacing: float = 0,
    ) -> None:
        """One line of words; ``bold`` thickens the strokes, ``spacing`` sets the letters apart."""
        zoom = math.sqrt(abs(self._determinant()))
        draw = ImageDraw.Draw(self._image)
        font = _font(round(size * zoom * self._scale))
        stroke = round(bold * zoom * self._scale)
        ((px, py),) = self._device([(x, y)])
        if not spacing:
            draw.text((px, py), words, fill, font, anchor, stroke_width=stroke, stroke_fill=fill)
            return
        gap = spacing * zoom * self._scale
        widths = [font.getlength(letter) + gap for letter in words]
        start = {"l": 0.0, "m": (sum(widths) - gap) / 2, "r": sum(widths) - gap}[anchor[0]]
        for letter, width in zip(words, widths, strict=True):
            where = (px - start, py)
            start -= width
            place = "l" + anchor[1]
            draw.text(where, letter, fill, font, place, stroke_width=stroke, stroke_fill=fill)

    # The way from coordinates to pixels

    def _determinant(self) -> float:
        a, b, _, d, e, _ = self._matrix
        return a * e - b * d

    def _device(self, points: Points) -> list[Point]:
        a, b, c, d, e, f = self._matrix
        s = self._scale
        return [((a * x + b * y + c) * s, (d * x + e * y + f) * s) for x, y in points]

    def _paint(self, shapes: Sequence[Points], fill: Fill) -> None:
        if isinstance(fill, str):
            rgb, alpha = rgb_and_alpha(fill)
            if alpha == 255:
                draw = ImageDraw.Draw(self._image)
                for shape in shapes:
                    draw.polygon(shape, fill=rgb)
                return
        left, top, right, bottom = _bounds(shapes, 1, self._image.size)
        if right <= left or bottom <= top:
            return
        size = (right - left, bottom - top)
        if not isinstance(fill, str) and _covers(shapes, self._image.size):
            self._image.paste(self._gradient(fill, shapes, (left, top, right, bottom)), (0, 0))
            return
        mask = Image.new("L", size)
        draw = ImageDraw.Draw(mask)
        level = alpha if isinstance(fill, str) else 255
        for shape in shapes:
            draw.polygon([(x - left, y - top) for x, y in shape], fill=level)
        if isinstance(fill, str):
            self._image.paste(rgb, (left, top), mask)
        else:
            colours = self._gradient(fill, shapes, (left, top, right, bottom))
            self._image.paste(colours, (left, top), mask)

    def _gradient(
        self, fill: Fade | Ball, shapes: Sequence[Points], window: tuple[int, int, int, int]
    ) -> Image.Image:
        """The part of the gradient over ``shapes`` that falls into the pixels of ``window``."""
        left, top, right, bottom = bounding_box(shapes)
        cut = (window[0] - left, window[1] - top, window[2] - left, window[3] - top)
        size = (window[2] - window[0], window[3] - window[1])
        return gradient(fill, (right - left, bottom - top), cut, size)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _covers(shapes: Sequence[Points], size: tuple[int, int]) -> bool:
    """Whether the only shape is an upright rectangle that reaches over the whole picture."""
    if len(shapes) != 1 or len(shapes[0]) != 4:
        return False
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = shapes[0]
    upright = y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0
    return upright and x0 <= 0 and y0 <= 0 and x1 >= size[0] and y2 >= size[1]


def _bounds(
    shapes: Sequence[Points], pad: float, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    left, top, right, bottom = bounding_box(shapes)
    return (
        max(0, math.floor(left - pad)),
        max(0, math.floor(top - pad)),
        min(size[0], math.ceil(right + pad) + 1),
        min(size[1], math.ceil(bottom + pad) + 1),
    )
