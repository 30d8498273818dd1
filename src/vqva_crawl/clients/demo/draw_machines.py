"""A balance beam with hanging weights, and a pair of gears."""

from __future__ import annotations

import math

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import Point, oval

ARM = 52.0
"""Pixels from one hook of the beam to the next."""


def beam(left: dict[int, int], right: dict[int, int]) -> Image.Image:
    """A beam with weights (hook number counted from the middle -> how many); 600 x 400 pixels.

    The side with the larger sum of hook number times weights goes down.
    """
    canvas = Canvas(600, 400, Fade("#fdf2dd", "#f3e0bd"))
    canvas.box(0, 340, 600, 400, Fade("#c7b08c", "#a88f68"))
    canvas.soft(oval(304, 352, 120, 12), "#3d301c80", 7)
    turn = sum(k * n for k, n in right.items()) - sum(k * n for k, n in left.items())
    angle = 0.0 if turn == 0 else math.copysign(11, turn)
    canvas.poly([(300, 136), (352, 348), (248, 348)], Fade("#7a8a98", "#4c5a67"))
    canvas.poly([(300, 136), (318, 348), (282, 348)], "#ffffff20")
    canvas.box(226, 340, 374, 356, Fade("#66747f", "#3f4b55"), corner=5)
    pivot = (300.0, 132.0)
    with canvas.at(*pivot, 1, angle):
        canvas.box(-250, -13, 250, 13, Fade("#e3b878", "#b98545"), "#7d5728", 1.6, corner=6)
        for k in range(-4, 5):
            if k:
                canvas.oval(k * ARM, 2, 5, 5, "#6d4a22")
                canvas.text(k * ARM, -26, str(abs(k)), 17, "#4d5a66")
    canvas.oval(*pivot, 12, 12, Ball("#dfe5ea", "#6f7c87"))
    for side, load in ((-1, left), (1, right)):
        for k, count in load.items():
            x = pivot[0] + math.cos(math.radians(angle)) * side * k * ARM
            y = pivot[1] + math.sin(math.radians(angle)) * side * k * ARM + 4
            canvas.line([(x, y), (x, y + 40)], "#3f4a54", 2.4)
            for i in range(count):
                _weight(canvas, x, y + 40 + i * 46, "#d2553f" if side < 0 else "#3f78b5")
    return canvas.finish()


def _weight(canvas: Canvas, x: float, y: float, colour: str) -> None:
    canvas.line(oval(x, y + 4, 6, 6), "#3f4a54", 2.4)
    canvas.poly(
        [(x - 17, y + 10), (x + 17, y + 10), (x + 23, y + 46), (x - 23, y + 46)],
        Fade(mix(colour, "#ffffff", 0.25), mix(colour, "#000000", 0.25)),
    )
    canvas.text(x, y + 29, "1", 20, "#ffffff")


def gears(turn: float = 0.0, *, arrows: bool = False) -> Image.Image:
    """A small gear (12 teeth) after ``turn`` degrees clockwise, a large one (24) beside it."""
    canvas = Canvas(620, 400, Fade("#f3efe6", "#e3dccd"))
    small, large = (180.0, 214.0), (420.0, 214.0)
    for (x, y), r in ((small, 86), (large, 166)):
        canvas.soft(oval(x + 6, y + 10, r), "#4a3d2870", 7)
    _gear(canvas, large, 24, 160.0, -turn / 2 + 7.5, "#5f8fb0", -turn / 2 - 90)
    _gear(canvas, small, 12, 80.0, turn, "#d98a4a", turn - 90)
    if arrows:
        _turning(canvas, small, 112, 205, 300, "#b0471c")
        _turning(canvas, large, 134, 330, 235, "#173f63")
    return canvas.finish()


def _gear(
    canvas: Canvas, centre: Point, teeth: int, pitch: float, phase: float, colour: str, mark: float
) -> None:
    points: list[Point] = []
    step = 360 / teeth
    for i in range(teeth):
        at = phase + i * step
        for offset, r in (
            (-0.29, pitch - 10),
            (-0.15, pitch + 9),
            (0.15, pitch + 9),
            (0.29, pitch - 10),
        ):
            t = math.radians(at + offset * step)
            points.append((centre[0] + r * math.cos(t), centre[1] + r * math.sin(t)))
    canvas.poly(
        points,
        Ball(mix(colour, "#ffffff", 0.35), mix(colour, "#000000", 0.22)),
        mix(colour, "#000000", 0.4),
        1.6,
    )
    canvas.oval(*centre, pitch * 0.72, pitch * 0.72, mix(colour, "#000000", 0.12))
    canvas.oval(*centre, pitch * 0.68, pitch * 0.68, Ball(mix(colour, "#ffffff", 0.28), colour))
    painted = oval(*centre, pitch * 0.68, start=mark - 40, stop=mark + 40)
    canvas.poly([centre, *painted], "#fff3d6", mix(colour, "#000000", 0.2), 1.6)
    canvas.oval(*centre, 17, 17, Ball("#eceff1", "#7d868d"))
    canvas.oval(*centre, 6, 6, "#3c444a")
    t = math.radians(mark)
    x, y = centre[0] + pitch * 0.5 * math.cos(t), centre[1] + pitch * 0.5 * math.sin(t)
    canvas.oval(x, y, 12, 12, "#c9252b", "#ffffff", 3)


def _turning(
    canvas: Canvas, centre: Point, r: float, start: float, stop: float, colour: str
) -> None:
    points = oval(*centre, r, start=start, stop=stop)
    canvas.arrow([*points[:-6], points[-1]], colour, 7, 24)
