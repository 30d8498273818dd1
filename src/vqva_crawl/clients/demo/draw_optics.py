"""Light through lenses, and a pencil in a glass of water."""

from __future__ import annotations

import math

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import Point, oval, smooth

LENS_X, AXIS = 230.0, 190.0
HEIGHTS = (-84, -42, 0, 42, 84)


def rays(lens: str) -> Image.Image:
    """Five parallel rays with lens "none", "convex", "thick" (stronger) or "concave"; 620 x 380."""
    canvas = Canvas(620, 380, Fade("#1b2433", "#222e42"), scale=3)
    for column in range(0, 621, 31):
        canvas.line([(column, 0), (column, 380)], "#2a374d", 1)
    for row in range(4, 381, 31):
        canvas.line([(0, row), (620, row)], "#2a374d", 1)
    canvas.dashes([(60, AXIS), (610, AXIS)], "#6b7f9d", 1.4, 9, 7)
    focus = {"none": math.inf, "convex": 250.0, "thick": 130.0, "concave": -118.0}[lens]
    for width, colour in ((9, "#393b41"), (5, "#6d6049"), (2.4, "#ffe9b0")):
        for height in HEIGHTS:
            y = AXIS + height
            end = (620.0, y - height * (620 - LENS_X) / focus)
            canvas.line([(72, y), (LENS_X, y), end], colour, width)
    if lens == "concave":
        for height in (-84, -42, 42, 84):
            canvas.dashes([(LENS_X, AXIS + height), (LENS_X + focus, AXIS)], "#9fb4d6", 1.4, 6, 6)
        _focus(canvas, LENS_X + focus)
    elif lens != "none":
        _focus(canvas, LENS_X + focus)
    _ray_box(canvas)
    if lens != "none":
        _lens(canvas, lens)
    return canvas.finish()


def _focus(canvas: Canvas, x: float) -> None:
    canvas.soft(oval(x, AXIS, 16), "#ff7a5ac0", 6)
    canvas.oval(x, AXIS, 6, 6, "#ff7a5a")
    canvas.text(x, AXIS + 28, "focus", 18, "#ffb7a3")


def _ray_box(canvas: Canvas) -> None:
    canvas.box(8, AXIS - 112, 72, AXIS + 112, Fade("#58657a", "#333e50"), "#1b222e", 2, corner=9)
    canvas.box(16, AXIS - 104, 64, AXIS - 96, "#ffffff30", corner=4)
    for height in HEIGHTS:
        canvas.box(62, AXIS + height - 4, 74, AXIS + height + 4, "#fff3cf")
    canvas.text(38, AXIS + 20, "lamp", 16, "#dbe4f2")


def _lens(canvas: Canvas, kind: str) -> None:
    bulge = {"convex": 20, "thick": 36, "concave": -14}[kind]
    edge = 4 if bulge > 0 else 26
    right: list[Point] = []
    for step in range(-20, 21):
        t = step / 20
        right.append((LENS_X + edge + bulge * (1 - t * t), AXIS + t * 128))
    left = [(2 * LENS_X - x, y) for x, y in reversed(right)]
    outline = right + left
    canvas.poly(outline, "#a9d8f066")
    canvas.line([*outline, outline[0]], "#d5eefb", 2.4)
    canvas.curve(
        [(LENS_X - 4, AXIS - 90), (LENS_X - 8, AXIS - 40), (LENS_X - 9, AXIS)], "#ffffff80", 4, 1
    )


def pencil(*, water: bool) -> Image.Image:
    """A pencil leaning in an empty glass, or in one three quarters full of ``water``; 440 x 480."""
    canvas = Canvas(440, 480, Fade("#e6eef3", "#cfdce4"))
    canvas.box(0, 380, 440, 480, Fade("#d9c3a0", "#bfa47c"))
    canvas.soft(oval(232, 424, 120, 16), "#4a382070", 8)
    level = 220.0
    inside = [
        (130.0, 120.0),
        (310.0, 120.0),
        (296.0, 420.0),
        *oval(220, 420, 76, 13, start=0, stop=180),
        (144.0, 420.0),
    ]
    canvas.poly(inside, "#ffffff40")
    top, foot = (352.0, 34.0), (168.0, 408.0)
    if not water:
        _pencil(canvas, top, foot)
    else:
        basin = [
            (135.0, level),
            (305.0, level),
            (296.0, 420.0),
            *oval(220, 420, 76, 13, start=0, stop=180),
            (144.0, 420.0),
        ]
        canvas.poly(basin, Fade("#bfe4f0", "#86c4dc"))
        with canvas.clip(basin), canvas.at(-30, 0):
            _pencil(canvas, (top[0] + 8, top[1]), (foot[0] + 22, foot[1]), 1.3)
        canvas.poly(basin, "#9fd6e83c")
        canvas.oval(220, level, 85, 12, Fade("#d9f2f8", "#a9dcea"))
        canvas.line(oval(220, level, 85, 12), "#f4fdff", 2)
        with canvas.clip([(0.0, 0.0), (440.0, 0.0), (440.0, level + 5), (0.0, level + 5)]):
            _pencil(canvas, top, foot)
    glass = (
        smooth([(126, 112), (140, 420)])
        + oval(220, 420, 80, 16, start=180, stop=0)
        + smooth([(300, 420), (314, 112)])
    )
    canvas.line(glass, "#ffffffb0", 4)
    canvas.line(glass, "#7fa0b080", 1.6)
    canvas.line(oval(220, 112, 94, 14), "#ffffffd0", 3)
    canvas.line(oval(220, 112, 94, 14), "#7fa0b090", 1.2)
    canvas.curve([(146, 140), (152, 260), (158, 390)], "#ffffff90", 7, 3)
    return canvas.finish()


def _pencil(canvas: Canvas, top: Point, foot: Point, thick: float = 1.0) -> None:
    length = math.hypot(foot[0] - top[0], foot[1] - top[1])
    angle = math.degrees(math.atan2(foot[1] - top[1], foot[0] - top[0])) - 90
    w = 11 * thick
    with canvas.at(*top, 1, angle):
        canvas.box(-w, 0, w, length - 34, "#f2b632")
        canvas.box(-w, 0, -w * 0.35, length - 34, "#ffd367")
        canvas.box(w * 0.4, 0, w, length - 34, "#c98b17")
        canvas.box(-w, -6, w, 20, Fade("#c9ced2", "#8b9297", across=True))
        canvas.box(-w, -26, w, -4, Ball("#f29a9a", "#c95f68"), corner=6)
        canvas.poly(
            [(-w, length - 36), (w, length - 36), (3, length - 4), (-3, length - 4)], "#e9cfa3"
        )
        canvas.poly([(-4, length - 12), (4, length - 12), (0, length)], "#2f2f33")
