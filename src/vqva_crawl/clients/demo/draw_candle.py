"""A candle on a saucer: new, half burnt, burnt down; and what a glass put over it does."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import oval, smooth

BASE = 366
"""Where the candle stands on the saucer."""


def candle(
    height: float, *, burning: bool, glass: bool = False, smoke: bool = False
) -> Image.Image:
    """A candle of ``height`` pixels, 440 x 460; drips and a puddle grow as it gets shorter."""
    canvas = Canvas(440, 460, Fade("#3c4557", "#59617a"))
    if burning:
        canvas.soft(oval(220, BASE - height - 40, 150), "#ffd59a60", 46)
    canvas.box(0, 372, 440, 460, Fade("#8a6244", "#5d3f2b"))
    for y in (388, 410, 436):
        canvas.curve([(0, y), (120, y + 3), (300, y - 3), (440, y + 2)], "#4b312080", 1.6)
    _saucer(canvas, height)
    _wax(canvas, height)
    if burning:
        _flame(canvas, BASE - height - 16)
    if smoke:
        _smoke(canvas, BASE - height - 18)
    if glass:
        _glass(canvas)
    return canvas.finish()


def _saucer(canvas: Canvas, height: float) -> None:
    canvas.soft(oval(224, 404, 132, 16), "#1d120a90", 8)
    canvas.oval(220, 386, 128, 26, Ball("#f1f0ea", "#a9adb5", 0.4, 0.2))
    canvas.oval(220, 382, 96, 17, Ball("#d9dade", "#f3f2ee", 0.5, 0.2))
    spread = max(0.0, (250 - height) / 250)
    if spread > 0.1:
        canvas.oval(
            220, 379, 38 + 46 * spread, 6 + 9 * spread, Ball("#fbf3dc", "#d9c9a0", 0.4, 0.3)
        )


def _wax(canvas: Canvas, height: float) -> None:
    top = BASE - height
    side = Fade("#fffaf0", "#e6d9b8", across=True)
    canvas.poly(
        [
            (186, top),
            (254, top),
            (254, BASE),
            *oval(220, BASE, 34, 10, start=0, stop=180),
            (186, BASE),
        ],
        side,
    )
    canvas.poly(
        [(236, top), (254, top), (254, BASE), *oval(220, BASE, 34, 10, start=0, stop=60)],
        "#b8a67c38",
    )
    canvas.oval(
        220,
        top,
        34,
        9,
        "#fffdf4" if height > 240 else Ball("#fff4cf", "#e7d29a", 0.5, 0.5),
        "#e3d6b2",
        1,
    )
    if height <= 240:
        canvas.oval(220, top + 1, 23, 5.4, "#f3e2ae")
        for x, length, width in ((190, 62, 9), (203, 32, 8), (240, 84, 9), (250, 46, 8)):
            reach = min(length, height - 8)
            canvas.curve(
                [(x, top + 3), (x - 1, top + reach * 0.6), (x, top + reach)],
                "#fffaf0",
                width,
                width * 0.9,
            )
            canvas.oval(x, top + reach, width * 0.62, width * 0.8, Ball("#fffdf6", "#dccca2"))
    canvas.curve([(220, top), (221, top - 10), (219, top - 17)], "#2b2320", 4, 3)


def _flame(canvas: Canvas, tip: float) -> None:
    y = tip + 8
    outer = smooth(
        [
            (220, y - 74),
            (233, y - 42),
            (238, y - 14),
            (228, y + 4),
            (212, y + 4),
            (202, y - 14),
            (207, y - 42),
        ],
        closed=True,
    )
    inner = smooth(
        [(220, y - 50), (228, y - 28), (230, y - 10), (220, y + 2), (210, y - 10), (212, y - 28)],
        closed=True,
    )
    canvas.soft(outer, "#ffbf5a90", 9)
    canvas.poly(outer, Fade("#ffb63c", "#ff8a1f"))
    canvas.poly(inner, Fade("#fff7cf", "#ffd86a"))
    canvas.oval(220, y, 8, 6, "#6f9fe88c")
    canvas.curve([(220, y + 8), (221, y - 2), (219, y - 10)], "#2b2320", 3.6, 2.6)


def _smoke(canvas: Canvas, tip: float) -> None:
    top = max(tip - 120, 66)
    for shift, width, colour in ((0, 9, "#e3e5ea90"), (5, 6, "#f4f5f780"), (-6, 5, "#d5d9e080")):
        canvas.curve(
            [
                (220, tip),
                (212 + shift, tip - 26),
                (230 + shift, tip - 58),
                (210 + shift * 2, top + 24),
                (226 + shift * 3, top),
            ],
            colour,
            3,
            width,
        )


def _glass(canvas: Canvas) -> None:
    dome = [
        *oval(220, 110, 104, 76, start=180, stop=360),
        (324, 384),
        *oval(220, 384, 104, 15, start=0, stop=180),
        (116, 110),
    ]
    canvas.poly(dome, "#dff1f71c")
    canvas.line(dome, "#e6f4f9c0", 3)
    canvas.line(oval(220, 384, 104, 15, start=180, stop=360), "#e6f4f970", 1.6)
    canvas.curve([(134, 128), (132, 220), (134, 330)], "#ffffff70", 7, 3)
    canvas.curve([(150, 84), (176, 60), (206, 48)], "#ffffff80", 6, 3)
    canvas.curve([(308, 150), (309, 240), (307, 340)], "#ffffff40", 5, 2)
    canvas.oval(220, 28, 11, 9, Ball("#ffffff", "#b9cfd8"))
