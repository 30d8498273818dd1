"""A river bend from the air, in four stages: how an oxbow lake comes about."""

from __future__ import annotations

import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import Point, oval, path, smooth

COURSES: dict[int, list[Point]] = {
    1: path("-40,250 80,236 170,200 250,158 330,160 400,206 480,240 560,236 680,220"),
    2: path(
        "-40,250 90,262 190,262 238,214 222,140 260,92 330,84 392,116 396,186 "
        "366,236 420,270 520,256 680,220"
    ),
    3: path(
        "-40,250 100,272 220,282 282,244 230,178 208,106 266,60 350,60 410,108 "
        "396,178 330,240 384,284 500,268 680,220"
    ),
    4: path("-40,250 100,272 220,284 306,288 400,284 500,268 680,220"),
}
LAKE: list[Point] = path("254,206 232,176 210,106 266,62 350,62 408,108 394,172 372,202")


def river(stage: int) -> Image.Image:
    """The valley at ``stage`` 1 (gentle bend) to 4 (oxbow lake), 600 x 420 pixels."""
    canvas = Canvas(600, 420, Fade("#a8cd86", "#8fbb6d"))
    _fields(canvas)
    course = smooth(COURSES[stage])
    for width, colour in ((52, "#c9c08e"), (46, "#7f9f63"), (42, "#d9cfa2")):
        canvas.line(course, colour, width)
    canvas.line(course, "#5d9fc4", 36)
    canvas.line(course, "#6fb2d6", 26)
    if stage == 4:
        _lake(canvas)
    _bars(canvas, stage)
    step = max(1, len(course) // 9)
    for (x0, y0), (x1, y1) in zip(course[4::step], course[6::step], strict=False):
        if 20 < x0 < 570:
            canvas.arrow([(x0, y0), (x0 + (x1 - x0) * 1.2, y0 + (y1 - y0) * 1.2)], "#e9f6fd", 2, 7)
    _landmarks(canvas)
    return canvas.finish()


def _fields(canvas: Canvas) -> None:
    for field, colour in (
        (path("0,0 170,0 140,84 0,110"), "#c7d489"),
        (path("180,0 330,0 300,34 160,50"), "#9cc57a"),
        (path("470,0 600,0 600,120 490,90"), "#d8d08c"),
        (path("0,330 130,320 170,420 0,420"), "#d5c983"),
        (path("190,340 330,346 340,420 210,420"), "#96c276"),
        (path("420,330 600,310 600,420 440,420"), "#bdd083"),
    ):
        canvas.poly(field, colour, "#7ea561", 2)
    for furrow in range(8, 150, 14):
        canvas.line([(furrow, 344), (furrow + 22, 414)], "#bfb06c", 1.6)
    for furrow in range(490, 600, 13):
        canvas.line([(furrow, 6), (furrow + 12, 92)], "#c2b772", 1.6)
    chance = random.Random(6)
    for _ in range(80):
        x, y = chance.uniform(0, 600), chance.uniform(0, 420)
        canvas.oval(x, y, 5, 2.2, "#7fae6066")


def _bars(canvas: Canvas, stage: int) -> None:
    """Pale gravel where the water runs slowly, on the inner side of each bend."""
    bars: dict[int, list[list[Point]]] = {
        1: [path("262,178 292,172 322,180 308,188 276,188")],
        2: [path("262,116 296,102 340,104 368,126 330,122 290,126")],
        3: [path("252,96 284,80 336,80 376,108 334,100 286,104")],
        4: [],
    }
    for bar in bars[stage]:
        canvas.blob(bar, Fade("#f1e6bd", "#d8c890"))


def _lake(canvas: Canvas) -> None:
    water = smooth(LAKE)
    for width, colour in ((50, "#7f9f63"), (42, "#b9bd83")):
        canvas.line(water, colour, width)
    canvas.line(water, "#4f8f9f", 34, 26)
    canvas.line(water, "#5fa3ae", 24, 16)
    for tip in (LAKE[0], LAKE[-1]):
        canvas.oval(tip[0], tip[1], 24, 18, Fade("#cfc38f", "#9fae6d"))
        for dx in (-12, -5, 2, 9):
            canvas.line(
                [(tip[0] + dx, tip[1] + 8), (tip[0] + dx + 2, tip[1] - 8)], "#5d8546", 2.4, 1
            )
    for x, y in ((222, 130), (300, 62), (402, 140)):
        canvas.oval(x, y, 7, 4.4, "#86b86a")
        canvas.oval(x + 10, y + 5, 5, 3.2, "#79ab5e")


def _landmarks(canvas: Canvas) -> None:
    for x, y, size in (
        (84, 150, 1.0),
        (108, 164, 0.9),
        (66, 172, 0.85),
        (98, 186, 1.0),
        (520, 330, 1.0),
        (546, 344, 0.9),
        (294, 207, 0.85),
        (322, 210, 0.8),
    ):
        canvas.soft(oval(x + 6, y + 8, 15 * size, 11 * size), "#30491f90", 4)
        canvas.oval(x, y, 15 * size, 14 * size, Ball("#7cb45e", "#346b35"))
    with canvas.at(480, 150, 1, 14):
        canvas.soft(path("-24,-10 32,-10 32,24 -24,24"), "#30491f90", 4)
        canvas.box(-26, -16, 26, 0, "#c76a4c")
        canvas.box(-26, 0, 26, 16, "#a4513a")
        canvas.line([(-26, 0), (26, 0)], "#823d2b", 2)
        canvas.box(34, -6, 54, 12, "#b9b2a4")
    canvas.curve([(600, 166), (540, 160), (506, 158)], "#e2d6b2", 5)
