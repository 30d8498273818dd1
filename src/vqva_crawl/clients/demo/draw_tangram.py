"""The seven tangram pieces: as a square, apart, and laid as a boat, a house and a fish."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Fade, mix
from vqva_crawl.clients.demo.outlines import Point, path

COLOURS = {
    "large one": "#d9503f",
    "large two": "#2f7fb8",
    "medium": "#5fa552",
    "small one": "#f0b13c",
    "small two": "#8a63b0",
    "square": "#e78a3a",
    "parallelogram": "#2fa39a",
}

R = 2**0.5
H = R / 2

FIGURES: dict[str, dict[str, list[Point]]] = {
    "square": {
        "large one": [(0, 0), (2 * R, 0), (R, R)],
        "large two": [(0, 0), (R, R), (0, 2 * R)],
        "medium": [(2 * R, 2 * R), (2 * R, R), (R, 2 * R)],
        "small one": [(2 * R, 0), (2 * R, R), (1.5 * R, H)],
        "small two": [(R, R), (1.5 * R, 1.5 * R), (H, 1.5 * R)],
        "square": [(R, R), (1.5 * R, H), (2 * R, R), (1.5 * R, 1.5 * R)],
        "parallelogram": [(0, 2 * R), (R, 2 * R), (1.5 * R, 1.5 * R), (H, 1.5 * R)],
    },
    "boat": {
        "large one": [(2, 2), (2, 4), (0, 4)],
        "large two": [(2, 0), (2, 2), (0, 2)],
        "medium": [(2, 2), (2, 4), (3, 3)],
        "parallelogram": path("0,4 1,4 2,5 1,5"),
        "small one": [(1, 4), (2, 4), (2, 5)],
        "square": path("2,4 3,4 3,5 2,5"),
        "small two": [(3, 4), (4, 4), (3, 5)],
    },
    "house": {
        "large one": [(1, 1), (3, 1), (1, 3)],
        "large two": [(3, 1), (3, 3), (1, 3)],
        "medium": [(1, 1), (3, 1), (2, 0)],
        "square": path("3,2 4,2 4,3 3,3"),
        "small one": [(3, 2), (4, 2), (3, 1)],
        "small two": [(1, 2), (1, 3), (0, 3)],
        "parallelogram": path("1.5,3 2.5,3 1.5,4 0.5,4"),
    },
    "fish": {
        "large one": [(0, 0), (2 * R, 0), (R, -R)],
        "large two": [(0, 0), (2 * R, 0), (R, R)],
        "medium": [(R, -R), (2 * R, 0), (2 * R, -R)],
        "square": [(2 * R, 0), (2.5 * R, -H), (3 * R, 0), (2.5 * R, H)],
        "parallelogram": [(2.5 * R, -H), (3 * R, 0), (3 * R, -R), (2.5 * R, -1.5 * R)],
        "small one": [(2.5 * R, H), (3 * R, 0), (3 * R, R)],
        "small two": [(2.5 * R, H), (3 * R, R), (2.5 * R, 1.5 * R)],
    },
}
"""Where each piece lies; the unit is the short leg of a small triangle."""


def tangram(figure: str, *, apart: float = 1.0) -> Image.Image:
    """The pieces laid as ``figure``, their middles ``apart`` times as far from each other."""
    canvas = Canvas(520, 480, Fade("#f8ecd2", "#ecd9b3"), scale=3)
    pieces = FIGURES[figure]
    moved = {name: _spread(points, pieces, apart) for name, points in pieces.items()}
    xs = [x for points in moved.values() for x, _ in points]
    ys = [y for points in moved.values() for _, y in points]
    zoom = min(420 / (max(xs) - min(xs)), 380 / (max(ys) - min(ys)), 116)
    with canvas.at(
        260 - zoom * (max(xs) + min(xs)) / 2, 240 - zoom * (max(ys) + min(ys)) / 2, zoom
    ):
        for points in moved.values():
            canvas.soft([(x + 4 / zoom, y + 7 / zoom) for x, y in points], "#4a3d2880", 4 / zoom)
        for name, points in moved.items():
            colour = COLOURS[name]
            canvas.poly(
                points,
                Fade(mix(colour, "#ffffff", 0.16), colour),
                mix(colour, "#000000", 0.35),
                2 / zoom,
            )
    return canvas.finish()


def _spread(points: list[Point], pieces: dict[str, list[Point]], apart: float) -> list[Point]:
    everything = [point for piece in pieces.values() for point in piece]
    cx, cy = _middle(everything)
    px, py = _middle(points)
    dx, dy = (px - cx) * (apart - 1), (py - cy) * (apart - 1)
    return [(x + dx, y + dy) for x, y in points]


def _middle(points: list[Point]) -> Point:
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
