"""A concert poster: first draft, the grid under it, the final sheet, a night version."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, mix
from vqva_crawl.clients.demo.outlines import path

DAY = ("#f4ead6", "#16344f", "#e2603c", "#f0b24a")
NIGHT = ("#132238", "#f4ead6", "#f0b24a", "#e2603c")


def draft() -> Image.Image:
    """Everything centred, everything the same size, a frame around it; 420 x 560 pixels."""
    canvas = _sheet("#ffffff")
    canvas.box(18, 18, 402, 542, "#ffffff", "#333333", 4)
    canvas.box(28, 28, 392, 532, "#ffffff", "#333333", 1)
    lines = (
        "HARBOUR NIGHTS",
        "Summer Jazz Festival",
        "12 13 14 June",
        "Pier Four, Old Harbour",
        "Doors open 7 pm",
    )
    for i, words in enumerate(lines):
        canvas.text(
            210,
            66 + i * 36,
            words,
            25,
            ("#a02020", "#20408a", "#207040", "#803080", "#333333")[i],
            bold=0.5,
        )
    with canvas.at(210, 352, 0.62):
        _saxophone(canvas, "#8a7a3a", "#5b4f22")
    for x in (60, 92, 330, 362):
        _note(canvas, x, 330 + (x % 3) * 34, "#333333")
    for i, words in enumerate(
        ("Ida Holm Trio * Blue Tugboat * The Lanterns", "Tickets 15 at the box office")
    ):
        canvas.text(210, 474 + i * 28, words, 17, "#333333")
    return canvas.finish()


def final(*, night: bool = False, grid: bool = False) -> Image.Image:
    """The finished poster, in its ``night`` colours, or with its layout ``grid``; 420 x 560."""
    paper, ink, accent, second = NIGHT if night else DAY
    canvas = _sheet(paper)
    canvas.oval(292, 196, 138, 138, Ball(mix(second, "#ffffff", 0.1), second))
    for i, y in enumerate((392, 410, 428, 446)):
        shade = mix(ink, paper, 0.2 + 0.16 * i)
        points = [(x, y + (5 if (x // 30) % 2 else -5)) for x in range(-30, 480, 30)]
        canvas.curve([(float(x), float(v)) for x, v in points], shade, 7)
    with canvas.at(304, 268, 1.04, 8):
        _saxophone(canvas, accent, mix(accent, "#000000", 0.3))
    canvas.text(30, 56, "Harbour", 62, ink, anchor="lm", bold=1.5)
    canvas.text(30, 118, "Nights", 62, ink, anchor="lm", bold=1.5)
    canvas.text(32, 166, "summer jazz", 22, ink, anchor="lm")
    canvas.text(32, 192, "on the pier", 22, ink, anchor="lm")
    canvas.text(30, 318, "12-14", 50, accent, anchor="lm", bold=1)
    canvas.text(32, 358, "June, 7 pm", 22, ink, anchor="lm")
    canvas.text(32, 484, "Ida Holm Trio", 17, ink, anchor="lm", bold=0.3)
    canvas.text(32, 506, "Blue Tugboat", 17, ink, anchor="lm", bold=0.3)
    canvas.text(32, 528, "The Lanterns", 17, ink, anchor="lm", bold=0.3)
    canvas.text(222, 484, "Pier Four, Old Harbour", 15, ink, anchor="lm")
    canvas.text(222, 506, "Tickets 15", 15, ink, anchor="lm")
    if grid:
        canvas.box(0, 0, 420, 560, paper + "a8")
        for x in (30, 126, 222, 318, 390):
            canvas.line([(x, 0), (x, 560)], "#2aa0d8", 1.6)
        for y in (30, 144, 210, 296, 376, 466, 542):
            canvas.line([(0, y), (420, y)], "#e0559a", 1.6)
        canvas.box(30, 30, 318, 144, "#2aa0d822")
        canvas.box(30, 296, 222, 376, "#2aa0d822")
        canvas.box(30, 466, 390, 542, "#2aa0d822")
    return canvas.finish()


def _sheet(paper: str) -> Canvas:
    return Canvas(420, 560, paper, scale=3)


def _note(canvas: Canvas, x: float, y: float, colour: str) -> None:
    canvas.oval(x, y, 8, 6, colour, angle=-20)
    canvas.line([(x + 7, y - 2), (x + 7, y - 34)], colour, 2.4)
    canvas.curve([(x + 7, y - 34), (x + 16, y - 26), (x + 14, y - 16)], colour, 2.4, 1)


def _saxophone(canvas: Canvas, brass: str, shade: str) -> None:
    body = path("-52,-118 -30,-116 -20,-96 -10,-20 0,60 14,100 44,108 64,84 66,30 62,-6")
    canvas.curve([(-92, -104), (-74, -116), (-52, -118)], "#2b2b2b", 9, 12)
    canvas.curve(body, brass, 15, 44)
    canvas.curve([(x - 4, y - 4) for x, y in body[2:8]], mix(brass, "#ffffff", 0.4), 4, 8)
    canvas.oval(61, -14, 38, 12, shade, angle=-4)
    canvas.oval(61, -14, 30, 8, mix(shade, "#000000", 0.4), angle=-4)
    for i in range(6):
        x, y = -16 + i * 4, -76 + i * 27
        canvas.oval(x + 2, y, 8, 8, mix(brass, "#ffffff", 0.5), shade, 2)
    canvas.curve([(-2, -60), (12, 0), (20, 60)], shade, 3)
