"""The plan of a small back garden: as found, as redesigned, and grown in."""

from __future__ import annotations

import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import Points, oval, path, smooth


def garden(state: str) -> Image.Image:
    """The garden "before", "after" and "grown" (five years on), from above; 480 x 560 pixels."""
    canvas = Canvas(480, 560, "#f4f0e6")
    _plot(canvas)
    if state == "before":
        _before(canvas)
    else:
        _after(canvas, 1.0 if state == "after" else 1.75)
    _fixed(canvas)
    return canvas.finish()


def _plot(canvas: Canvas) -> None:
    canvas.soft(path("46,46 446,46 446,536 46,536"), "#4a3d2a60", 7)
    canvas.box(40, 40, 440, 526, "#7a5b3d")
    canvas.box(47, 47, 433, 519, Fade("#aace84", "#93bd6e"))
    chance = random.Random(1)
    for _ in range(220):
        x, y = chance.uniform(50, 430), chance.uniform(100, 515)
        canvas.line([(x, y), (x + 2, y - 3)], "#7fae5e90", 1)


def _fixed(canvas: Canvas) -> None:
    """What the redesign does not touch: house wall, shed, fence posts, the old pear tree."""
    canvas.box(40, 20, 440, 70, Fade("#d9a98a", "#c08a6a"))
    for x in range(52, 440, 26):
        canvas.line([(x, 22), (x, 68)], "#a97455", 1)
    canvas.box(210, 58, 280, 72, "#f7fbfc", "#5f6f78", 2)
    canvas.text(120, 44, "HOUSE", 16, "#4a2f20", spacing=2)
    canvas.soft(path("352,452 432,452 432,518 352,518"), "#30402080", 5)
    canvas.box(350, 446, 430, 516, "#9b7b5a", "#5f4731", 2)
    for y in range(456, 516, 10):
        canvas.line([(352, y), (428, y)], "#7f6247", 1.2)
    canvas.line([(390, 446), (390, 516)], "#5f4731", 2)
    canvas.soft(oval(106, 446, 46), "#30402090", 7)
    _crown(canvas, 100, 438, 44, "#6fa552")


def _crown(canvas: Canvas, x: float, y: float, r: float, colour: str) -> None:
    canvas.oval(x, y, r, r, Ball(mix(colour, "#ffffff", 0.3), mix(colour, "#1f3a1c", 0.4)))
    chance = random.Random(round(x * 7 + y))
    shades = [mix(colour, "#ffffff", share) for share in (0.12, 0.24, 0.36)]
    for _ in range(round(r)):
        dx, dy = chance.gauss(0, r * 0.42), chance.gauss(0, r * 0.42)
        if dx * dx + dy * dy < r * r * 0.75:
            canvas.oval(x + dx, y + dy, r * 0.12, r * 0.1, chance.choice(shades))


def _before(canvas: Canvas) -> None:
    canvas.box(196, 70, 294, 116, "#c9c6bf")
    for x in (196, 228, 261, 294):
        canvas.line([(x, 70), (x, 116)], "#a6a39c", 1.4)
    canvas.box(236, 116, 258, 430, Fade("#cfccc5", "#bcb8b0"))
    for y in range(130, 430, 24):
        canvas.line([(236, y), (258, y)], "#a19d95", 1.6)
    canvas.poly(path("236,430 258,430 352,474 352,498"), "#c4c0b8")
    for x, y, rx, ry in ((340, 220, 34, 20), (150, 300, 26, 18), (360, 360, 22, 14)):
        canvas.oval(x, y, rx, ry, "#c3b479a0")
    for x, y in ((86, 170), (86, 330)):
        canvas.line([(x, y - 24), (x, y + 24)], "#8d949a", 3)
    for dx in (-14, -5, 5, 14):
        canvas.line([(86 + dx, 170), (86 + dx, 330)], "#b9bfc4", 1)


def _after(canvas: Canvas, size: float) -> None:
    canvas.box(120, 70, 366, 158, "#ddcdb0")
    for column in range(120, 367, 41):
        canvas.line([(column, 70), (column, 158)], "#bfae8e", 1.4)
    for row in (70, 99, 128, 158):
        canvas.line([(120, row), (366, row)], "#bfae8e", 1.4)
    canvas.oval(242, 112, 24, 24, "#b98a5a", "#7d5a38", 2)
    for dx, dy in ((-36, 0), (36, 0), (0, -30)):
        canvas.box(242 + dx - 9, 112 + dy - 9, 242 + dx + 9, 112 + dy + 9, "#8f6a45", corner=4)
    walk = smooth(path("242,158 286,220 236,290 206,350 262,420 352,478"))
    canvas.line(walk, "#b7a98c", 34)
    canvas.line(walk, "#e2d6bd", 29)
    for x, y in walk[2::4]:
        canvas.oval(x, y, 10, 8, "#cdbfa2")
    west = path("47,160 104,166 120,230 96,300 110,364 47,380")
    east = path("433,166 386,176 356,240 376,320 360,400 433,424")
    for border in (west, east):
        canvas.blob(border, Fade("#8a6a4c", "#755840"))
    pond = smooth(path("268,300 310,284 336,312 322,350 280,356 256,330"), closed=True)
    canvas.line([*pond, pond[0]], "#a9a69c", 9)
    canvas.poly(pond, Ball("#9fd3e0", "#3f86a5"))
    for x, y in ((284, 312), (306, 334), (312, 308)):
        canvas.oval(x, y, 8, 6, "#6fae5e")
    _plants(canvas, west, size, 3)
    _plants(canvas, east, size, 4)
    for x, y in ((172, 214), (170, 282)):
        canvas.box(x - 26, y - 22, x + 26, y + 22, "#9c7850", "#6d5134", 2)
        canvas.box(x - 21, y - 17, x + 21, y + 17, "#5d4531")
        for i in range(3):
            for j in range(3):
                _crown(canvas, x - 13 + i * 13, y - 10 + j * 10, 3.4 * min(size, 1.5), "#7db65c")
    r = 15 * size * (1.35 if size > 1 else 1)
    canvas.soft(oval(328, 212 + 6, r), "#30402090", 5)
    _crown(canvas, 324, 210, r, "#83b765")


def _plants(canvas: Canvas, border: Points, size: float, seed: int) -> None:
    chance = random.Random(seed)
    west = border[0][0] < 240
    low, high = min(y for _, y in border) + 18, max(y for _, y in border) - 18
    with canvas.clip(path("47,72 433,72 433,519 47,519")):
        for _ in range(34):
            x, y = (
                chance.uniform(54, 96) if west else chance.uniform(376, 426),
                chance.uniform(low, high),
            )
            r = chance.uniform(6, 10) * size
            colour = chance.choice(("#6fa552", "#83b765", "#5c9450", "#9bbf6f"))
            _crown(canvas, x, y, r, colour)
            if chance.random() < 0.55:
                bloom = chance.choice(("#d96a8c", "#9a7cc8", "#f2c14e", "#ffffff", "#e2794b"))
                for _ in range(5):
                    canvas.oval(
                        x + chance.gauss(0, r * 0.4), y + chance.gauss(0, r * 0.4), 2.3, 2.3, bloom
                    )
