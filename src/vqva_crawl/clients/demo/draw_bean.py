"""A runner bean behind glass, four times: day 2, day 6, day 10, day 16."""

from __future__ import annotations

import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import box, oval, path, smooth

SOIL = 210
SEED = (230, 286)


def bean(stage: int) -> Image.Image:
    """The glass tank at ``stage`` 1 (swollen seed) to 4 (seedling with leaves), 460 x 500."""
    canvas = Canvas(460, 500, Fade("#f7f1e3", "#e9dfc8"))
    _tank(canvas)
    (_swollen, _rooted, _hooked, _leafy)[stage - 1](canvas)
    _glass(canvas)
    return canvas.finish()


def _tank(canvas: Canvas) -> None:
    canvas.box(0, 440, 460, 500, Fade("#c69c6d", "#a47a4c"))
    for grain in (454, 470, 488):
        wave = [(0, grain), (150, grain + 3), (320, grain - 3), (460, grain + 1)]
        canvas.curve(wave, "#946a3f80", 1.4)
    canvas.soft(oval(230, 462, 170, 12), "#4a331d80", 8)
    canvas.box(60, 20, 400, 462, "#f3fafa", corner=10)
    canvas.box(64, SOIL, 396, 458, Fade("#7b5a3c", "#4b3522"))
    chance = random.Random(3)
    for _ in range(150):
        x, y = chance.uniform(68, 392), chance.uniform(SOIL + 6, 452)
        shade = chance.choice(("#8f6d4b80", "#3d2a1a80", "#a3835d70", "#5d432c"))
        canvas.oval(x, y, chance.uniform(1.5, 5), chance.uniform(1.2, 3.4), shade)
    surface = [
        (64, SOIL + 4),
        (120, SOIL - 5),
        (200, SOIL + 3),
        (280, SOIL - 4),
        (350, SOIL + 2),
        (396, SOIL - 3),
    ]
    canvas.poly([*smooth(surface), (396, SOIL + 14), (64, SOIL + 14)], "#7b5a3c")


def _glass(canvas: Canvas) -> None:
    canvas.poly(path("84,28 112,28 96,452 74,452"), "#ffffff2c")
    for inset, width in ((0, 3), (4, 1)):
        outline = box(60 + inset, 20 + inset, 400 - inset, 462 - inset, 10)
        canvas.line([*outline, outline[0]], "#a9c4c9", width)


def _seed(canvas: Canvas, angle: float = 0) -> None:
    with canvas.at(*SEED, 1.5, angle):
        canvas.blob(
            path("-34,2 -28,-16 -6,-22 20,-17 35,0 28,15 12,14 0,9 -12,14 -27,15"),
            Ball("#d58f9b", "#8c3f5a", 0.4, 0.2),
        )
        for x, y in ((-18, -8), (-4, -14), (12, -10), (22, -2), (-24, 4), (4, -4), (-10, 0)):
            canvas.oval(x, y, 3.4, 2, "#5c213c90")
        canvas.oval(0, 9, 7, 2.6, "#f6e7dc")


def _root(canvas: Canvas, points: list[tuple[float, float]], width: float, hairs: int) -> None:
    spine = smooth(points)
    chance = random.Random(len(points))
    for i in range(hairs):
        x, y = spine[4 + i * (len(spine) - 8) // max(hairs, 1)]
        side = 1 if i % 2 else -1
        reach = chance.uniform(24, 62) * (1 - 0.4 * i / hairs)
        canvas.curve(
            [
                (x, y),
                (x + side * reach * 0.5, y + 8),
                (x + side * reach, y + chance.uniform(18, 30)),
            ],
            "#e8dcc0",
            2.6,
            0.8,
        )
    canvas.line(spine, "#f4ecd6", width, 1.4)


def _swollen(canvas: Canvas) -> None:
    _seed(canvas)


def _rooted(canvas: Canvas) -> None:
    _root(canvas, path("230,296 238,330 222,374 234,424"), 17, 0)
    _seed(canvas)


def _hooked(canvas: Canvas) -> None:
    _root(canvas, path("230,296 234,330 226,372 234,432"), 15, 8)
    stem = path("230,284 252,250 244,200 226,168 204,176 202,198")
    canvas.curve(stem, Fade("#9cc069", "#dfe6b8"), 15)
    canvas.blob(path("192,190 206,184 214,200 206,222 194,214"), Fade("#c9d98b", "#86ad57"))
    canvas.curve([(203, 188), (204, 204), (202, 218)], "#6b8f45", 1.6)
    _seed(canvas, 10)


def _leafy(canvas: Canvas) -> None:
    _root(canvas, path("230,296 236,330 224,380 232,444"), 15, 15)
    canvas.curve(path("230,284 240,240 232,170 230,108"), Fade("#7fae50", "#dfe6b8"), 14)
    for angle in (-158, -22):
        with canvas.at(230, 120, 1, angle):
            canvas.curve([(0, 0), (26, -2), (40, 0)], "#7fae50", 5)
            outline = smooth(path("36,0 50,-36 86,-38 128,2 86,34 50,34"), closed=True)
            canvas.poly(outline, Fade("#8cc25a", "#4f8a3c"))
            canvas.curve([(36, 0), (80, -2), (124, 2)], "#d7e8ac", 2.6, 1)
            for i in range(4):
                x = 50 + i * 17
                canvas.curve([(x, -1), (x + 8, -14), (x + 15, -26 + i * 4)], "#c3dc95", 1.5, 0.6)
                canvas.curve([(x, 1), (x + 8, 13), (x + 15, 24 - i * 4)], "#c3dc95", 1.5, 0.6)
    canvas.curve([(230, 112), (232, 92), (228, 74)], "#7fae50", 5, 3)
    canvas.blob(path("228,80 218,60 228,44 238,60"), Fade("#a5d06d", "#6ca24a"))
    with canvas.at(SEED[0] - 2, SEED[1], 1.4):
        canvas.blob(path("-20,2 -14,-10 4,-12 18,-2 12,12 -8,14"), Ball("#a3617a", "#5f3045"))
        canvas.curve([(-14, 0), (-2, -4), (12, 2)], "#4d2438", 1.6)
