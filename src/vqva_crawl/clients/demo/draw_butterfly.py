"""One milkweed leaf, five times: egg, caterpillar, chrysalis, clear chrysalis, butterfly."""

from __future__ import annotations

import math
import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import oval, path, smooth

HOOK = (330, 176)
"""Where the chrysalis hangs from the leaf."""


def monarch(stage: int) -> Image.Image:
    """The leaf at ``stage`` 1 (egg) to 5 (butterfly), 520 x 460 pixels."""
    canvas = Canvas(520, 460, Fade("#dcebc8", "#a9cf9c"))
    _plant(canvas)
    (_egg, _caterpillar, _chrysalis, _clear_chrysalis, _butterfly)[stage - 1](canvas)
    return canvas.finish()


def _plant(canvas: Canvas) -> None:
    chance = random.Random(11)
    for _ in range(10):
        x, y, r = chance.uniform(0, 520), chance.uniform(0, 460), chance.uniform(20, 60)
        canvas.soft(oval(x, y, r), chance.choice(("#ffffff40", "#7fb87833", "#f2f6c83c")), 14)
    canvas.curve(path("118,480 126,330 120,170 128,-20"), Fade("#8aa85a", "#6d8c46"), 15)
    canvas.curve(path("122,480 130,330 124,170 132,-20"), "#c0d390", 3)
    _leaf(canvas, 122, 348, 190, 44, 196)
    _leaf(canvas, 126, 388, 150, 40, 22)
    _leaf(canvas, 126, 170, 330, 62, -3)
    _leaf(canvas, 122, 130, 150, 40, 205)


def _leaf(canvas: Canvas, x: float, y: float, length: float, width: float, angle: float) -> None:
    with canvas.at(x, y, 1, angle):
        outline = smooth(
            [
                (0, 0),
                (length * 0.2, -width * 0.62),
                (length * 0.55, -width * 0.66),
                (length, 6),
                (length * 0.55, width * 0.62),
                (length * 0.2, width * 0.5),
            ],
            closed=True,
        )
        canvas.poly(outline, Fade("#7cb35c", "#4a8440"))
        canvas.curve([(0, 0), (length * 0.5, -4), (length * 0.97, 5)], "#cfe0a2", 4, 1)
        for i in range(1, 6):
            at = length * (0.08 + 0.13 * i)
            reach = width * 0.52 * math.sin(math.pi * (0.15 + 0.12 * i)) + 4
            for side in (-1, 1):
                canvas.curve(
                    [(at, -2), (at + 10, side * reach * 0.5), (at + 24, side * reach * 0.95)],
                    "#a9cb82",
                    1.6,
                    0.6,
                )


def _egg(canvas: Canvas) -> None:
    canvas.oval(300, 150, 4, 5, "#fbf6dc", "#b9b48f", 0.8)
    canvas.line([(304, 158), (348, 226)], "#5b6b4e", 2)
    canvas.oval(300, 150, 11, 11, "#ffffff00", "#5b6b4e", 2)
    canvas.soft(oval(388, 302, 96), "#2d472a70", 10)
    canvas.oval(386, 298, 94, 94, Fade("#86bb66", "#5f9a4e"), "#f4f7ea", 6)
    canvas.curve([(312, 330), (380, 338), (462, 322)], "#b6d390", 5, 3)
    for x in (330, 372, 414):
        canvas.curve([(x, 334), (x + 14, 290), (x + 34, 250)], "#a4c97e", 2.4, 1)
    canvas.soft(oval(390, 318, 34, 12), "#2f5c2f99", 6)
    egg = smooth(
        path("386,248 404,262 414,290 404,312 386,318 368,312 358,290 368,262"),
        closed=True,
    )
    canvas.poly(egg, Ball("#fffdf0", "#d3caa0", 0.35, 0.3))
    for bend in (-20, -12, -4, 4, 12, 20):
        canvas.curve(
            [(386 + bend * 0.3, 252), (386 + bend * 1.2, 288), (386 + bend * 0.5, 316)],
            "#b7ae84",
            1.2,
        )


def _caterpillar(canvas: Canvas) -> None:
    spine = smooth(path("206,150 250,144 300,146 350,146 396,152 418,160"), steps=5)
    canvas.soft(oval(312, 172, 118, 8), "#2b4b2a80", 5)
    for x, y in spine[2:-2:4]:
        canvas.line([(x, y + 10), (x - 1, y + 19)], "#20201c", 6, 4)
    stripes = ("#f6d84a", "#1f1f1c", "#fbfbf1", "#1f1f1c")
    for i, (x, y) in enumerate(spine):
        canvas.oval(x, y, 8, 15.5, stripes[i % 4], angle=4)
    for i in range(len(spine) - 1):
        (x0, y0), (x1, y1) = spine[i], spine[i + 1]
        canvas.line([(x0, y0 - 10), (x1, y1 - 10)], "#ffffff2e", 4)
    canvas.oval(424, 162, 11, 13, Ball("#f2e6b4", "#3b3a30", 0.6, 0.2, 0.7))
    canvas.curve([(420, 152), (430, 158), (432, 168)], "#1f1f1c", 3)
    canvas.oval(429, 164, 2, 2.4, "#1f1f1c")
    canvas.curve([(408, 142), (418, 126), (432, 120)], "#1f1f1c", 3.4, 1.4)
    canvas.curve([(216, 138), (206, 126), (196, 124)], "#1f1f1c", 3, 1.4)


def _case() -> list[tuple[float, float]]:
    x, y = HOOK
    return smooth(
        [
            (x, y + 14),
            (x + 16, y + 22),
            (x + 31, y + 50),
            (x + 33, y + 72),
            (x + 27, y + 108),
            (x + 10, y + 142),
            (x, y + 150),
            (x - 12, y + 142),
            (x - 27, y + 108),
            (x - 33, y + 72),
            (x - 31, y + 50),
            (x - 16, y + 22),
        ],
        closed=True,
    )


def _hang(canvas: Canvas) -> None:
    x, y = HOOK
    canvas.line([(x, y - 8), (x, y + 18)], "#1f1a16", 5, 3.5)
    canvas.oval(x, y - 8, 10, 4, "#f2efe0")


def _chrysalis(canvas: Canvas) -> None:
    x, y = HOOK
    _hang(canvas)
    canvas.poly(_case(), Ball("#bfe6b4", "#4f9f78", 0.35, 0.3))
    canvas.curve([(x - 31, y + 56), (x, y + 64), (x + 32, y + 56)], "#2f4f3c", 2.4)
    canvas.curve([(x - 31, y + 53), (x, y + 61), (x + 32, y + 53)], "#e8c95a", 3)
    for dx, dy in ((-14, 100), (-8, 118), (16, 96), (10, 124), (-20, 82)):
        canvas.oval(x + dx, y + dy, 2.6, 2.6, "#e8c95a")
    canvas.curve([(x - 6, y + 70), (x - 16, y + 108), (x - 4, y + 140)], "#3f8564", 1.4)
    canvas.curve([(x + 12, y + 72), (x + 18, y + 104), (x + 4, y + 142)], "#3f8564", 1.4)


def _clear_chrysalis(canvas: Canvas) -> None:
    x, y = HOOK
    _hang(canvas)
    canvas.poly(_case(), Ball("#6a5f55", "#2c2623", 0.35, 0.25))
    with canvas.clip(_case()):
        canvas.blob(
            [
                (x - 30, y + 62),
                (x + 6, y + 70),
                (x + 22, y + 100),
                (x + 6, y + 140),
                (x - 18, y + 128),
                (x - 32, y + 96),
            ],
            Ball("#f29b3a", "#c25a16", 0.4, 0.3),
        )
        for dx in (-18, -8, 4):
            canvas.curve(
                [(x + dx, y + 66), (x + dx + 2, y + 100), (x + dx * 0.4, y + 138)], "#241c18", 2.6
            )
        for i in range(6):
            canvas.oval(x + 20 - i * 2.4, y + 104 + i * 6, 1.8, 1.8, "#f6f2e6")
    canvas.curve([(x - 31, y + 53), (x, y + 61), (x + 32, y + 53)], "#e8c95a", 2.6)
    canvas.curve([(x - 20, y + 36), (x - 24, y + 70), (x - 18, y + 104)], "#ffffff5c", 5, 2)


def _butterfly(canvas: Canvas) -> None:
    x, y = HOOK
    _hang(canvas)
    canvas.poly(_case(), "#e9eee1b4", "#b4bba4", 1.4)
    canvas.blob(
        [(x - 6, y + 92), (x + 20, y + 84), (x + 22, y + 116), (x + 4, y + 146), (x - 6, y + 132)],
        "#8fae7d90",
    )
    with canvas.at(330, 306, 1.0, 8):
        for flip in (False, True):
            with canvas.at(0, 0, flip=flip):
                _wings(canvas)
        canvas.blob(path("0,-40 7,-26 7,10 4,52 -4,52 -7,10 -7,-26"), "#1d1916")
        canvas.oval(0, -46, 7.5, 7.5, "#1d1916")
        for dx, dy in ((-3, -45), (3, -45), (-3, -33), (3, -33)):
            canvas.oval(dx, dy, 1.4, 1.4, "#f6f2e6")
        for side in (-1, 1):
            canvas.curve([(side * 3, -52), (side * 12, -74), (side * 26, -90)], "#1d1916", 2)
            canvas.oval(side * 26, -90, 3, 3, "#1d1916")


def _wings(canvas: Canvas) -> None:
    """The right pair of wings; the body's axis is x = 0."""
    hind = smooth(path("4,-2 50,6 88,30 92,66 66,96 34,92 12,60"), closed=True)
    fore = smooth(path("4,-28 56,-84 118,-112 140,-96 128,-50 108,-8 60,10 4,4"), closed=True)
    for outline, inner in (
        (hind, path("8,4 48,12 76,32 78,60 60,82 38,78 16,50")),
        (fore, path("8,-24 54,-68 92,-82 106,-60 100,-30 88,-6 58,2 10,0")),
    ):
        canvas.poly(outline, "#1d1916")
        canvas.blob(inner, Ball("#f7a640", "#d2661a", 0.2, 0.5, 1.1))
        middle = inner[0]
        for target in inner[1:-1]:
            tx, ty = target
            bend = (middle[0] + (tx - middle[0]) * 0.5, middle[1] + (ty - middle[1]) * 0.5 - 5)
            canvas.curve([middle, bend, target], "#1d1916", 3.4, 2.6)
    for px, py in (
        (124, -100),
        (131, -88),
        (129, -72),
        (124, -56),
        (118, -38),
        (110, -20),
        (112, -90),
        (101, -94),
    ):
        canvas.oval(px, py, 3, 2.6, "#fbf8ec")
    for px, py in ((86, 40), (86, 54), (82, 68), (73, 80), (62, 89), (48, 91), (36, 86)):
        canvas.oval(px, py, 2.6, 2.4, "#fbf8ec")
