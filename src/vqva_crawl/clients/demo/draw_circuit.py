"""A battery, a switch and lamps: as a bench picture and as a circuit diagram."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import Point, oval, path, smooth

INK = "#1f2933"


def bench(*, closed: bool, lamps: int = 1) -> Image.Image:
    """Battery, knife switch and one or two lamps in one loop on a board; 600 x 420 pixels."""
    canvas = Canvas(600, 420, Fade("#e8ddca", "#d6c6aa"))
    for grain in (60, 150, 240, 330):
        wave = [(0, grain), (200, grain + 6), (420, grain - 6), (600, grain + 4)]
        canvas.curve(wave, "#c4b08f80", 2)
    bright = closed and lamps == 1
    places = [(384.0, 120.0)] if lamps == 1 else [(336.0, 120.0), (432.0, 120.0)]
    for x, y in places if closed else []:
        canvas.soft(
            oval(x, y - 52, 116 if bright else 84), "#ffd24ab0" if bright else "#ffd24a66", 22
        )
    wires: list[tuple[list[Point], str]] = [
        (path("180,330 70,320 60,190 100,122 148,120"), "#c2382e"),
        (path("420,330 520,322 544,210 500,124 448,120"), "#2d3a46"),
    ]
    for points, colour in wires:
        shadow = [(x + 3, y + 6) for x, y in points]
        canvas.curve(shadow, "#5d4a3050", 7)
        canvas.curve(points, colour, 7)
        canvas.curve([(x - 1, y - 2) for x, y in points], "#ffffff50", 2)
    _switch(canvas, 140, 118, closed)
    start = 256.0
    for x, y in places:
        canvas.curve([(start, 122), ((start + x) / 2, 128), (x - 20, y + 6)], "#2d3a46", 7)
        start = x + 20
    canvas.line([(start, 126), (452, 122)], "#2d3a46", 7)
    for x, y in places:
        _lamp(canvas, x, y, 0 if not closed else 1 if bright else 0.45)
    _battery(canvas)
    return canvas.finish()


def _battery(canvas: Canvas) -> None:
    canvas.soft(oval(304, 372, 140, 14), "#4a382080", 7)
    canvas.box(180, 296, 420, 366, Fade("#4a5560", "#20272e"), corner=10)
    canvas.box(180, 296, 250, 366, Fade("#e0914a", "#a85a1e"), corner=10)
    canvas.box(238, 296, 252, 366, Fade("#e0914a", "#a85a1e"))
    canvas.box(168, 316, 182, 346, Fade("#e8e8e6", "#9a9a98"), corner=3)
    canvas.box(418, 306, 424, 356, Fade("#e8e8e6", "#9a9a98"))
    canvas.box(184, 302, 416, 312, "#ffffff38", corner=5)
    canvas.text(212, 331, "+", 36, "#ffffff")
    canvas.text(392, 329, "-", 40, "#ffffff")
    canvas.text(316, 331, "4.5 V", 25, "#ffffff")


def _switch(canvas: Canvas, x: float, y: float, closed: bool) -> None:
    canvas.soft(oval(x + 60, y + 30, 76, 10), "#4a382080", 6)
    canvas.box(x - 10, y + 6, x + 126, y + 28, Fade("#6b4a34", "#4a3020"), corner=6)
    for dx in (6, 110):
        canvas.box(x + dx - 8, y - 12, x + dx + 8, y + 10, Fade("#f0c96a", "#b1852e"), corner=3)
    end = (x + 122, y - 6) if closed else (x + 84, y - 84)
    canvas.line([(x + 6, y - 4), end], "#8a5f1c", 10)
    canvas.line([(x + 6, y - 5), (end[0], end[1] - 2)], "#ebc463", 6)
    canvas.line(
        [(end[0] - (0 if closed else 6), end[1] + (0 if closed else 14)), end], "#22272c", 15
    )
    canvas.oval(x + 6, y - 4, 6, 6, "#d9b04c", "#8a5f1c", 2)


def _lamp(canvas: Canvas, x: float, y: float, glow: float) -> None:
    canvas.soft(oval(x + 2, y + 26, 34, 7), "#4a382080", 5)
    canvas.box(x - 27, y + 8, x + 27, y + 26, Fade("#3e464d", "#22282d"), corner=6)
    canvas.box(x - 14, y - 18, x + 14, y + 10, Fade("#d9dadb", "#8f9499", across=True), corner=4)
    for dy in (-12, -5, 2):
        canvas.line([(x - 14, y + dy), (x + 14, y + dy - 3)], "#7d8388", 2)
    glass = smooth(
        [
            (x - 12, y - 18),
            (x - 18, y - 36),
            (x - 31, y - 58),
            (x - 20, y - 86),
            (x, y - 93),
            (x + 20, y - 86),
            (x + 31, y - 58),
            (x + 18, y - 36),
            (x + 12, y - 18),
        ],
        closed=True,
    )
    fill = (
        Ball("#fffbe0", "#ffcf3f", 0.5, 0.4)
        if glow == 1
        else Ball("#fdeeb0", "#e0c06a", 0.5, 0.4)
        if glow
        else None
    )
    canvas.poly(glass, fill or Ball("#ffffff", "#c9d3d8", 0.35, 0.25), "#8d979d", 1.6)
    for dx in (-6, 6):
        canvas.line([(x + dx * 0.6, y - 18), (x + dx, y - 52)], "#6d767c", 1.8)
    wire = "#ff9d1e" if glow == 1 else "#d9822a" if glow else "#5d666c"
    canvas.curve(
        [(x - 6, y - 52), (x - 3, y - 60), (x, y - 52), (x + 3, y - 60), (x + 6, y - 52)], wire, 2.4
    )
    if glow == 1:
        for angle in range(200, 341, 28):
            ray = oval(x, y - 56, 46, start=angle, stop=angle + 1)[0]
            tip = oval(x, y - 56, 64, start=angle, stop=angle + 1)[0]
            canvas.line([ray, tip], "#f5b321", 4, 2)


def diagram(*, closed: bool, lamps: int = 1) -> Image.Image:
    """The same loop drawn with circuit symbols; arrows show the current; 560 x 400 pixels."""
    canvas = Canvas(560, 400, "#ffffff", scale=3)
    left, right, top, low = 90, 470, 100, 310
    canvas.line([(252, low), (left, low), (left, top), (150, top)], INK, 4)
    canvas.line([(232, top), (right, top), (right, low), (308, low)], INK, 4)
    for x, tall in ((252, 26), (271, 13), (289, 26), (308, 13)):
        canvas.line([(x, low - tall), (x, low + tall)], INK, 4 if tall > 20 else 8)
    canvas.text(280, low + 48, "battery", 18, INK)
    canvas.text(228, low - 30, "+", 24, INK)
    canvas.line([(150, top), (228, top) if closed else (216, top - 46)], INK, 4)
    for x in (150, 232):
        canvas.oval(x, top, 6.5, 6.5, "#ffffff", INK, 3)
    canvas.text(190, top + 30, "switch closed" if closed else "switch open", 18, INK)
    for x in (370,) if lamps == 1 else (314, 410):
        canvas.oval(
            x,
            top,
            27,
            27,
            "#ffe07a" if closed and lamps == 1 else "#fff3cd" if closed else "#ffffff",
            INK,
            4,
        )
        for dx in (-19, 19):
            canvas.line([(x - dx, top - 19), (x + dx, top + 19)], INK, 3)
    canvas.text(
        370 if lamps == 1 else 362,
        top + 48,
        "lamp" if lamps == 1 else "two lamps in series",
        18,
        INK,
    )
    if closed:
        for points in (
            [(left, 240), (left, 176)],
            [(right, 176), (right, 240)],
            [(256, top), (290, top)] if lamps == 1 else [(440, top), (466, top)],
            [(176, low), (134, low)],
            [(430, low), (376, low)],
        ):
            canvas.arrow([(float(x), float(y)) for x, y in points], "#d2382e", 4, 17)
        canvas.text(left + 18, 208, "current", 18, "#d2382e", anchor="lm")
    return canvas.finish()
