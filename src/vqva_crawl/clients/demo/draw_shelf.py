"""Pictures that have nothing to do with each other, a sundial, and leaves too small to use."""

from __future__ import annotations

import math

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import oval, path, smooth


def teapot() -> Image.Image:
    """A blue teapot on a cloth; 520 x 400 pixels."""
    canvas = Canvas(520, 400, Fade("#f6ede0", "#eadcc6"))
    canvas.box(0, 290, 520, 400, Fade("#e0b9a0", "#cf9f83"))
    canvas.soft(oval(262, 336, 150, 16), "#5a382880", 8)
    canvas.line(oval(370, 210, 58, 62, start=-100, stop=110), "#2f5f8f", 17)
    canvas.curve(path("160,254 110,224 92,168 66,150"), "#356a9c", 46, 15)
    canvas.oval(258, 232, 118, 100, Ball("#7fb2df", "#23527f"))
    canvas.box(206, 322, 310, 336, "#23527f", corner=6)
    canvas.oval(258, 146, 66, 14, "#23527f")
    canvas.blob(path("196,142 258,116 320,142 258,150"), Fade("#6fa5d5", "#356a9c"))
    canvas.oval(258, 112, 14, 12, Ball("#9fc8ea", "#2f5f8f"))
    for i in range(7):
        x, y = oval(258, 236, 62, 44, start=i * 51, stop=i * 51 + 1)[0]
        canvas.oval(x, y, 9, 9, "#f6f1e2")
        canvas.oval(x, y, 3.4, 3.4, "#f0b13c")
    return canvas.finish()


def lighthouse() -> Image.Image:
    """A striped lighthouse on a rock; 420 x 520 pixels."""
    canvas = Canvas(420, 520, Fade("#8ec7ea", "#eaf5f8"))
    canvas.box(0, 420, 420, 520, Fade("#4f9dc4", "#2a6d9c"))
    canvas.blob(path("70,470 120,410 210,394 310,414 366,470 210,500"), Ball("#9a938a", "#57524c"))
    tower = path("170,410 250,410 236,150 184,150")
    canvas.poly(tower, Fade("#ffffff", "#d9dcdf", across=True))
    with canvas.clip(tower):
        for y in (170, 266, 362):
            canvas.box(150, y, 270, y + 48, Fade("#d9483c", "#a12c24", across=True))
    canvas.box(172, 138, 248, 152, "#3c444a", corner=3)
    canvas.box(190, 100, 230, 138, Fade("#fff3bf", "#ffd86a"), "#3c444a", 3)
    canvas.poly([(182, 102), (238, 102), (210, 70)], "#a12c24")
    canvas.poly(path("230,110 420,70 420,150 230,126"), "#fff3bf70")
    return canvas.finish()


def cactus() -> Image.Image:
    """A potted cactus in bloom; 420 x 480 pixels."""
    canvas = Canvas(420, 480, Fade("#fbe9e2", "#f3d6c9"))
    canvas.soft(oval(216, 430, 92, 12), "#5a382870", 7)
    green = Fade("#7fbf72", "#3f8550", across=True)
    for points in ([(170, 280), (118, 276), (112, 214)], [(256, 250), (306, 244), (310, 176)]):
        canvas.curve([(float(x), float(y)) for x, y in points], "#4f9a5c", 36)
    canvas.box(166, 110, 256, 340, green, corner=45)
    for x in (186, 211, 236):
        canvas.curve([(x, 128), (x, 230), (x, 330)], "#2f6f42", 2)
        for y in range(144, 330, 26):
            canvas.line([(x - 5, y - 4), (x + 5, y + 4)], "#f6f1d2", 1.4)
            canvas.line([(x - 5, y + 4), (x + 5, y - 4)], "#f6f1d2", 1.4)
    for i in range(8):
        with canvas.at(211, 106, 1, i * 45):
            canvas.oval(0, -15, 7, 15, Fade("#f27ea5", "#d9487a"))
    canvas.oval(211, 106, 8, 8, "#f7d25a")
    canvas.poly(path("138,330 284,330 266,428 156,428"), Fade("#d98a5f", "#a85c36", across=True))
    canvas.box(130, 316, 292, 342, Fade("#e39a6f", "#b5683f", across=True), corner=5)
    return canvas.finish()


def balloon() -> Image.Image:
    """A hot-air balloon over low clouds; 440 x 480 pixels."""
    canvas = Canvas(440, 480, Fade("#5fa8de", "#d9eef6"))
    for x, y in ((60, 400), (170, 430), (300, 410), (410, 440), (90, 120)):
        for dx, r in ((-30, 18), (0, 26), (32, 20)):
            canvas.soft(oval(x + dx, y, r * 1.6, r * 0.7), "#ffffffd0", 7)
    skin = smooth(
        path("220,50 312,90 336,180 292,262 240,318 200,318 148,262 104,180 128,90"), closed=True
    )
    canvas.poly(skin, "#e2603c")
    with canvas.clip(skin):
        for rx, colour in ((86, "#f6d25a"), (52, "#e2603c"), (18, "#f6d25a")):
            canvas.oval(220, 184, rx, 146, colour)
        canvas.oval(220, 186, 130, 150, "#00000010")
    for x in (202, 238):
        canvas.line([(x, 318), (220 + (x - 220) * 0.9, 368)], "#5d4a38", 2)
    canvas.box(200, 366, 240, 400, Fade("#b98a55", "#8a5f33"), corner=5)
    return canvas.finish()


def sundial(hour: int) -> Image.Image:
    """A garden sundial at ``hour`` (6 to 18, northern summer): the shadow tells it; 480 x 440."""
    canvas = Canvas(480, 440, Fade("#a9cf8a", "#86b568"))
    canvas.soft(oval(246, 270, 200, 120), "#2f4a2480", 12)
    canvas.oval(240, 246, 196, 128, Ball("#c9c4b6", "#8f897b"))
    canvas.oval(240, 238, 190, 122, Ball("#ebe6d8", "#bdb6a4"))
    canvas.line(oval(240, 238, 168, 106), "#7d7668", 2)
    for h in range(6, 19):
        t = math.radians(180 + (h - 6) * 15)
        x, y = 240 + 148 * math.cos(t), 262 + 100 * math.sin(t)
        canvas.text(x, y, str(h), 19, "#4a453b")
    t = math.radians(180 + (hour - 6) * 15)
    tip = (240 + 118 * math.cos(t), 262 + 78 * math.sin(t))
    canvas.poly([(236, 264), (244, 264), tip], "#3f3a3290")
    canvas.poly(path("240,268 252,262 240,168 236,168"), Fade("#e0b45a", "#8f6a22"))
    canvas.poly([(240, 268), (236, 264), (236, 168)], "#6d4f18")
    return canvas.finish()


def leaf(kind: str) -> Image.Image:
    """A pressed "oak", "beech", "birch" or "willow" leaf on card; only 120 x 100 pixels."""
    canvas = Canvas(120, 100, "#fbf8f0")
    shape = {
        "oak": (40.0, 0.5),
        "beech": (30.0, 0.1),
        "birch": (32.0, 0.2),
        "willow": (12.0, 0.05),
    }[kind]
    colour = {"oak": "#a8743a", "beech": "#b5532f", "birch": "#d9b13c", "willow": "#7f9a4c"}[kind]
    points = []
    for i in range(80):
        t = math.tau * i / 80
        wave = 1 + shape[1] * 0.35 * math.sin(9 * t)
        points.append((60 + 46 * math.cos(t) * wave, 48 + shape[0] * 0.8 * math.sin(t) * wave))
    canvas.poly(points, Fade(mix(colour, "#ffffff", 0.3), colour))
    canvas.line([(8, 50), (104, 48)], mix(colour, "#3a2410", 0.5), 2, 1)
    for i in range(5):
        x = 26 + i * 16
        canvas.line([(x, 49), (x + 12, 49 - shape[0] * 0.55)], mix(colour, "#3a2410", 0.4), 1)
        canvas.line([(x, 49), (x + 12, 49 + shape[0] * 0.55)], mix(colour, "#3a2410", 0.4), 1)
    return canvas.finish()
