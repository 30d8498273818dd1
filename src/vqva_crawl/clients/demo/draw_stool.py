"""A three-legged stool: pencil sketch, working drawing, parts apart, finished piece."""

from __future__ import annotations

import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import Point, oval, path

SEAT, RUNG, FOOT = 150, 312, 400
LEGS: tuple[tuple[Point, Point], ...] = (
    ((196, 164), (150, FOOT)),
    ((324, 164), (370, FOOT)),
    ((262, 172), (270, FOOT + 22)),
)


def finished() -> Image.Image:
    """The stool in ash with a walnut seat, in a bright corner; 520 x 460 pixels."""
    canvas = Canvas(520, 460, Fade("#f3ead8", "#e6d8bd"))
    canvas.box(0, 350, 520, 460, Fade("#cdbda5", "#b9a68a"))
    canvas.soft(oval(272, 414, 150, 20), "#5d4a3480", 10)
    _rungs(canvas, 0)
    for top, foot in LEGS:
        canvas.line([top, foot], "#b08a58", 19, 13)
        canvas.line([(top[0] - 3, top[1]), (foot[0] - 2, foot[1])], "#e6c995", 9, 6)
    _seat(canvas, 0)
    return canvas.finish()


def exploded() -> Image.Image:
    """Seat, legs, rungs and wedges pulled apart along their joints; 520 x 560 pixels."""
    canvas = Canvas(520, 560, Fade("#fbf1dc", "#f0dfbd"))
    for (x, y), (fx, _) in LEGS:
        canvas.dashes([(x - (fx - x) * 0.4, 76), (x, 186 + (y - 160))], "#8a8578", 1.4, 6, 5)
    with canvas.at(0, -72):
        _seat(canvas, 0)
        for (x, _), _foot in LEGS:
            canvas.oval(x, SEAT - 4 if x < 250 or x > 300 else SEAT + 4, 9, 4.4, "#3b2415")
    for (x, _), (fx, _f) in LEGS:
        wx = x - (fx - x) * 0.34
        canvas.poly(
            [(wx - 4, 22), (wx + 4, 22), (wx + 1, 46), (wx - 1, 46)], "#d9b67c", "#8a6a3c", 1
        )
    with canvas.at(0, 84):
        for top, foot in LEGS:
            canvas.line([top, foot], "#b08a58", 19, 13)
            canvas.line([(top[0] - 3, top[1]), (foot[0] - 2, foot[1])], "#e6c995", 9, 6)
            canvas.line([(top[0], top[1] - 10), (top[0], top[1] + 4)], "#caa56d", 11)
        for x, y in ((166, 316), (354, 316), (266, 318)):
            canvas.oval(x, y, 4.6, 5.4, "#6f5330")
    with canvas.at(0, 62):
        for x0, y0, x1, y1 in ((196, 398, 246, 414), (286, 414, 336, 398), (208, 362, 316, 362)):
            canvas.line([(x0, y0), (x1, y1)], "#a8804e", 11)
            canvas.line([(x0, y0 - 2), (x1, y1 - 2)], "#dfc08b", 5)
    for number, x, y in ((1, 408, 78), (2, 420, 330), (3, 392, 446), (4, 352, 32)):
        canvas.oval(x, y, 14, 14, "#2f3b45")
        canvas.text(x, y, str(number), 17, "#ffffff")
    canvas.line([(408, 330), (348, 330)], "#2f3b45", 1.4)
    canvas.line([(378, 446), (330, 466)], "#2f3b45", 1.4)
    return canvas.finish()


def sketch() -> Image.Image:
    """A loose pencil drawing of the idea on toned paper; 520 x 460 pixels."""
    canvas = Canvas(520, 460, Fade("#f3ecdc", "#e9dfc9"), scale=3)
    chance = random.Random(31)
    for top, foot in LEGS:
        for side in (-8, 8):
            _pencil(canvas, chance, [(top[0] + side, top[1]), (foot[0] + side * 0.66, foot[1])])
    for a, b in (((166, 310), (268, 330)), ((268, 330), (354, 310)), ((168, 300), (352, 300))):
        _pencil(canvas, chance, [a, b])
        _pencil(canvas, chance, [(a[0], a[1] + 9), (b[0], b[1] + 9)])
    canvas.oval(260, SEAT, 122, 34, "#efe6d2")
    for _ in range(4):
        dx, dy = chance.uniform(-2, 2), chance.uniform(-2, 2)
        canvas.line(oval(260 + dx, SEAT + dy, 122, 34), "#4b4a4ab0", 1.5)
    for _ in range(2):
        canvas.line(
            oval(260, SEAT + 16 + chance.uniform(-1, 1), 121, 34, start=4, stop=176),
            "#4b4a4ab0",
            1.5,
        )
    for i in range(26):
        x = 160 + i * 8
        canvas.line(
            [(x, SEAT + 4 + chance.uniform(-4, 4)), (x + 16, SEAT - 16 + chance.uniform(-4, 4))],
            "#6b676455",
            1.2,
        )
    for i in range(18):
        x = 190 + i * 9
        canvas.line([(x, 424), (x + 24, 404)], "#6b676450", 1.4)
    canvas.text(420, 120, "walnut?", 20, "#5a5654")
    canvas.curve([(400, 132), (384, 142), (370, 146)], "#5a5654", 1.6, 1)
    canvas.text(430, 300, "3 legs,", 20, "#5a5654")
    canvas.text(430, 324, "never wobbles", 20, "#5a5654")
    return canvas.finish()


def drawing() -> Image.Image:
    """Front view and top view with dimensions in millimetres; 640 x 440 pixels."""
    canvas = Canvas(640, 440, "#f4f8fb", scale=3)
    ink, thin = "#1f3f63", "#6f8fb0"
    for i in range(0, 641, 20):
        canvas.line([(i, 0), (i, 440)], "#e3ecf4", 1)
        canvas.line([(0, i), (640, i)], "#e3ecf4", 1)
    canvas.box(90, 96, 290, 118, "#ffffff", ink, 2.4, corner=5)
    for (x0, x1), width in (((128, 98), 1), ((252, 282), 1), ((190, 190), 1)):
        canvas.poly(
            [(x0 - 8, 118), (x0 + 8, 118), (x1 + 6, 340), (x1 - 6, 340)],
            "#ffffff",
            ink,
            2.0 * width,
        )
    canvas.box(116, 250, 264, 260, "#ffffff", ink, 2)
    _measure(canvas, (90, 70), (290, 70), "340", thin)
    _measure(canvas, (328, 96), (328, 340), "450", thin)
    canvas.text(190, 382, "front", 17, ink)
    canvas.oval(480, 216, 100, 100, "#ffffff", ink, 2.4)
    for x, y in ((430, 176), (530, 176), (480, 276)):
        canvas.oval(x, y, 9, 9, "#dce8f2", ink, 2)
        canvas.line([(x - 15, y), (x + 15, y)], thin, 1)
        canvas.line([(x, y - 15), (x, y + 15)], thin, 1)
    canvas.dashes(path("430,176 530,176 480,276 430,176"), thin, 1.4, 6, 5)
    _measure(canvas, (430, 92), (530, 92), "170", thin)
    canvas.text(480, 382, "top", 17, ink)
    return canvas.finish()


def _measure(canvas: Canvas, start: Point, end: Point, words: str, ink: str) -> None:
    canvas.arrow([start, end], ink, 1.4, 9)
    canvas.arrow([end, start], ink, 1.4, 9)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    canvas.box(x - 22, y - 11, x + 22, y + 11, "#f4f8fb")
    canvas.text(x, y, words, 16, "#1f3f63")


def _pencil(canvas: Canvas, chance: random.Random, points: list[Point]) -> None:
    for _ in range(3):
        wobble = [(x + chance.uniform(-1.6, 1.6), y + chance.uniform(-1.6, 1.6)) for x, y in points]
        middle = (
            (wobble[0][0] + wobble[1][0]) / 2 + chance.uniform(-2, 2),
            (wobble[0][1] + wobble[1][1]) / 2,
        )
        canvas.curve([wobble[0], middle, wobble[1]], "#4b4a4aa0", 1.5)


def _rungs(canvas: Canvas, drop: float) -> None:
    for x0, y0, x1, y1 in ((168, 306, 352, 306), (166, 314, 268, 334), (268, 334, 354, 314)):
        canvas.line([(x0, y0 + drop), (x1, y1 + drop)], "#a8804e", 11)
        canvas.line([(x0, y0 - 2 + drop), (x1, y1 - 2 + drop)], "#dfc08b", 5)


def _seat(canvas: Canvas, drop: float) -> None:
    y = SEAT + drop
    rim = [*oval(260, y + 16, 122, 34, start=0, stop=180), (138, y), (382, y)]
    canvas.poly(rim, Fade("#5d3a22", "#42270f"))
    canvas.oval(260, y, 122, 34, Ball("#a5714a", "#6b432a", 0.35, 0.2, 1.0))
    with canvas.clip(oval(260, y, 122, 34)):
        for i in range(9):
            dy = -30 + i * 8
            canvas.curve(
                [(130, y + dy), (220, y + dy + 5), (300, y + dy - 3), (390, y + dy + 3)],
                "#5d3a2250",
                1.6,
            )
        canvas.oval(260, y + 2, 90, 22, "#5d3a221c")
