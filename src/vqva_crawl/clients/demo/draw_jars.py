"""Kitchen-table science: nails in three jars, and ice in a glass."""

from __future__ import annotations

import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import oval, path


def nails(*, rusted: bool) -> Image.Image:
    """A nail in a dry jar, in water, and in water under oil: new, or a week later; 620 x 380."""
    canvas = Canvas(620, 380, Fade("#eef1ee", "#dde3df"))
    canvas.box(0, 300, 620, 380, Fade("#c9ad84", "#ac8b5f"))
    for i, name in enumerate(("dry", "water", "water + oil")):
        with canvas.at(124 + i * 186, 0):
            canvas.soft(oval(4, 322, 74, 12), "#4a382080", 7)
            if i:
                top = 158
                tea = rusted and i == 1
                colours = ("#e6c9a0", "#c08a52") if tea else ("#cfe9f2", "#9fd0e2")
                canvas.box(-60, top, 60, 320, Fade(*colours), corner=12)
                if i == 2:
                    canvas.box(-60, top, 60, top + 26, Fade("#f3d66b", "#dcb53f"))
                canvas.oval(0, top, 60, 7, "#ffffff90")
            _nail(canvas, rust=rusted and i == 1)
            canvas.box(-62, 92, 62, 322, "#ffffff18", "#8fa6ad", 2.4, corner=14)
            canvas.box(-66, 78, 66, 96, Fade("#ffffff", "#c9d3d5"), "#8fa6ad", 1.6, corner=6)
            canvas.curve([(-46, 112), (-48, 200), (-46, 300)], "#ffffffa0", 7, 3)
            canvas.box(-50, 336, 50, 362, "#fffdf4", "#c9bfa5", 1, corner=4)
            canvas.text(0, 349, name, 17, "#3b3b3b")
    return canvas.finish()


def _nail(canvas: Canvas, *, rust: bool) -> None:
    with canvas.at(6, 212, 1, 14):
        metal = ("#b5632e", "#6f3416") if rust else ("#f2f4f6", "#8d969e")
        canvas.box(-6, -92, 6, 78, Fade(*metal, across=True))
        canvas.poly([(-6, 78), (6, 78), (0, 98)], metal[1])
        canvas.box(-16, -100, 16, -90, Fade(*metal), corner=3)
        if rust:
            chance = random.Random(14)
            for _ in range(60):
                x, y = chance.uniform(-9, 9), chance.uniform(-96, 84)
                shade = chance.choice(("#8a4218", "#c9793a", "#5f2c10", "#d98f4c"))
                canvas.oval(x, y, chance.uniform(1.6, 4.2), chance.uniform(1.4, 3.4), shade)


def ice(stage: int) -> Image.Image:
    """A glass with ice at ``stage`` 1 (fresh), 2 (twenty minutes on) or 3 (melted); 420 x 460."""
    canvas = Canvas(420, 460, Fade("#f3ece2", "#e6dac8"))
    canvas.box(0, 372, 420, 460, Fade("#8fa3a6", "#6d8286"))
    canvas.soft(oval(216, 412, 110, 14), "#2c383a80", 8)
    level = 146
    body = [
        (116.0, level),
        (304.0, level),
        (286.0, 404.0),
        *oval(210, 404, 76, 11, start=0, stop=180),
        (134.0, 404.0),
    ]
    canvas.poly(body, Fade("#cdebf4", "#9fd2e4"))
    canvas.oval(210, level, 94, 11, Fade("#e4f6fb", "#bfe4f0"))
    if stage < 3:
        size = 1.0 if stage == 1 else 0.6
        cubes = ((166, 150, -9), (254, 146, 13), (208, 190, 4))
        for across, down, turn in cubes[: 3 if stage == 1 else 2]:
            with canvas.at(across, down if stage == 1 else level + 6, size, turn):
                _cube(canvas)
    bottom = oval(210, 412, 80, 13, start=180, stop=0)
    glass = [*path("106,92 130,412"), *bottom, *path("290,412 314,92")]
    canvas.line(glass, "#ffffffd0", 4)
    canvas.line(glass, "#7d9aa390", 1.6)
    canvas.line(oval(210, 92, 104, 13), "#7d9aa3a0", 2)
    canvas.curve([(134, 120), (144, 250), (152, 380)], "#ffffffa0", 8, 3)
    chance = random.Random(4)
    for _ in range((6, 18, 34)[stage - 1]):
        x, y = chance.choice((-1, 1)) * chance.uniform(78, 96), chance.uniform(170, 390)
        canvas.oval(210 + x * (1 - (y - 92) * 0.0007), y, 2.4, 3.4, Ball("#ffffff", "#a9d3e0"))
    return canvas.finish()


def _cube(canvas: Canvas) -> None:
    edge = mix("#9fc9da", "#ffffff", 0.3)
    canvas.box(-38, -38, 38, 38, Fade("#ffffff", "#d3edf6"), edge, 2, corner=10)
    canvas.box(-26, -26, 26, 26, "#eaf7fb", corner=8)
    canvas.line([(-22, 18), (-4, -2)], "#ffffff", 4, 1)
    canvas.line([(6, 20), (18, 6)], "#ffffff", 3, 1)
