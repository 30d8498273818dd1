"""Fruit whole and cut: apple lengthwise and across, orange, peach, kiwi."""

from __future__ import annotations

import math
import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import Point, oval, path, smooth

APPLE: list[Point] = path(
    "0,-100 46,-122 104,-106 134,-46 122,36 82,104 38,124 0,114 -38,124 "
    "-82,104 -122,36 -134,-46 -104,-106 -46,-122"
)


def apple(view: str) -> Image.Image:
    """A red apple "whole", cut "lengthwise" or cut "across"; 480 x 420 pixels."""
    canvas = _board()
    with canvas.at(240, 214):
        {"whole": _whole_apple, "lengthwise": _halved_apple, "across": _apple_slice}[view](canvas)
    return canvas.finish()


def _whole_apple(canvas: Canvas) -> None:
    canvas.blob(APPLE, Ball("#f0685a", "#94161d", 0.34, 0.28, 0.9))
    with canvas.clip(smooth(APPLE, closed=True)):
        chance = random.Random(3)
        for _ in range(70):
            x, y = chance.uniform(-120, 120), chance.uniform(-110, 40)
            streak = [(x, y), (x * 1.05, y + 20), (x * 1.03, y + 44)]
            canvas.curve(streak, "#f7b26a3c", 2.4, 0.6)
        canvas.soft(oval(-52, -52, 26, 36, angle=20), "#ffffff90", 8)
    canvas.blob(path("-44,-104 0,-92 44,-104 20,-84 -20,-84"), "#7a1418a0")
    _stem(canvas)


def _halved_apple(canvas: Canvas) -> None:
    canvas.blob(APPLE, "#b5242a")
    flesh = [(x * 0.955, y * 0.955) for x, y in APPLE]
    canvas.blob(flesh, Ball("#fffbe8", "#f3e6b4", 0.5, 0.45))
    for side in (-1, 1):
        vein = [(0, -92), (side * 46, -40), (side * 52, 30), (0, 100)]
        canvas.curve(vein, "#d9cf8d", 2.4)
    canvas.line([(0, -96), (0, -44)], "#c7b878", 4, 2)
    canvas.line([(0, 60), (0, 108)], "#c7b878", 2, 4)
    for side in (-1, 1):
        core = [(side * x, y) for x, y in ((3, -42), (24, -18), (28, 16), (14, 46), (3, 52))]
        seed = [(side * x, y) for x, y in ((11, -16), (18, 0), (16, 20), (9, 26), (7, 4))]
        canvas.blob(core, Fade("#efe0a4", "#d9c57c"), "#b9a45c", 1.6)
        canvas.blob(seed, Ball("#8a5230", "#46230f"))
    canvas.blob(path("-10,112 0,104 10,112 0,122"), "#5a4326")
    _stem(canvas)


def _apple_slice(canvas: Canvas) -> None:
    canvas.oval(0, 0, 132, 128, "#b5242a")
    canvas.oval(0, 0, 126, 122, Ball("#fffbe8", "#f3e6b4", 0.5, 0.45))
    for i in range(10):
        x, y = oval(0, 0, 84, start=i * 36 - 90, stop=i * 36 - 89)[0]
        canvas.oval(x, y, 2.6, 2.6, "#c9d08d")
    chamber = path("0,-8 13,-26 10,-50 0,-64 -10,-50 -13,-26")
    seed = path("0,-20 7,-32 5,-45 0,-52 -5,-45 -7,-32")
    for i in range(5):
        with canvas.at(0, 0, 1, i * 72):
            canvas.blob(chamber, Fade("#d9c57c", "#efe0a4"), "#b9a45c", 1.8)
            canvas.blob(seed, Ball("#8a5230", "#46230f"))


def orange(view: str) -> Image.Image:
    """An orange "whole" or cut "across"; 480 x 420 pixels."""
    canvas = _board()
    with canvas.at(240, 208):
        if view == "whole":
            canvas.oval(0, 0, 128, 124, Ball("#ffc05a", "#d8680e", 0.34, 0.28, 0.9))
            with canvas.clip(oval(0, 0, 128, 124)):
                chance = random.Random(5)
                for _ in range(220):
                    angle, reach = chance.uniform(0, math.tau), math.sqrt(chance.random()) * 124
                    canvas.oval(
                        math.cos(angle) * reach, math.sin(angle) * reach, 2.2, 1.8, "#c75f0c38"
                    )
                canvas.soft(oval(-46, -50, 28, 30), "#ffffff80", 9)
            canvas.oval(10, -92, 9, 6, "#7d8a3a")
            canvas.oval(10, -92, 4, 3, "#4d5a22")
        else:
            canvas.oval(0, 0, 130, 128, Ball("#f59a2a", "#d8680e", 0.4, 0.3))
            canvas.oval(0, 0, 121, 119, "#fff1d2")
            for i in range(10):
                with canvas.at(0, 0, 1, i * 36 + 8):
                    wedge = smooth(
                        path("0,-14 14,-52 30,-98 18,-110 0,-113 -18,-110 -30,-98 -14,-52"),
                        closed=True,
                    )
                    canvas.poly(wedge, Fade("#ffa62e", "#ffc25c"))
                    for dx, y in ((-14, -92), (0, -96), (13, -90), (-7, -70), (7, -72), (0, -48)):
                        canvas.oval(dx, y, 3, 9, "#ffd98a90", angle=dx)
            canvas.oval(0, 0, 9, 9, "#fff1d2")
            for x, y, turn in ((12, -30, 20), (-26, 16, -60)):
                canvas.oval(x, y, 4.4, 8, Ball("#fdf6e0", "#d5c08c"), angle=turn)
    return canvas.finish()


def peach(view: str) -> Image.Image:
    """A peach "whole", or "halved" with the stone in one half; 560 x 400 pixels."""
    canvas = _board(560, 400)
    if view == "whole":
        with canvas.at(280, 204):
            outline = smooth(
                path(
                    "0,-112 54,-118 112,-78 126,0 96,82 40,116 0,120 -40,116 -96,82 -126,0 "
                    "-112,-78 -54,-118"
                ),
                closed=True,
            )
            canvas.poly(outline, Ball("#ffcf85", "#dd6a4a", 0.3, 0.35, 0.95))
            with canvas.clip(outline):
                canvas.soft(oval(66, 10, 60, 90), "#c8384a78", 26)
                canvas.curve(path("0,-114 -26,-50 -30,30 -10,120"), "#b24a3a80", 4, 2)
                canvas.soft(oval(-60, -40, 20, 34, angle=20), "#ffffff70", 9)
            canvas.line([(-2, -104), (2, -126)], "#6a4a2a", 9, 6)
            canvas.blob(path("4,-118 50,-154 104,-150 60,-120"), Fade("#7fb85a", "#3f7f3a"))
            canvas.curve([(6, -119), (52, -136), (96, -148)], "#c9e0a0", 2)
    else:
        for x, stone in ((158, True), (402, False)):
            with canvas.at(x, 210):
                canvas.soft(oval(4, 96, 104, 14), "#4a302060", 7)
                canvas.oval(0, 0, 112, 106, Ball("#e88a5a", "#c8503f", 0.4, 0.3))
                canvas.oval(0, 0, 106, 100, Ball("#ffe2a0", "#ffc766", 0.5, 0.5))
                for i in range(36):
                    inner = oval(0, 0, 44, 50, start=i * 10, stop=i * 10 + 1)[0]
                    outer = oval(
                        0, 0, 62 + (i % 3) * 7, 66 + (i % 3) * 6, start=i * 10, stop=i * 10 + 1
                    )[0]
                    canvas.line([inner, outer], "#e0566280", 3, 1)
                canvas.oval(0, 0, 44, 52, "#d9595f")
                if stone:
                    canvas.blob(
                        path("0,-48 30,-26 36,8 20,40 0,50 -20,40 -36,8 -30,-26"),
                        Ball("#b5763f", "#5f3418"),
                    )
                    for points in (
                        [(-16, -28), (-24, 4), (-12, 32)],
                        [(0, -40), (-4, 0), (2, 42)],
                        [(16, -28), (22, 2), (12, 32)],
                        [(-30, -4), (-10, -10), (8, -4)],
                        [(-6, 18), (12, 14), (28, 18)],
                    ):
                        canvas.curve(points, "#47250f", 3, 1.6)
                else:
                    canvas.blob(
                        path("0,-44 28,-24 32,8 18,36 0,46 -18,36 -32,8 -28,-24"),
                        Ball("#8f2f35", "#d9595f", 0.5, 0.4),
                    )
                    for points in (
                        [(-14, -24), (-20, 4), (-10, 28)],
                        [(2, -34), (-2, 0), (4, 36)],
                        [(14, -24), (18, 2), (10, 28)],
                    ):
                        canvas.curve(points, "#7d2329", 2.4, 1.2)
    return canvas.finish()


def _stem(canvas: Canvas) -> None:
    canvas.curve([(0, -94), (4, -122), (16, -146)], "#5a3d22", 8, 6)
    canvas.blob(path("10,-128 50,-158 92,-150 54,-124"), Fade("#7fb85a", "#3f7f3a"))
    canvas.curve([(12, -129), (50, -140), (86, -149)], "#c9e0a0", 2)


def _board(width: int = 480, height: int = 420) -> Canvas:
    canvas = Canvas(width, height, Fade("#e2f1fa", "#c5e0ef"))
    canvas.box(0, height - 130, width, height, Fade("#c9a878", "#ad8857"))
    for i in range(4):
        y = height - 112 + i * 32
        canvas.curve(
            [(0, y), (width * 0.4, y + 5), (width * 0.7, y - 4), (width, y + 2)],
            mix("#ad8857", "#5d3d1c", 0.3) + "80",
            1.8,
        )
    canvas.soft(oval(width / 2 + 4, height - 80, 118, 16), "#4a302080", 9)
    return canvas
