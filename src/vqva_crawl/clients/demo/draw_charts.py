"""Sixteen wooden shapes: spilled, sorted into rows, as bars, as shares of a circle."""

from __future__ import annotations

import math
import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import oval, path

KINDS = (("circles", 7, "#e05a47"), ("squares", 5, "#f0b13c"), ("triangles", 4, "#3f86b8"))


def spilled() -> Image.Image:
    """The shapes lying about on a tray; 600 x 420 pixels."""
    canvas = _tray()
    chance = random.Random(19)
    places: list[tuple[float, float]] = []
    pieces = [(kind, colour) for kind, count, colour in KINDS for _ in range(count)]
    chance.shuffle(pieces)
    while len(places) < len(pieces):
        x, y = chance.uniform(92, 508), chance.uniform(88, 332)
        if all(math.hypot(x - a, y - b) > 68 for a, b in places):
            places.append((x, y))
    for (x, y), (kind, colour) in zip(places, pieces, strict=True):
        _piece(canvas, x, y, kind, colour, chance.uniform(0, 90))
    return canvas.finish()


def sorted_rows() -> Image.Image:
    """The same shapes in three rows on the tray; 600 x 420 pixels."""
    canvas = _tray()
    for row, (kind, count, colour) in enumerate(KINDS):
        for i in range(count):
            _piece(canvas, 96 + i * 68, 110 + row * 100, kind, colour, 0)
    return canvas.finish()


def bars() -> Image.Image:
    """A bar chart of how many there are of each shape; 560 x 420 pixels."""
    canvas = Canvas(560, 420, "#ffffff", scale=3)
    for n in range(9):
        y = 340 - n * 34
        canvas.line([(84, y), (520, y)], "#dde3e8" if n else "#333b42", 1.4 if n else 2.4)
        canvas.text(66, y, str(n), 17, "#333b42")
    for i, (kind, count, colour) in enumerate(KINDS):
        x = 160 + i * 140
        fill = Fade(mix(colour, "#ffffff", 0.12), colour)
        canvas.box(x - 42, 340 - count * 34, x + 42, 339, fill, mix(colour, "#000000", 0.3), 1.6)
        canvas.text(x, 340 - count * 34 - 18, str(count), 21, "#333b42")
        canvas.text(x, 368, kind, 19, "#333b42")
    return canvas.finish()


def shares() -> Image.Image:
    """A pie chart of each shape's share of the sixteen; 560 x 420 pixels."""
    canvas = Canvas(560, 420, "#ffffff", scale=3)
    centre, r, start = (220.0, 210.0), 158.0, -90.0
    total = sum(count for _, count, _ in KINDS)
    for i, (kind, count, colour) in enumerate(KINDS):
        stop = start + 360 * count / total
        canvas.poly([centre, *oval(*centre, r, start=start, stop=stop)], colour, "#ffffff", 3)
        middle = math.radians((start + stop) / 2)
        x, y = centre[0] + r * 0.6 * math.cos(middle), centre[1] + r * 0.6 * math.sin(middle)
        canvas.text(x, y, f"{100 * count / total:.0f} %", 23, "#ffffff", bold=0.5)
        canvas.box(414, 140 + i * 46, 438, 164 + i * 46, colour, corner=5)
        canvas.text(450, 152 + i * 46, kind, 19, "#333b42", anchor="lm")
        start = stop
    return canvas.finish()


def _tray() -> Canvas:
    canvas = Canvas(600, 420, Fade("#bfe3e6", "#93c7cf"))
    canvas.soft(path("36,40 570,40 570,394 36,394"), "#3a444260", 9)
    canvas.box(28, 28, 572, 388, Fade("#b98d5c", "#94693c"), corner=26)
    canvas.box(44, 44, 556, 372, Fade("#ecd9b8", "#e0c99f"), corner=16)
    for i in range(7):
        y = 70 + i * 45
        canvas.curve([(48, y), (200, y + 5), (400, y - 5), (552, y + 3)], "#cfb48590", 1.6)
    return canvas


def _piece(canvas: Canvas, x: float, y: float, kind: str, colour: str, angle: float) -> None:
    outlines = {
        "circles": oval(0, 0, 25),
        "squares": path("-22,-22 22,-22 22,22 -22,22"),
        "triangles": [(0.0, -28.0), (27.0, 20.0), (-27.0, 20.0)],
    }
    with canvas.at(x + 3, y + 6, 1, angle):
        canvas.soft(outlines[kind], "#4a351c90", 4)
    with canvas.at(x, y, 1, angle):
        canvas.poly(
            outlines[kind],
            Ball(mix(colour, "#ffffff", 0.25), colour),
            mix(colour, "#000000", 0.3),
            1.6,
        )
