"""One island volcano: at rest, cut open, in eruption, and long afterwards."""

from __future__ import annotations

import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import Point, oval, path, smooth

CONE: list[Point] = path(
    "30,372 120,330 190,262 238,182 268,128 290,116 322,120 346,134 378,196 430,272 500,334 590,372"
)
BROKEN: list[Point] = path(
    "30,372 120,330 176,276 212,230 232,238 262,252 312,256 362,250 388,226 "
    "404,232 436,280 500,334 590,372"
)


def volcano(state: str) -> Image.Image:
    """The volcano at "rest", "inside" (cut open), in "eruption" or "after", 620 x 430 pixels."""
    sky = ("#5b5566", "#b9846e") if state == "eruption" else ("#86c1e6", "#e4f2f5")
    canvas = Canvas(620, 430, Fade(*sky))
    if state == "eruption":
        _ash(canvas)
    else:
        for cx, cy in ((110, 70), (500, 60)):
            for dx, r in ((-36, 16), (-6, 24), (26, 20)):
                canvas.soft(oval(cx + dx, cy, r * 1.5, r * 0.6), "#ffffffc0", 8)
    _mountain(canvas, state)
    _sea(canvas, state)
    if state == "inside":
        _cut(canvas)
    return canvas.finish()


def _mountain(canvas: Canvas, state: str) -> None:
    ridge = smooth(BROKEN if state == "after" else CONE)
    outline = [*ridge, (590, 400), (30, 400)]
    rock = {"eruption": ("#6a5348", "#4a4038"), "after": ("#8b7f72", "#7d8a62")}.get(
        state, ("#8d7766", "#6f8f58")
    )
    canvas.poly(outline, Fade(*rock))
    with canvas.clip(outline):
        canvas.poly(path("316,90 640,90 640,420 402,420 350,250"), "#1d1a2030")
        chance = random.Random(4)
        for _ in range(34):
            x = chance.uniform(90, 530)
            y = 400 - (1 - abs(x - 306) / 280) * 190 * chance.uniform(0.4, 1)
            shift = (x - 306) * 0.3
            canvas.curve(
                [(x, y), (x + shift * 0.4, y + 30), (x + shift, y + 70)], "#2b241e24", 5, 1
            )
        if state != "eruption":
            for i in range(26):
                x = chance.uniform(60, 560)
                y = chance.uniform(332, 384)
                canvas.oval(x, y, 15, 7, ("#6ea35199", "#55893f99")[i % 2])
        if state in ("rest", "inside"):
            canvas.blob(
                path(
                    "240,176 268,128 300,112 346,132 376,190 350,176 330,196 306,170 284,194 "
                    "262,172"
                ),
                "#f4f6f8",
            )
    if state == "rest" or state == "inside":
        canvas.blob(path("276,128 300,120 338,130 310,137"), "#5a4a42")
    elif state == "eruption":
        _lava(canvas)
    else:
        opening = smooth(
            path("214,240 250,250 312,257 366,249 402,240 378,284 310,302 240,286"), closed=True
        )
        canvas.poly(opening, Fade("#5a4d44", "#7a6b5e"))
        with canvas.clip(opening):
            canvas.oval(309, 288, 92, 20, Fade("#8fd0e0", "#3d8fb5"))
            canvas.oval(326, 285, 17, 5, "#8b7f72")
            for x in (236, 258, 286, 344, 372):
                canvas.curve([(x, 246), (x + (306 - x) * 0.1, 268)], "#453a33", 2.4, 1)


def _lava(canvas: Canvas) -> None:
    canvas.soft(oval(306, 120, 60, 40), "#ffb04aa0", 14)
    for stream in (
        path("300,122 284,170 262,220 236,276 196,330 160,370"),
        path("318,122 338,178 350,240 388,300 420,352"),
        path("308,122 306,180 318,236 304,286"),
    ):
        canvas.curve(stream, "#7d1d10", 17, 12)
        canvas.curve(stream, "#e2531d", 11, 7)
        canvas.curve(stream, "#ffc04d", 4, 2.4)
    for points in (
        [(300, 120), (286, 70), (268, 34)],
        [(308, 120), (308, 60), (312, 16)],
        [(316, 120), (334, 66), (356, 34)],
    ):
        canvas.curve(points, "#ff8a2a", 9, 2)
        canvas.curve(points, "#ffe08a", 4, 1)
    chance = random.Random(12)
    for _ in range(34):
        x, y = chance.gauss(308, 48), chance.uniform(16, 120)
        canvas.oval(x, y, 2.4, 2.4, chance.choice(("#ffcf6b", "#ff8f35", "#5c2a1c")))
    canvas.blob(path("272,128 300,118 342,130 310,138"), "#ff9a3a")


def _ash(canvas: Canvas) -> None:
    chance = random.Random(17)
    for i in range(58):
        spread = 30 + (i / 58) * 190
        x, y = (
            330 + chance.uniform(-spread, spread * 1.2),
            104 - (i / 58) * 130 + chance.uniform(-14, 14),
        )
        grey = chance.choice(("#4a454b", "#5b555a", "#6f676a", "#3d383f"))
        r = chance.uniform(22, 46)
        canvas.oval(x, y, r, r * 0.8, Ball(grey, "#2d2930", 0.3, 0.8))


def _sea(canvas: Canvas, state: str) -> None:
    sea = ("#7b7f92", "#3f4a63") if state == "eruption" else ("#6fb9d6", "#2b7fae")
    canvas.box(0, 376, 620, 430, Fade(*sea))
    canvas.box(0, 375, 620, 378, "#e8f5f8a0")
    for i in range(16):
        x, y = (i * 83) % 610, 386 + (i * 29) % 40
        canvas.curve([(x, y), (x + 14, y - 2), (x + 30, y)], "#ffffff60", 1.4)
    if state == "eruption":
        canvas.soft(oval(164, 378, 40, 14), "#f2e9e4b0", 9)


def _cut(canvas: Canvas) -> None:
    """The front of the mountain taken off: layers, vent and magma chamber, with labels."""
    ridge = smooth(path("190,262 238,182 268,128 290,116 306,122 322,120 346,134 378,196 430,272"))
    face = [*ridge, (520, 340), (548, 430), (72, 430), (98, 340)]
    canvas.poly(face, "#a58f7c", "#4b3d33", 2.4)
    with canvas.clip(face):
        for i, colour in enumerate(
            ("#b59f8a", "#8f7a68", "#bda78f", "#86705f", "#b29b84", "#7c6757")
        ):
            drop = 26 * i
            canvas.curve(
                [
                    (60, 392 + drop),
                    (190, 292 + drop),
                    (268, 176 + drop),
                    (306, 150 + drop),
                    (346, 176 + drop),
                    (424, 292 + drop),
                    (560, 392 + drop),
                ],
                colour,
                15,
            )
        canvas.box(0, 372, 620, 430, Fade("#9c8a78", "#6f5f52"))
        canvas.curve(path("306,380 308,300 304,220 307,120"), "#7d1d10", 30, 22)
        canvas.curve(path("306,380 308,300 304,220 307,122"), "#e2531d", 21, 14)
        canvas.curve(path("306,380 308,300 304,220 307,126"), "#ffb548", 9, 6)
        canvas.curve([(305, 300), (350, 262), (394, 240)], "#e2531d", 10, 6)
        canvas.soft(oval(306, 396, 118, 30), "#ff7a2a70", 10)
        canvas.oval(306, 400, 104, 26, Ball("#ffc65c", "#c83a14", 0.5, 0.4, 0.6))
    for words, x, y, target in (
        ("crater", 470, 92, (318, 126)),
        ("vent", 470, 168, (312, 214)),
        ("layers of lava and ash", 120, 168, (236, 250)),
        ("magma chamber", 510, 318, (396, 396)),
    ):
        canvas.line([(x, y + 10), target], "#222222", 1.4)
        half = len(words) * 4.4 + 8
        canvas.box(x - half, y - 13, x + half, y + 13, "#fffdf6", "#b9ad98", 1, corner=6)
        canvas.text(x, y, words, 16, "#222222")
