"""One pond, five times: spawn, tadpole, tadpole with hind legs, froglet, frog."""

from __future__ import annotations

import math
import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import oval, path, smooth

WATERLINE = 168
SKIN = Ball("#8f9a4c", "#4b5a26", 0.4, 0.2)
DARK = Ball("#6b5f4b", "#241f19", 0.4, 0.2)


def frog(stage: int) -> Image.Image:
    """The pond at ``stage`` 1 (spawn) to 5 (grown frog), 600 x 440 pixels."""
    canvas = Canvas(600, 440, Fade("#d5ecf4", "#f2f8ee"))
    _pond(canvas)
    _surface(canvas)
    (_spawn, _tadpole, _tadpole_with_legs, _froglet, _grown)[stage - 1](canvas)
    return canvas.finish()


def _pond(canvas: Canvas) -> None:
    canvas.blob(
        path("-40,104 60,78 170,98 300,72 430,94 560,70 660,104 660,200 -40,200"),
        Fade("#b9d59a", "#7fae66"),
    )
    for foot in (22, 40, 62, 84, 560, 574, 598):
        lean = math.sin(foot) * 12
        blade = [(foot, 190), (foot + lean * 0.4, 110), (foot + lean, 34 + foot % 17)]
        canvas.curve(blade, "#5f8f4a", 4, 1)
    for foot, top in ((50, 46), (590, 30)):
        canvas.curve([(foot, 190), (foot + 2, top + 30)], "#6f8f4a", 2.5)
        canvas.oval(foot + 2, top + 22, 6, 22, Fade("#8a5a34", "#5f3b20"))
    canvas.box(0, WATERLINE, 600, 440, Fade("#9fd0cf", "#2f6f78"))
    canvas.box(0, WATERLINE, 600, WATERLINE + 5, "#e3f5f199")
    for ray, width in ((120, 90), (300, 60), (430, 80)):
        low = [(ray + width - 70, 440), (ray - 90, 440)]
        canvas.poly([(ray, WATERLINE), (ray + 18, WATERLINE), *low], "#ffffff14")
    canvas.blob(
        path("-40,400 90,384 220,402 360,390 480,400 650,376 650,470 -40,470"),
        Fade("#8b7a58", "#544733"),
    )
    chance = random.Random(4)
    for _ in range(46):
        x, y = chance.uniform(0, 600), chance.uniform(402, 440)
        shade = chance.choice(("#a59776", "#77694f", "#93876c", "#665a46"))
        canvas.oval(x, y, chance.uniform(5, 13), chance.uniform(4, 7), shade)
    for base, height, bend in (
        (42, 210, 22),
        (66, 160, -18),
        (88, 120, 14),
        (330, 90, -12),
        (350, 120, 16),
    ):
        _weed(canvas, base, height, bend)
    canvas.blob(
        path("392,420 376,320 366,230 374,172 420,152 520,146 650,150 650,440"),
        Ball("#b3b1a5", "#5b5d5a", 0.25, 0.05, 1.0),
    )
    canvas.curve(path("452,420 440,330 470,260 462,190"), "#8d8c82", 3, 1)
    canvas.curve([(540, 440), (552, 350), (536, 270)], "#83827a", 3, 1)
    canvas.blob(path("376,168 420,150 520,144 650,148 640,162 520,158 430,166"), "#7f9a5a")


def _weed(canvas: Canvas, base: float, height: float, bend: float) -> None:
    spine = smooth([(base, 410), (base + bend, 410 - height * 0.5), (base, 410 - height)])
    canvas.line(spine, "#2f6b45", 2, 1)
    for i, (x, y) in enumerate(spine[2::2]):
        side = 1 if i % 2 else -1
        canvas.oval(x + side * 8, y - 3, 10, 3, Fade("#5fa763", "#37784a"), angle=-28 * side)


def _surface(canvas: Canvas) -> None:
    for x, y, r in ((150, 226, 4), (162, 206, 3), (156, 190, 2.4), (330, 250, 3)):
        canvas.oval(x, y, r, r, "#ffffff30", "#ffffffa0", 1)
    canvas.line([(0, WATERLINE + 1), (378, WATERLINE + 1)], "#f4fffb", 2)


def _spawn(canvas: Canvas) -> None:
    chance = random.Random(7)
    eggs: list[tuple[float, float]] = []
    while len(eggs) < 66:
        angle, reach = chance.uniform(0, math.tau), math.sqrt(chance.random())
        x, y = 206 + math.cos(angle) * reach * 118, 224 + math.sin(angle) * reach * 46
        if all(math.hypot(x - a, y - b) > 12.5 for a, b in eggs):
            eggs.append((x, y))
    for x, y in eggs:
        canvas.oval(x, y, 13, 13, "#e8f4ee5c", "#f6fffb8c", 0.9)
    for x, y in eggs:
        canvas.oval(x, y, 4.6, 4.6, DARK)
        canvas.oval(x - 4, y - 5, 2.2, 1.5, "#ffffffb0")


def _tail(canvas: Canvas, length: float, height: float) -> None:
    """A tadpole's tail that starts at (0, 0) and points right."""
    spine = [(0, 0), (length * 0.35, -5), (length * 0.7, 5), (length, -2)]
    top = [
        (x, y - height * (1 - (x / length) ** 2) ** 0.5 * (0.5 if x == 0 else 1)) for x, y in spine
    ]
    low = [
        (x, y + height * (1 - (x / length) ** 2) ** 0.5 * (0.5 if x == 0 else 1)) for x, y in spine
    ]
    canvas.poly(smooth(top) + smooth(low[::-1]), "#6d6a55b8")
    canvas.curve(spine, "#3b352a", height * 0.8, 2)


def _tadpole_body(canvas: Canvas, length: float, height: float) -> None:
    canvas.blob(
        [
            (-length, 0),
            (-length * 0.72, -height * 0.8),
            (-length * 0.2, -height),
            (length * 0.35, -height * 0.6),
            (length * 0.62, 0),
            (length * 0.35, height * 0.65),
            (-length * 0.2, height),
            (-length * 0.72, height * 0.8),
        ],
        DARK,
    )
    canvas.oval(-length * 0.62, -height * 0.28, 6.5, 6.5, "#cdb96a")
    canvas.oval(-length * 0.63, -height * 0.28, 4, 4, "#15120e")
    canvas.oval(-length * 0.65, -height * 0.34, 1.4, 1.4, "#ffffff")
    canvas.curve([(-length * 0.97, height * 0.18), (-length * 0.86, height * 0.3)], "#15120e", 1.6)


def _tadpole(canvas: Canvas) -> None:
    canvas.soft(oval(222, 404, 100, 8), "#20303a66", 6)
    with canvas.at(158, 300, 1.05, -6):
        with canvas.at(34, 0):
            _tail(canvas, 170, 21)
        _tadpole_body(canvas, 66, 42)


def _leg(canvas: Canvas, joints: list[tuple[float, float]], width: float, colour: str) -> None:
    canvas.curve(joints, colour, width, width * 0.45)
    x, y = joints[-1]
    for dx, dy in ((10, -3), (12, 3), (8, 8)):
        canvas.line([(x, y), (x + dx, y + dy)], colour, width * 0.35, 1.2)


def _tadpole_with_legs(canvas: Canvas) -> None:
    canvas.soft(oval(222, 404, 100, 8), "#20303a66", 6)
    with canvas.at(158, 300, 1.05, -6):
        with canvas.at(34, 0):
            _tail(canvas, 165, 19)
        _leg(canvas, path("26,14 58,30 50,52 78,62"), 15, "#453d2c")
        _tadpole_body(canvas, 68, 41)
        _leg(canvas, path("16,22 44,44 30,66 60,80"), 17, "#57503a")


def _froglet(canvas: Canvas) -> None:
    with canvas.at(452, 132, 0.72, -24):
        canvas.curve(path("48,22 76,34 100,34 122,44"), "#5b5a34", 20, 3)
        _sitting_frog(canvas)


def _grown(canvas: Canvas) -> None:
    with canvas.at(486, 96, 1.06, 4):
        _sitting_frog(canvas)


def _sitting_frog(canvas: Canvas) -> None:
    """A frog that looks left; (0, 0) lies in the middle of its body."""
    _leg(canvas, path("-34,12 -48,30 -44,40 -62,44"), 13, "#566229")
    canvas.blob(
        path("-84,-12 -78,-30 -52,-42 -14,-36 30,-14 62,14 58,34 20,40 -30,34 -66,16"),
        SKIN,
    )
    canvas.blob(path("-82,-8 -50,0 -30,14 -6,34 -34,34 -64,16"), "#dfdba6")
    for x, y, r in ((-20, -20, 5), (2, -12, 6), (22, 2, 5), (-4, 6, 4), (-38, -26, 4), (40, 10, 4)):
        canvas.oval(x, y, r * 1.3, r, "#3b471d")
    canvas.curve([(-84, -10), (-66, -5), (-46, -10)], "#343d18", 2.2)
    canvas.poly(path("-62,-24 -36,-18 -42,-8 -60,-14"), "#5b3d22c0")
    canvas.oval(-58, -38, 12, 11, SKIN)
    canvas.oval(-59, -38, 8, 8, "#d8b64a")
    canvas.oval(-60, -38, 5.4, 4.2, "#14110c")
    canvas.oval(-62, -40, 1.7, 1.7, "#ffffff")
    canvas.oval(-80, -22, 1.5, 1.5, "#2d3515")
    canvas.blob(path("12,24 22,2 48,2 66,18 58,36 28,42"), SKIN)
    canvas.curve(path("60,26 34,38 10,42 30,48 52,48"), "#57652a", 11, 6)
    for dx, dy in ((22, 0), (20, 6), (14, 9)):
        canvas.line([(46, 48), (46 + dx, 46 + dy)], "#57652a", 5, 2)
    for x, y in ((30, 20), (46, 14), (44, 30)):
        canvas.oval(x, y, 6, 3, "#3b471d")
    _leg(canvas, path("-22,18 -34,34 -24,46 -40,52"), 14, "#66742f")
