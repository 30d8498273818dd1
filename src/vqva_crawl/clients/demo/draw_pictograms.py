"""Six pictograms of one family: in outline, filled, and on a dark ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.outlines import Point, oval, path, smooth


@dataclass(frozen=True)
class Look:
    """How the family is drawn: tile and ground colours, line, body, and detail colours."""

    ground: str
    tile: str
    line: str
    body: str
    detail: str


OUTLINE = Look("#eef1f5", "#ffffff", "#26374d", "#ffffff", "#26374d")
FILLED = Look("#eef1f5", "#ffffff", "#2f6fdb", "#2f6fdb", "#ffffff")
DARK = Look("#12161d", "#1f2632", "#e8eef7", "#1f2632", "#e8eef7")


def sheet(look: Look) -> Image.Image:
    """House, bell, heart, camera, leaf and letter as two rows of tiles; 600 x 420 pixels."""
    canvas = Canvas(600, 420, look.ground, scale=3)
    for i, sign in enumerate((_house, _bell, _heart, _camera, _leaf, _letter)):
        x, y = 114 + (i % 3) * 186, 116 + (i // 3) * 188
        canvas.box(x - 80, y - 80, x + 80, y + 80, look.tile, corner=26)
        with canvas.at(x, y):
            sign(canvas, look)
    return canvas.finish()


def grid() -> Image.Image:
    """The outlined house, large, on its 24-unit grid with safe margin and keylines; 480 x 480."""
    canvas = Canvas(480, 480, "#f7f9fc", scale=3)
    for i in range(25):
        at = 48 + i * 16
        canvas.line([(at, 48), (at, 432)], "#cdd8e6" if i % 4 == 0 else "#e4eaf2", 1)
        canvas.line([(48, at), (432, at)], "#cdd8e6" if i % 4 == 0 else "#e4eaf2", 1)
    canvas.box(80, 80, 400, 400, "#e0559a10")
    edge = path("80,80 400,80 400,400 80,400 80,80")
    canvas.dashes(edge, "#e0559a", 1.8, 8, 6)
    canvas.line(oval(240, 240, 160), "#2f9fd0", 1.6)
    with canvas.at(240, 240, 3.2):
        _house(canvas, Look("", "", "#26374d", "#ffffff90", "#26374d"))
    return canvas.finish()


def _shape(canvas: Canvas, look: Look, points: list[Point]) -> None:
    canvas.poly(points, look.body)
    canvas.line([*points, points[0]], look.line, 7)


def _house(canvas: Canvas, look: Look) -> None:
    _shape(canvas, look, path("-34,-6 0,-42 34,-6 34,40 -34,40"))
    canvas.line([(-46, 4), (0, -44), (46, 4)], look.line, 7)
    canvas.line(path("-10,40 -10,14 10,14 10,40"), look.detail, 6)


def _bell(canvas: Canvas, look: Look) -> None:
    bell = smooth(path("-40,26 -28,10 -25,-14 -14,-34 0,-39 14,-34 25,-14 28,10 40,26"))
    _shape(canvas, look, bell)
    canvas.line([(0, -40), (0, -47)], look.line, 8)
    canvas.line(oval(0, 32, 12, 11, start=10, stop=170), look.line, 6)
    canvas.line([(-14, 4), (-10, -16)], look.detail, 5)


def _heart(canvas: Canvas, look: Look) -> None:
    points = []
    for i in range(60):
        t = math.tau * i / 60
        points.append(
            (
                2.7 * 16 * math.sin(t) ** 3,
                -2.6
                * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
            )
        )
    _shape(canvas, look, points)
    canvas.line(oval(-18, -12, 13, start=180, stop=260), look.detail, 5)


def _camera(canvas: Canvas, look: Look) -> None:
    _shape(canvas, look, path("-44,-20 -22,-20 -14,-34 14,-34 22,-20 44,-20 44,34 -44,34"))
    canvas.line(oval(0, 6, 17), look.detail, 6)
    canvas.oval(32, -8, 3.4, 3.4, look.detail)


def _leaf(canvas: Canvas, look: Look) -> None:
    leaf = smooth(path("-34,30 -34,-4 -10,-32 40,-40 36,6 10,32 -18,38"), closed=True)
    _shape(canvas, look, leaf)
    canvas.curve([(-44, 44), (-14, 14), (20, -20)], look.line, 6)
    canvas.curve([(-26, 26), (-6, 6), (20, -20)], look.detail, 6)


def _letter(canvas: Canvas, look: Look) -> None:
    _shape(canvas, look, path("-44,-30 44,-30 44,32 -44,32"))
    canvas.line([(-40, -26), (0, 6), (40, -26)], look.detail, 6)
