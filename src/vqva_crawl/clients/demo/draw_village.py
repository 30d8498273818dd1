"""One village street of houses, at noon, at dusk, at night and in morning fog."""

from __future__ import annotations

import random
from dataclasses import dataclass

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import oval, path


@dataclass(frozen=True)
class Light:
    """What an hour of the day does to the scene: sky colours, a tint over all, lamps."""

    sky: tuple[str, str]
    tint: str
    share: float
    lamps: bool

    def on(self, colour: str) -> str:
        """What ``colour`` looks like in this light."""
        return mix(colour, self.tint, self.share)

    def fade(self, top: str, low: str) -> Fade:
        """The gradient from ``top`` to ``low`` in this light."""
        return Fade(self.on(top), self.on(low))


HOURS = {
    "noon": Light(("#6fb6e8", "#dff0f7"), "#ffffff", 0.0, False),
    "dusk": Light(("#5b5f99", "#f5b183"), "#5a3f63", 0.42, True),
    "night": Light(("#0b1330", "#26365f"), "#0d1a3c", 0.72, True),
    "fog": Light(("#cfd6d8", "#e6e9e8"), "#d7dcdc", 0.66, False),
}


def village(hour: str) -> Image.Image:
    """The village at "noon", "dusk", "night" or in "fog", 640 x 420 pixels."""
    light = HOURS[hour]
    canvas = Canvas(640, 420, Fade(*light.sky))
    _sky(canvas, hour)
    canvas.blob(
        path("-60,230 70,170 190,214 330,150 470,206 600,160 720,220 720,440 -60,440"),
        light.fade("#9fc3a0", "#78a878"),
    )
    canvas.blob(
        path("-60,280 120,244 320,266 520,236 720,270 720,460 -60,460"),
        light.fade("#93c47a", "#5f9c51"),
    )
    _church(canvas, light)
    for x, base, size, wall, roof in (
        (60, 318, 1.0, "#f3e3c3", "#b4573f"),
        (196, 314, 0.92, "#e6d3d0", "#7e4f48"),
        (440, 316, 1.08, "#f7efdb", "#c06a42"),
        (560, 322, 0.9, "#d8e0d6", "#6d5a54"),
    ):
        _house(canvas, x, base, size, wall, roof, light)
    canvas.blob(
        path("-60,352 140,326 320,336 500,326 700,348 700,480 -60,480"),
        light.fade("#86b868", "#4d8a42"),
    )
    canvas.poly(path("290,336 336,336 452,420 230,420"), light.fade("#e5d6b4", "#cdb88f"))
    for x, y, s in (
        (24, 330, 1.0),
        (150, 330, 0.8),
        (392, 332, 0.9),
        (516, 330, 1.05),
        (622, 336, 0.9),
    ):
        _tree(canvas, x, y, s, light)
    for x in (262, 404):
        _lamp(canvas, x, 372, light)
    if hour == "fog":
        for y, reach in ((230, 60), (290, 46), (340, 30)):
            canvas.soft([(-60, y), (700, y), (700, y + reach), (-60, y + reach)], "#eef1f1b4", 18)
    return canvas.finish()


def _sky(canvas: Canvas, hour: str) -> None:
    chance = random.Random(2)
    if hour == "night":
        for _ in range(90):
            x, y, r = chance.uniform(0, 640), chance.uniform(0, 200), chance.uniform(0.5, 1.5)
            canvas.oval(x, y, r, r, "#f4f2dc")
        canvas.soft(oval(520, 70, 44), "#dfe6ff50", 14)
        canvas.oval(520, 70, 28, 28, Ball("#fbf8e6", "#d8d4c0"))
        for dx, dy, r in ((-8, -6, 6), (8, 4, 5), (-2, 12, 4)):
            canvas.oval(520 + dx, 70 + dy, r, r, "#cfcab6")
        return
    if hour == "fog":
        canvas.soft(oval(330, 90, 40), "#ffffffc0", 20)
        return
    if hour == "noon":
        canvas.soft(oval(330, 56, 52), "#fff6c0a0", 16)
        canvas.oval(330, 56, 30, 30, Ball("#fffbe0", "#ffe27a"))
    else:
        canvas.soft(oval(90, 196, 90), "#ffcf8ab0", 26)
        canvas.oval(90, 190, 32, 32, Ball("#ffe9b0", "#ff9d4d"))
    shade = "#ffffffc0" if hour == "noon" else "#e79a8ca0"
    for cx, cy in ((150, 84), (480, 60), (590, 120)):
        for dx, r in ((-38, 15), (-8, 24), (26, 20), (52, 12)):
            canvas.soft(oval(cx + dx, cy, r * 1.6, r * 0.55), shade, 7)


def _window(canvas: Canvas, x: float, y: float, w: float, h: float, light: Light) -> None:
    if light.lamps:
        canvas.soft(oval(x, y, w * 1.1, h), "#ffd27a66", 5)
    glass = (
        Fade("#ffe9a8", "#ffbf55")
        if light.lamps
        else Fade(light.on("#9cc3d6"), light.on("#6d97ad"))
    )
    canvas.box(x - w / 2, y - h / 2, x + w / 2, y + h / 2, glass, light.on("#fbf7ee"), 2)
    canvas.line([(x, y - h / 2), (x, y + h / 2)], light.on("#fbf7ee"), 1.6)
    canvas.line([(x - w / 2, y), (x + w / 2, y)], light.on("#fbf7ee"), 1.6)


def _house(
    canvas: Canvas, x: float, base: float, size: float, wall: str, roof: str, light: Light
) -> None:
    with canvas.at(x, base, size):
        canvas.box(24, -104, 36, -66, light.on("#8a5a48"))
        canvas.box(-48, -60, 48, 20, Fade(light.on(wall), light.on(mix(wall, "#6b5a48", 0.25))))
        canvas.poly(
            [(-58, -58), (0, -104), (58, -58)],
            Fade(light.on(mix(roof, "#ffffff", 0.15)), light.on(roof)),
        )
        canvas.line([(-58, -58), (58, -58)], light.on(mix(roof, "#000000", 0.35)), 3)
        for wx in (-28, 28):
            _window(canvas, wx, -32, 20, 24, light)
        _window(canvas, 0, -76, 13, 13, light)
        canvas.box(-10, -26, 10, 20, light.on("#7a4f35"), light.on("#f2e8d6"), 2)
        canvas.oval(6, -2, 1.8, 1.8, light.on("#e7c766"))


def _church(canvas: Canvas, light: Light) -> None:
    with canvas.at(318, 306):
        canvas.box(-30, -70, 60, 20, Fade(light.on("#f0ebe0"), light.on("#cfc6b6")))
        canvas.poly([(-36, -68), (12, -104), (66, -68)], light.on("#6f7f8c"))
        canvas.box(-52, -120, -14, 20, Fade(light.on("#f6f1e6"), light.on("#d6cdbd")))
        canvas.poly(
            [(-56, -118), (-33, -186), (-10, -118)], Fade(light.on("#8496a3"), light.on("#596a78"))
        )
        canvas.line([(-33, -186), (-33, -204)], light.on("#c9a545"), 2.4)
        canvas.line([(-39, -198), (-27, -198)], light.on("#c9a545"), 2.4)
        canvas.oval(
            -33,
            -92,
            10,
            10,
            Ball("#ffe9a8", "#ffbf55") if light.lamps else light.on("#6d97ad"),
            light.on("#8d8474"),
            3,
        )
        for x in (2, 24, 46):
            _window(canvas, x, -32, 11, 32, light)
        canvas.box(-41, -24, -25, 20, light.on("#6a4a36"))


def _tree(canvas: Canvas, x: float, y: float, size: float, light: Light) -> None:
    with canvas.at(x, y, size):
        canvas.line([(0, 6), (0, -30)], light.on("#6d5038"), 6, 4)
        for dx, dy, r in ((-12, -34, 16), (12, -36, 16), (0, -54, 19)):
            canvas.oval(dx, dy, r, r, Ball(light.on("#8fc76a"), light.on("#437f3c")))


def _lamp(canvas: Canvas, x: float, y: float, light: Light) -> None:
    canvas.line([(x, y), (x, y - 58)], light.on("#3d4347"), 3.4)
    canvas.line([(x - 5, y), (x + 5, y)], light.on("#3d4347"), 4)
    if light.lamps:
        canvas.soft(oval(x, y - 64, 30), "#ffd98a80", 12)
        canvas.soft(oval(x, y + 2, 36, 8), "#ffd98a60", 6)
    canvas.poly(
        [(x - 7, y - 58), (x + 7, y - 58), (x + 9, y - 72), (x - 9, y - 72)],
        "#fff0bd" if light.lamps else light.on("#dfe8ea"),
        light.on("#3d4347"),
        1.6,
    )
    canvas.poly([(x - 10, y - 72), (x + 10, y - 72), (x, y - 80)], light.on("#3d4347"))
