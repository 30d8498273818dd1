"""A small drawing surface for the demo site's pictures.

Coordinates and widths are pixels of the finished picture; the surface itself is three times as
large and is averaged down at the end, so that edges come out smooth. Every shape is a list of
polygons, every fill is a colour (``#rrggbb`` or ``#rrggbbaa``) or a gradient.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
Points = Sequence[Point]

SUPERSAMPLING = 3


@dataclass(frozen=True)
class Fade:
    """A gradient from ``start`` to ``end``, downwards or to the right."""

    start: str
    end: str
    across: bool = False


@dataclass(frozen=True)
class Ball:
    """A round gradient; ``x`` and ``y`` say where in the shape's box the light falls."""

    light: str
    dark: str
    x: float = 0.36
    y: float = 0.3
    reach: float = 0.85


Fill = str | Fade | Ball


class Canvas:
    """A picture while it is drawn: ``width`` x ``height`` pixels on a background ``fill``."""

    def __init__(self, width: int, height: int, fill: Fill = "#ffffff") -> None:
        self.width, self.height = width, height
        size = (width * SUPERSAMPLING, height * SUPERSAMPLING)
        self._image = Image.new("RGB", size)
        self._matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        self.box(0, 0, width, height, fill)

    def finish(self) -> Image.Image:
        """The finished RGB picture."""
        return self._image.reduce(SUPERSAMPLING)

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
        mask = Image.new("L", self._image.size)
        ImageDraw.Draw(mask).polygon(self._device(points), fill=255)
        before = self._image.copy()
        try:
            yield
        finally:
            before.paste(self._image, mask=mask)
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
        zoom = math.sqrt(abs(self._determinant())) * SUPERSAMPLING / 2
        step = 0.0 if end is None else (end - width) / last
        radii = [zoom * (width + step * i) for i in range(len(centres))]
        self._paint(_strokes(centres, radii), fill)

    def curve(self, points: Points, fill: Fill, width: float, end: float | None = None) -> None:
        """A line that runs smoothly through ``points``."""
        self.line(smooth(points), fill, width, end)

    def dashes(self, points: Points, fill: Fill, width: float, dash: float, gap: float) -> None:
        """A straight-sided line drawn as dashes."""
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
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
        radius = blur * math.sqrt(abs(self._determinant())) * SUPERSAMPLING
        pad = radius * 2.5
        left, top, right, bottom = _bounds([device], pad, self._image.size)
        if right <= left or bottom <= top:
            return
        shrink = SUPERSAMPLING * 2
        small = ((right - left) // shrink + 2, (bottom - top) // shrink + 2)
        mask = Image.new("L", small)
        ImageDraw.Draw(mask).polygon(
            [((x - left) / shrink, (y - top) / shrink) for x, y in device], fill=255
        )
        mask = mask.filter(ImageFilter.GaussianBlur(radius / shrink))
        mask = mask.resize((small[0] * shrink, small[1] * shrink), Image.Resampling.BILINEAR)
        mask = mask.crop((0, 0, right - left, bottom - top))
        rgb, alpha = _colour(fill)
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
        font = _font(round(size * zoom * SUPERSAMPLING))
        stroke = round(bold * zoom * SUPERSAMPLING)
        ((px, py),) = self._device([(x, y)])
        if not spacing:
            draw.text((px, py), words, fill, font, anchor, stroke_width=stroke, stroke_fill=fill)
            return
        gap = spacing * zoom * SUPERSAMPLING
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
        s = SUPERSAMPLING
        return [((a * x + b * y + c) * s, (d * x + e * y + f) * s) for x, y in points]

    def _paint(self, shapes: Sequence[Sequence[Point]], fill: Fill) -> None:
        if isinstance(fill, str):
            rgb, alpha = _colour(fill)
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
            gradient = self._gradient(fill, shapes, (left, top, right, bottom))
            self._image.paste(gradient, (left, top), mask)

    def _gradient(
        self, fill: Fade | Ball, shapes: Sequence[Points], window: tuple[int, int, int, int]
    ) -> Image.Image:
        """The part of the gradient over ``shapes`` that falls into the pixels of ``window``."""
        left, top, right, bottom = _box_of(shapes)
        cut = (window[0] - left, window[1] - top, window[2] - left, window[3] - top)
        size = (window[2] - window[0], window[3] - window[1])
        return _gradient(fill, (right - left, bottom - top), cut, size)


# Outlines


def oval(
    x: float,
    y: float,
    rx: float,
    ry: float | None = None,
    *,
    angle: float = 0,
    start: float = 0,
    stop: float = 360,
) -> list[Point]:
    """Points on an ellipse, clockwise from ``start`` to ``stop`` degrees, turned by ``angle``."""
    ry = rx if ry is None else ry
    steps = 16 if max(rx, ry) < 7 else 36 if max(rx, ry) < 40 else 90
    turns = _turns(start, stop, steps)
    if not angle:
        return [(x + rx * cos, y + ry * sin) for cos, sin in turns]
    a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return [
        (x + rx * cos * a - ry * sin * b, y + rx * cos * b + ry * sin * a) for cos, sin in turns
    ]


def box(left: float, top: float, right: float, bottom: float, corner: float = 0) -> list[Point]:
    """The outline of a rectangle with corners rounded by ``corner``."""
    if not corner:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    r = min(corner, (right - left) / 2, (bottom - top) / 2)
    return [
        *oval(left + r, top + r, r, start=180, stop=270),
        *oval(right - r, top + r, r, start=270, stop=360),
        *oval(right - r, bottom - r, r, start=0, stop=90),
        *oval(left + r, bottom - r, r, start=90, stop=180),
    ]


def smooth(points: Points, *, closed: bool = False, steps: int = 8) -> list[Point]:
    """A Catmull-Rom curve through ``points``, as many short straight pieces."""
    count = len(points)
    if closed:
        control = [points[-1], *points, points[0], points[1]]
    else:
        control = [points[0], *points, points[-1]]
    spans = count if closed else count - 1
    out: list[Point] = []
    for i in range(spans):
        p0, p1, p2, p3 = control[i : i + 4]
        for k in range(steps):
            t = k / steps
            out.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    if not closed:
        out.append(points[-1])
    return out


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies ``share`` (0 to 1) of the way from ``first`` to ``second``."""
    a, b = ImageColor.getrgb(first), ImageColor.getrgb(second)
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a[:3], b[:3], strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _strokes(centres: Points, radii: Sequence[float]) -> list[list[Point]]:
    """The polygons of a line: its pieces, and discs at its ends and sharp bends."""
    normals = []
    for (x0, y0), (x1, y1) in zip(centres, centres[1:], strict=False):
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        normals.append((-(y1 - y0) / length, (x1 - x0) / length))
    shapes = [_disc(centres[i], radii[i]) for i in {0, len(centres) - 1}]
    for i, normal in enumerate(normals):
        start = end = normal
        if i:
            start, gentle = _between(normals[i - 1], normal)
            if not gentle:
                shapes.append(_disc(centres[i], radii[i]))
        if i + 1 < len(normals):
            end, _ = _between(normal, normals[i + 1])
        (x0, y0), (x1, y1), r0, r1 = centres[i], centres[i + 1], radii[i], radii[i + 1]
        shapes.append(
            [
                (x0 + start[0] * r0, y0 + start[1] * r0),
                (x1 + end[0] * r1, y1 + end[1] * r1),
                (x1 - end[0] * r1, y1 - end[1] * r1),
                (x0 - start[0] * r0, y0 - start[1] * r0),
            ]
        )
    return shapes


def _between(first: Point, second: Point) -> tuple[Point, bool]:
    """The direction halfway from one normal to the next, and whether the bend is gentle.

    At a sharp bend it is the second normal, so that a piece keeps its own square end.
    """
    x, y = first[0] + second[0], first[1] + second[1]
    length = math.hypot(x, y)
    if length < 1.9:
        return second, False
    return (x / length, y / length), True


def _disc(centre: Point, radius: float) -> list[Point]:
    x, y = centre
    turns = _turns(0, 360, 8 if radius < 3 else 14 if radius < 12 else 28)
    return [(x + radius * cos, y + radius * sin) for cos, sin in turns]


@functools.cache
def _turns(start: float, stop: float, steps: int) -> tuple[Point, ...]:
    angles = (math.radians(start + (stop - start) * i / steps) for i in range(steps + 1))
    return tuple((math.cos(angle), math.sin(angle)) for angle in angles)


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - a - 3 * c + d) * t * t * t
    )


# Fills


@functools.cache
def _colour(text: str) -> tuple[tuple[int, int, int], int]:
    value = ImageColor.getcolor(text, "RGBA")
    assert isinstance(value, tuple)
    red, green, blue, alpha = value
    return (red, green, blue), alpha


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@functools.cache
def _radial() -> Image.Image:
    """A disc of radius 128 that brightens outwards, in the middle of a white field."""
    field = Image.new("L", (768, 768), 255)
    field.paste(Image.radial_gradient("L"), (256, 256))
    return field


def _box_of(shapes: Sequence[Sequence[Point]]) -> tuple[float, float, float, float]:
    xs = [x for shape in shapes for x, _ in shape]
    ys = [y for shape in shapes for _, y in shape]
    return min(xs), min(ys), max(xs), max(ys)


def _covers(shapes: Sequence[Points], size: tuple[int, int]) -> bool:
    """Whether the only shape is an upright rectangle that reaches over the whole picture."""
    if len(shapes) != 1 or len(shapes[0]) != 4:
        return False
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = shapes[0]
    upright = y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0
    return upright and x0 <= 0 and y0 <= 0 and x1 >= size[0] and y2 >= size[1]


def _bounds(
    shapes: Sequence[Sequence[Point]], pad: float, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    left, top, right, bottom = _box_of(shapes)
    return (
        max(0, math.floor(left - pad)),
        max(0, math.floor(top - pad)),
        min(size[0], math.ceil(right + pad) + 1),
        min(size[1], math.ceil(bottom + pad) + 1),
    )


def _gradient(
    fill: Fade | Ball,
    extent: tuple[float, float],
    cut: tuple[float, float, float, float],
    size: tuple[int, int],
) -> Image.Image:
    """The part ``cut`` of a gradient over a box of ``extent``, as a picture of ``size``."""
    width, height = max(extent[0], 1.0), max(extent[1], 1.0)
    x0, y0, x1, y1 = cut[0] / width, cut[1] / height, cut[2] / width, cut[3] / height
    if isinstance(fill, Fade):
        strip = _strip(fill)
        frame = (x0 * 256, 0.0, x1 * 256, 1.0) if fill.across else (0.0, y0 * 256, 1.0, y1 * 256)
        return strip.resize(size, Image.Resampling.NEAREST, box=_within(frame, strip.size))
    k = 128 / max(fill.reach, 0.4)
    x, y = fill.x, fill.y
    frame = (384 + (x0 - x) * k, 384 + (y0 - y) * k, 384 + (x1 - x) * k, 384 + (y1 - y) * k)
    radial = _radial()
    grey = radial.resize(size, Image.Resampling.BILINEAR, box=_within(frame, radial.size))
    grey.putpalette(_palette(fill.light, fill.dark))
    return grey.convert("RGB")


def _within(
    frame: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[float, float, float, float]:
    width, height = float(size[0]), float(size[1])
    left, top = min(max(frame[0], 0.0), width), min(max(frame[1], 0.0), height)
    return left, top, min(max(frame[2], left), width), min(max(frame[3], top), height)


@functools.cache
def _palette(start: str, end: str) -> bytes:
    """256 colours from ``start`` to ``end``, three bytes each."""
    first, last = _colour(start)[0], _colour(end)[0]
    return bytes(
        round(a + (b - a) * i / 255) for i in range(256) for a, b in zip(first, last, strict=True)
    )


@functools.cache
def _strip(fade: Fade) -> Image.Image:
    """A gradient that is one pixel wide and 256 long."""
    size = (256, 1) if fade.across else (1, 256)
    return Image.frombytes("RGB", size, _palette(fade.start, fade.end))
