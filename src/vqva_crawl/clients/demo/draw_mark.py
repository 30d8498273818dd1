"""The mark of a small bakery in its versions, and the grid it was built on."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.outlines import oval, path, smooth

BROWN, GOLD, CREAM = "#5a3420", "#d9963a", "#fbf3e2"


def primary() -> Image.Image:
    """The mark in full colour on cream; 480 x 480 pixels."""
    return _square(CREAM, BROWN, GOLD, CREAM)


def reversed_out() -> Image.Image:
    """The mark in light colours on dark brown; 480 x 480 pixels."""
    return _square("#3d2214", CREAM, "#e9b465", "#3d2214")


def one_colour() -> Image.Image:
    """The mark in black only on white; 480 x 480 pixels."""
    return _square("#ffffff", "#111111", "#111111", "#ffffff")


def lockup() -> Image.Image:
    """The mark to the left of the bakery's name in one line; 640 x 340 pixels."""
    canvas = Canvas(640, 340, CREAM, scale=3)
    with canvas.at(140, 170, 0.62):
        _emblem(canvas, BROWN, GOLD, CREAM)
    canvas.text(268, 152, "Rye & Sparrow", 50, BROWN, anchor="lm", bold=0.8)
    canvas.text(270, 202, "BAKERY SINCE 1968", 20, GOLD, anchor="lm", spacing=4.2)
    return canvas.finish()


def construction() -> Image.Image:
    """The mark in outline over the circles and lines it is built from; 480 x 480 pixels."""
    canvas = Canvas(480, 480, "#f7f8fa", scale=3)
    for i in range(0, 481, 24):
        canvas.line([(i, 0), (i, 480)], "#e1e6ec", 1)
        canvas.line([(0, i), (480, i)], "#e1e6ec", 1)
    with canvas.at(240, 240):
        _emblem(canvas, "#5a342066", "#d9963a66", "#f7f8fa")
        for x, y, r in ((0, 0, 170), (0, 0, 148), (-4, 4, 74), (46, -48, 30)):
            canvas.line(oval(x, y, r), "#d2447a", 1.6)
        for points in (
            [(-230, 0), (230, 0)],
            [(0, -230), (0, 230)],
            [(-163, -163), (163, 163)],
            [(-163, 163), (163, -163)],
        ):
            canvas.dashes(points, "#2f7fb8", 1.4, 7, 5)
    return canvas.finish()


def _square(paper: str, ink: str, accent: str, hole: str) -> Image.Image:
    canvas = Canvas(480, 480, paper, scale=3)
    with canvas.at(240, 240):
        _emblem(canvas, ink, accent, hole)
    return canvas.finish()


def _emblem(canvas: Canvas, ink: str, accent: str, hole: str) -> None:
    """A sparrow on an ear of rye inside a ring; (0, 0) is the middle, the radius 170."""
    ring = oval(0, 0, 159)
    canvas.line(ring, ink, 22)
    body = smooth(
        path(
            "76,-52 60,-74 30,-74 14,-52 -18,-30 -62,-2 -96,34 -120,62 -72,58 -34,66 "
            "14,58 48,28 62,-8 66,-34"
        ),
        closed=True,
    )
    canvas.poly(body, ink)
    canvas.poly([(72, -60), (100, -48), (70, -40)], accent)
    canvas.oval(48, -52, 5.5, 5.5, hole)
    wing = smooth(path("22,-22 -14,-8 -52,22 -84,46 -34,42 8,26 26,2"), closed=True)
    canvas.poly(wing, accent)
    canvas.curve([(14, 0), (-20, 14), (-58, 36)], hole, 4, 2)
    for x in (-2, 18):
        canvas.line([(x, 60), (x + 2, 86)], ink, 5)
    canvas.curve(path("-98,96 -40,88 40,86 112,72"), accent, 6)
    for i in range(7):
        x, y = -82 + i * 14, 94 - i * 1.2
        for side in (-1, 1):
            with canvas.at(x, y, 1, side * 38 + 172):
                canvas.oval(11, 0, 12, 4.6, accent)
