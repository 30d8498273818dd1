"""A north-facing living room before and after its makeover, at night, and as a plan."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade, mix
from vqva_crawl.clients.demo.outlines import oval, path

Tint = Callable[[str], str]
"""What the light of the hour does to a colour."""


def before() -> Image.Image:
    """The room as it was found: dark paper, heavy curtains, clutter; 640 x 440 pixels."""
    canvas = Canvas(640, 440)
    _shell(canvas, ("#8a7152", "#7a6246"), ("#6f4f37", "#4d3525"), "#5b4330")
    for x in range(96, 548, 24):
        canvas.line([(x, 42), (x, 300)], "#6d563d", 2)
    _window(canvas, "#c6d3d6", "#e2e6e2")
    for x, side in ((200, 1), (444, -1)):
        canvas.poly(
            [(x, 62), (x + side * 46, 62), (x + side * 38, 262), (x - side * 6, 262)],
            Fade("#7d2f33", "#4f1c22"),
        )
        for dx in (12, 24, 36):
            canvas.line([(x + side * dx, 66), (x + side * dx * 0.9, 258)], "#421319", 2)
    canvas.box(192, 54, 452, 66, "#4b3323", corner=5)
    with canvas.at(506, 300):
        canvas.box(-34, -190, 42, 12, Fade("#5d3e28", "#432b1b"))
        for y in (-180, -132, -84, -36):
            canvas.box(-26, y, 34, y + 40, "#2f1e13")
            for i in range(6):
                shade = ("#7a3d30", "#3e5a4a", "#826a39", "#3c4a66", "#6b3a57", "#7d6d58")[
                    (i * 5 + y) % 6
                ]
                lean = 3 if i == 4 else 0
                canvas.poly(
                    [
                        (-24 + i * 9, y + 40),
                        (-17 + i * 9, y + 40),
                        (-17 + i * 9 + lean, y + 8),
                        (-24 + i * 9 + lean, y + 8),
                    ],
                    shade,
                )
    _sofa(canvas, 300, 352, "#6b5a3f", "#4d4029", legs=False)
    canvas.blob(path("206,300 250,290 262,316 222,326"), "#8a5b4a")
    canvas.soft(oval(300, 408, 120, 12), "#1c120b80", 6)
    canvas.box(212, 366, 388, 382, Fade("#4f331f", "#38230f"), corner=3)
    canvas.box(222, 382, 234, 416, "#38230f")
    canvas.box(366, 382, 378, 416, "#38230f")
    for i, shade in enumerate(("#d9d2bf", "#b9c3c6", "#cfb59a")):
        canvas.poly(
            [(250, 364 - i * 5), (300, 364 - i * 5), (304, 359 - i * 5), (254, 359 - i * 5)], shade
        )
    canvas.oval(344, 360, 10, 6, "#9a9a92")
    with canvas.at(112, 300):
        canvas.soft(oval(0, 84, 34, 8), "#1c120b80", 5)
        canvas.box(-26, 20, 26, 84, Fade("#a98a5f", "#7d6340"))
        canvas.poly(path("-26,20 -38,8 -2,12 0,20"), "#bd9d70")
        canvas.box(-20, -18, 28, 20, Fade("#b59468", "#8d7049"))
        canvas.line([(4, -18), (4, 20)], "#d9c9a4", 4)
    return canvas.finish()


def after(*, evening: bool = False) -> Image.Image:
    """The same room repainted and cleared, by day or in the ``evening``; 640 x 440 pixels."""
    canvas = Canvas(640, 440)
    dim = 0.62 if evening else 0.0

    def on(colour: str) -> str:
        return mix(colour, "#1b2038", dim)

    _shell(canvas, (on("#eef1ea"), on("#dde5dc")), (on("#e0bd8c"), on("#c49a66")), on("#ffffff"))
    if evening:
        _window(canvas, "#101a3a", "#1c2750", on("#ffffff"))
        for x, y in ((250, 92), (338, 110), (284, 150), (366, 84)):
            canvas.oval(x, y, 1.4, 1.4, "#ffffff")
    else:
        _window(canvas, "#a9d8f0", "#e6f5f8")
    for x, side in ((202, 1), (442, -1)):
        canvas.poly(
            [(x, 58), (x + side * 26, 58), (x + side * 20, 270), (x - side * 6, 270)],
            Fade(on("#fdfcf7"), on("#e6e6dc")),
        )
    canvas.line([(186, 56), (458, 56)], on("#b58e5c"), 4)
    for y in (120, 174, 228):
        canvas.box(470, y, 546, y + 6, on("#c79a63"))
    for i, shade in enumerate(("#5f8f8b", "#e2a75c", "#d9e0d6", "#37556b")):
        canvas.box(476 + i * 11, 92 + (i % 2) * 4, 485 + i * 11, 120, on(shade))
    canvas.oval(534, 108, 9, 12, on("#dd7f5b"))
    canvas.oval(488, 163, 11, 11, on("#f2efe6"))
    for i, shade in enumerate(("#37556b", "#e2a75c", "#8fae8b")):
        canvas.box(508 + i * 11, 146, 517 + i * 11, 174, on(shade))
    _plant(canvas, 512, 228, 0.42, on)
    canvas.oval(310, 404, 226, 34, Ball(on("#f4eee0"), on("#ddd2bb")))
    canvas.oval(310, 404, 192, 26, on("#8fb0a9"))
    canvas.oval(310, 404, 182, 23, on("#f1ebdc"))
    _sofa(canvas, 300, 352, on("#7fa69f"), on("#5d847e"), legs=True)
    canvas.box(206, 276, 250, 314, on("#e2a75c"), corner=8)
    canvas.box(352, 278, 394, 314, on("#f3eee2"), corner=8)
    canvas.soft(oval(306, 414, 78, 8), "#3d2c1880", 5)
    for x in (262, 306, 350):
        canvas.line([(x, 384), (x + (x - 306) * 0.16, 416)], on("#b58e5c"), 4)
    canvas.oval(306, 384, 74, 13, Fade(on("#e9cfa2"), on("#cfa972")))
    canvas.box(284, 374, 318, 380, on("#37556b"))
    canvas.oval(338, 376, 8, 6, on("#fdfcf7"))
    _plant(canvas, 98, 392, 1.25, on)
    _lamp(canvas, 156, 388, on, evening)
    return canvas.finish()


def _shell(canvas: Canvas, wall: tuple[str, str], floor: tuple[str, str], trim: str) -> None:
    canvas.box(0, 0, 640, 440, wall[0])
    canvas.poly(path("0,0 80,40 80,304 0,400"), mix(wall[1], "#000000", 0.1))
    canvas.poly(path("640,0 560,40 560,304 640,400"), mix(wall[1], "#000000", 0.16))
    canvas.poly(path("0,0 640,0 560,40 80,40"), mix(wall[0], "#ffffff", 0.25))
    canvas.box(80, 40, 560, 304, Fade(*wall))
    boards = path("80,304 560,304 640,400 640,440 0,440 0,400")
    canvas.poly(boards, Fade(*floor))
    with canvas.clip(boards):
        for x in range(-40, 700, 40):
            canvas.line(
                [(x, 304), (320 + (x - 320) * 1.6, 440)], mix(floor[1], "#000000", 0.14), 1.2
            )
    canvas.box(80, 294, 560, 304, trim)
    canvas.poly(path("80,294 80,304 0,400 0,384"), mix(trim, "#000000", 0.14))
    canvas.poly(path("560,294 560,304 640,400 640,384"), mix(trim, "#000000", 0.14))


def _window(canvas: Canvas, sky: str, low: str, frame: str = "#f2efe8") -> None:
    canvas.box(222, 70, 422, 226, frame)
    canvas.box(230, 78, 414, 218, Fade(sky, low))
    canvas.line([(322, 78), (322, 218)], frame, 7)
    canvas.line([(230, 140), (414, 140)], frame, 5)
    canvas.box(214, 226, 430, 236, mix(frame, "#000000", 0.06))


def _sofa(canvas: Canvas, x: float, base: float, light: str, dark: str, *, legs: bool) -> None:
    canvas.soft(oval(x, base + 12, 150, 10), "#1c120b80", 6)
    if legs:
        for dx in (-120, 120):
            canvas.line(
                [(x + dx, base - 4), (x + dx * 1.04, base + 14)], mix(dark, "#6b4a2c", 0.7), 6, 4
            )
    else:
        canvas.box(x - 132, base - 8, x + 132, base + 12, mix(dark, "#000000", 0.3))
    canvas.box(x - 124, base - 92, x + 124, base - 20, Fade(light, dark), corner=14)
    canvas.line([(x, base - 88), (x, base - 40)], dark, 2)
    canvas.box(
        x - 122, base - 42, x - 1, base + 2, Fade(mix(light, "#ffffff", 0.14), dark), corner=8
    )
    canvas.box(
        x + 1, base - 42, x + 122, base + 2, Fade(mix(light, "#ffffff", 0.14), dark), corner=8
    )
    for left in (x - 148, x + 118):
        canvas.box(left, base - 64, left + 30, base + 4, Fade(light, dark), corner=11)


def _plant(canvas: Canvas, x: float, y: float, size: float, on: Tint) -> None:
    with canvas.at(x, y, size):
        canvas.soft(oval(0, 0, 24, 5), "#3d2c1880", 4)
        for angle, reach in (
            (-150, 46),
            (-128, 60),
            (-108, 72),
            (-90, 78),
            (-72, 72),
            (-50, 62),
            (-30, 46),
        ):
            with canvas.at(0, -28, 1, angle):
                canvas.blob(
                    [(0, 0), (reach * 0.5, -8), (reach, 0), (reach * 0.5, 7)],
                    Fade(on("#7fb56a"), on("#3f7d48")),
                )
        canvas.poly(
            path("-18,-32 18,-32 13,0 -13,0"), Fade(on("#e9e2d4"), on("#c3b8a4"), across=True)
        )
        canvas.oval(0, -32, 18, 4, on("#5d4a38"))


def _lamp(canvas: Canvas, x: float, y: float, on: Tint, glowing: bool) -> None:
    canvas.oval(x, y, 22, 5, on("#37424a"))
    canvas.line([(x, y), (x, y - 170)], on("#37424a"), 4)
    if glowing:
        canvas.soft(oval(x, y - 170, 120, 110), "#ffd58a66", 34)
        canvas.soft(oval(x, y, 110, 18), "#ffd58a50", 12)
    shade = Fade("#fff3cc", "#ffd98a") if glowing else Fade("#fbf8ee", "#e6dfcb")
    canvas.poly([(x - 20, y - 206), (x + 20, y - 206), (x + 34, y - 156), (x - 34, y - 156)], shade)


def plan() -> Image.Image:
    """The finished room from above, furniture outlined and named; 560 x 460 pixels."""
    canvas = Canvas(560, 460, "#fbfaf6", scale=3)
    ink = "#2f3b45"
    canvas.box(70, 50, 490, 400, "#ffffff", ink, 9)
    canvas.line([(196, 50), (366, 50)], "#fbfaf6", 9)
    for dy in (-4, 0, 4):
        canvas.line([(196, 50 + dy), (366, 50 + dy)], ink, 1.4)
    canvas.text(281, 30, "window", 16, ink)
    canvas.oval(278, 268, 128, 82, "#eef2ec", "#9fb3ab", 2)
    canvas.text(278, 330, "rug", 16, "#5d7a72")
    canvas.box(160, 92, 384, 176, "#dbe8e4", ink, 2.4, corner=10)
    canvas.box(160, 92, 384, 116, "#c4d8d3", ink, 2, corner=8)
    canvas.line([(272, 116), (272, 176)], ink, 2)
    canvas.text(216, 148, "sofa", 17, ink)
    canvas.oval(278, 256, 52, 42, "#f0dfbf", ink, 2.4)
    canvas.text(278, 256, "table", 16, ink)
    canvas.box(400, 60, 480, 86, "#e6cfa6", ink, 2)
    canvas.text(440, 102, "shelves", 16, ink)
    canvas.oval(118, 118, 20, 20, "#f7e6b8", ink, 2)
    canvas.line([(104, 104), (132, 132)], ink, 1.4)
    canvas.line([(132, 104), (104, 132)], ink, 1.4)
    canvas.text(118, 152, "lamp", 16, ink)
    for angle in range(0, 360, 45):
        canvas.oval(108, 240, 25, 7, "#a9cf9a80", "#5d8a58", 1, angle=angle)
    canvas.text(108, 282, "plant", 16, ink)
    canvas.box(440, 396, 486, 404, "#fbfaf6")
    canvas.line([(486, 400), (486, 350)], ink, 2.4)
    canvas.line(oval(486, 400, 50, 50, start=180, stop=270), ink, 1.4)
    canvas.text(412, 378, "door", 16, ink)
    canvas.arrow([(70, 432), (490, 432)], ink, 1.4, 9)
    canvas.arrow([(490, 432), (70, 432)], ink, 1.4, 9)
    canvas.box(246, 422, 314, 444, "#fbfaf6")
    canvas.text(280, 433, "4.2 m", 16, ink)
    return canvas.finish()
