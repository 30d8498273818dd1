"""The moon as it looks through a small telescope, and why it looks so."""

from __future__ import annotations

import math
import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import oval, path

RADIUS = 170


def moon(lit: float) -> Image.Image:
    """The waxing moon with the share ``lit`` (0 to 1) of its disc in sunlight, 480 x 480."""
    canvas = Canvas(480, 480, Fade("#0c1424", "#141f33"))
    _stars(canvas, 480, 480)
    disc = oval(240, 240, RADIUS)
    canvas.soft(oval(240, 240, RADIUS + 6), "#9fb4d826", 16)
    canvas.poly(disc, Ball("#f6f2e4", "#bdb7a8", 0.55, 0.4, 0.8))
    with canvas.clip(disc):
        _face(canvas)
        _shade(canvas, lit)
    return canvas.finish()


def _stars(canvas: Canvas, width: float, height: float) -> None:
    chance = random.Random(9)
    for _ in range(70):
        x, y, r = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(0.4, 1.3)
        canvas.oval(x, y, r, r, chance.choice(("#ffffffb0", "#cfe0ff90", "#fff2d0a0")))


def _face(canvas: Canvas) -> None:
    seas = (
        path("190,120 240,108 262,140 250,178 206,184 176,156"),
        path("258,150 300,140 322,168 306,200 268,196"),
        path("280,196 324,196 344,228 320,254 284,240"),
        path("110,170 150,150 176,190 170,250 132,274 100,240"),
        path("170,268 214,262 230,292 202,318 168,304"),
        path("340,140 368,150 366,178 344,174"),
        path("320,262 350,258 356,290 332,300"),
    )
    for sea in seas:
        canvas.blob(sea, "#8b8a8b88")
        canvas.blob([(x * 0.96 + 8, y * 0.96 + 8) for x, y in sea], "#7f7f8344")
    x0, y0 = 222, 352
    chance = random.Random(21)
    for i in range(13):
        angle = math.tau * i / 13 + chance.uniform(-0.1, 0.1)
        reach = chance.uniform(60, 150)
        canvas.line(
            [(x0, y0), (x0 + math.cos(angle) * reach, y0 + math.sin(angle) * reach)],
            "#ffffff38",
            5,
            0.6,
        )
    for _ in range(58):
        angle, reach = chance.uniform(0, math.tau), math.sqrt(chance.random()) * 160
        x, y, r = 240 + math.cos(angle) * reach, 240 + math.sin(angle) * reach, chance.uniform(2, 8)
        canvas.oval(x, y, r, r * 0.92, "#97938880")
        canvas.oval(x + r * 0.22, y + r * 0.2, r * 0.75, r * 0.68, "#e4dfd080")
    canvas.oval(x0, y0, 13, 11, "#a09c91")
    canvas.oval(x0 + 2, y0 + 1, 9, 8, "#f4f0e4")


def _shade(canvas: Canvas, lit: float) -> None:
    if lit >= 1:
        return
    for grow, colour in ((9, "#10182870"), (4, "#10182890"), (0, "#0f1726f4")):
        bulge = (1 - 2 * lit) * RADIUS
        edge = [
            (
                240 + grow + bulge * math.cos(math.radians(t)),
                240 + RADIUS * 1.02 * math.sin(math.radians(t)),
            )
            for t in range(-90, 91, 3)
        ]
        canvas.poly([(40, 40), *edge, (40, 440)], colour)


def geometry(angle: float) -> Image.Image:
    """Sun, earth and moon from above; the moon stands ``angle`` degrees on from new moon."""
    canvas = Canvas(560, 420, Fade("#101a2e", "#18253e"), scale=3)
    _stars(canvas, 560, 420)
    canvas.soft(oval(600, 210, 130), "#ffd76a70", 26)
    canvas.oval(620, 210, 120, 120, Ball("#fff3bf", "#f4b53c", 0.3, 0.5))
    for height in (60, 120, 300, 360):
        canvas.arrow([(478, height), (424, height)], "#f6cf6f", 3, 14)
    canvas.text(452, 30, "sunlight", 17, "#f6cf6f")
    centre, reach = (220.0, 210.0), 140.0
    orbit = oval(*centre, reach)
    for i in range(0, len(orbit) - 1, 2):
        canvas.line([orbit[i], orbit[i + 1]], "#7f93b8", 1.6)
    _half_lit(canvas, *centre, 46, "#5fa3d8", "#2d6fb0")
    canvas.blob(path("206,186 228,182 236,202 216,214 198,204"), "#7fb56f")
    canvas.blob(path("224,222 242,220 238,240 224,242"), "#7fb56f")
    _night_side(canvas, *centre, 46)
    for step in range(0, 360, 45):
        t = math.radians(step)
        x, y = centre[0] + reach * math.cos(t), centre[1] - reach * math.sin(t)
        if step == angle:
            continue
        canvas.oval(x, y, 9, 9, "#46536e")
    t = math.radians(angle)
    x, y = centre[0] + reach * math.cos(t), centre[1] - reach * math.sin(t)
    canvas.dashes([centre, (x, y)], "#ffffff90", 1.6, 6, 5)
    _half_lit(canvas, x, y, 24, "#f5f0df", "#cfc8b4")
    _night_side(canvas, x, y, 24)
    canvas.oval(x, y, 32, 32, "#ffffff00", "#ffffffc0", 1.6)
    canvas.text(220, 272, "Earth", 17, "#dce6f6")
    canvas.text(
        x + 44 if angle == 90 else x,
        y if angle == 90 else y + 46,
        "Moon",
        17,
        "#ffffff",
        anchor="lm" if angle == 90 else "mm",
    )
    return canvas.finish()


def _half_lit(canvas: Canvas, x: float, y: float, r: float, light: str, dark: str) -> None:
    canvas.oval(x, y, r, r, Ball(light, dark, 0.75, 0.4))


def _night_side(canvas: Canvas, x: float, y: float, r: float) -> None:
    canvas.poly(oval(x, y, r + 0.5, start=90, stop=270), "#0a1120d0")
