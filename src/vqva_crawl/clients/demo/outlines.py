"""Outlines as lists of points: ellipses, rectangles, smooth curves, the pieces of a line."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence

Point = tuple[float, float]
Points = Sequence[Point]
Box = tuple[float, float, float, float]


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


def path(text: str) -> list[Point]:
    """The points in a text such as ``"0,-8 13,-26 10,-50"``."""
    pairs = (word.split(",") for word in text.split())
    return [(float(x), float(y)) for x, y in pairs]


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
            out.append(
                (_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t))
            )
    if not closed:
        out.append(points[-1])
    return out


def strokes(centres: Points, radii: Sequence[float]) -> list[list[Point]]:
    """The polygons of a line: its pieces, and discs at its ends and sharp bends."""
    normals = []
    for (x0, y0), (x1, y1) in itertools.pairwise(centres):
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        normals.append((-(y1 - y0) / length, (x1 - x0) / length))
    shapes = [_disc(centres[i], radii[i]) for i in {0, len(centres) - 1}]
    for i, normal in enumerate(normals):
        start = end = normal
        if i:
            start = _between(normals[i - 1], normal) or normal
            if start is normal:
                shapes.append(_disc(centres[i], radii[i]))
        if i + 1 < len(normals):
            end = _between(normal, normals[i + 1]) or normal
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


def _between(first: Point, second: Point) -> Point | None:
    """The direction halfway from one normal to the next, None when the bend is sharp."""
    x, y = first[0] + second[0], first[1] + second[1]
    length = math.hypot(x, y)
    return (x / length, y / length) if length > 1.9 else None


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


def bounding_box(shapes: Sequence[Points]) -> Box:
    """Left, top, right and bottom of all the points."""
    xs = [x for shape in shapes for x, _ in shape]
    ys = [y for shape in shapes for _, y in shape]
    return min(xs), min(ys), max(xs), max(ys)
