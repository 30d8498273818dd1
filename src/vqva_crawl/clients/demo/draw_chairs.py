"""The same chair in three styles: farmhouse, bent tube, moulded shell."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Fade, mix
from vqva_crawl.clients.demo.outlines import oval, path, smooth


def chair(style: str) -> Image.Image:
    """A side chair as "farmhouse", "tube" or "shell", seen from the front left; 440 x 500."""
    canvas = Canvas(440, 500, Fade("#f6ecd9", "#ead9ba"))
    canvas.box(0, 400, 440, 500, Fade("#cfc3ae", "#b9aa90"))
    canvas.soft(oval(226, 446, 120, 16), "#4a3d2880", 9)
    {"farmhouse": _farmhouse, "tube": _tube, "shell": _shell}[style](canvas)
    return canvas.finish()


def _farmhouse(canvas: Canvas) -> None:
    dark, wood = "#6a4424", "#a5733f"
    for x0, y0, x1, y1 in ((156, 270, 140, 420), (288, 270, 304, 420)):
        canvas.line([(x0, y0), (x1, y1)], dark, 15, 10)
    canvas.line([(146, 360), (298, 360)], dark, 9)
    for x in (166, 204, 242, 280):
        canvas.curve(
            [(x, 260), (220 + (x - 220) * 1.1, 160), (220 + (x - 220) * 1.14, 84)], wood, 9, 7
        )
    canvas.curve([(146, 92), (220, 70), (296, 92)], dark, 30)
    canvas.curve([(148, 86), (220, 65), (294, 86)], mix(wood, "#ffffff", 0.2), 8)
    canvas.blob(path("136,262 220,250 306,262 322,292 220,306 120,292"), Fade("#bb8850", "#8a5c30"))
    for x0, y0, x1, y1 in ((142, 296, 124, 448), (300, 296, 320, 448)):
        canvas.line([(x0, y0), (x1, y1)], wood, 18, 12)
        canvas.line([(x0 - 4, y0), (x1 - 3, y1)], "#d0a067", 5, 3)
    canvas.line([(134, 392), (312, 392)], wood, 10)


def _tube(canvas: Canvas) -> None:
    leather, steel = ("#3b3733", "#1f1c1a"), "#aab2b8"
    for side in (-1, 1):
        x = 220 + side * 84
        tube = smooth(
            [
                (x, 90),
                (x + side * 2, 200),
                (x + side * 4, 272),
                (x + side * 14, 300),
                (x + side * 20, 420),
                (x + side * 14, 440),
                (220 + side * 60, 444),
            ]
        )
        canvas.line(tube, "#6f777d", 12)
        canvas.line([(px - 2, py) for px, py in tube], "#f4f7f9", 4)
        canvas.line([(px + 2, py) for px, py in tube], steel, 4)
    canvas.line([(160, 444), (280, 444)], "#6f777d", 12)
    canvas.line([(160, 442), (280, 442)], "#f4f7f9", 4)
    canvas.box(132, 96, 308, 190, Fade(*leather), corner=6)
    canvas.blob(path("132,258 220,252 308,258 324,290 220,302 116,290"), Fade("#4a453f", "#211e1b"))
    for y in (112, 174):
        canvas.dashes([(144, y), (296, y)], "#8d8478", 1.6, 5, 4)


def _shell(canvas: Canvas) -> None:
    for x0, x1 in ((186, 150), (254, 290)):
        canvas.line([(x0, 300), (x1, 424)], "#8a6238", 12, 7)
    body = smooth(
        path(
            "148,92 220,74 292,92 306,150 288,216 306,262 316,292 268,312 220,316 "
            "172,312 124,292 134,262 152,216 134,150"
        ),
        closed=True,
    )
    canvas.poly(body, Fade("#f0a03c", "#cf6f1e"))
    with canvas.clip(body):
        canvas.soft(oval(220, 236, 80, 20), "#8a431060", 10)
        canvas.soft(oval(186, 130, 34, 44), "#ffd99080", 14)
        canvas.blob(path("112,286 220,300 328,286 328,330 112,330"), "#e0862c")
    for x0, x1 in ((170, 130), (270, 310)):
        canvas.line([(x0, 308), (x1, 450)], "#b5834c", 13, 8)
        canvas.line([(x0 - 2, 308), (x1 - 2, 450)], "#d9ab70", 4, 2)
