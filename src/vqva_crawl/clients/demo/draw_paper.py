"""A paper hat, folded from one sheet in five pictures."""

from __future__ import annotations

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Fade
from vqva_crawl.clients.demo.outlines import Point, oval, path, smooth

BLUE, DEEP, WHITE, CREASE = (
    ("#6fa8dc", "#4a86c2"),
    ("#4d88c4", "#3a6fa8"),
    ("#ffffff", "#eceef2"),
    "#2d5683",
)


def hat(step: int) -> Image.Image:
    """The paper at ``step`` 1 (flat sheet) to 5 (hat, opened); 520 x 460 pixels."""
    canvas = Canvas(520, 460, Fade("#f2ead9", "#e4d8c0"), scale=3)
    (_sheet, _halved, _corners, _brim, _opened)[step - 1](canvas)
    return canvas.finish()


def _paper(canvas: Canvas, points: list[Point], colours: tuple[str, str]) -> None:
    canvas.poly(points, Fade(*colours), CREASE, 1.8)


def _shadow(canvas: Canvas, points: list[Point]) -> None:
    canvas.soft([(x + 4, y + 7) for x, y in points], "#4a3d2870", 6)


def _sheet(canvas: Canvas) -> None:
    sheet = path("120,40 400,40 400,420 120,420")
    _shadow(canvas, sheet)
    _paper(canvas, sheet, WHITE)
    canvas.poly([(400, 420), (400, 392), (374, 420)], Fade(*BLUE), CREASE, 1.4)
    canvas.dashes([(120, 230), (400, 230)], "#c2453a", 2.4, 10, 8)
    canvas.arrow([*smooth(path("440,120 474,180 474,270 454,318")), (440, 346)], "#c2453a", 4, 18)


def _halved(canvas: Canvas) -> None:
    sheet = path("120,140 400,140 400,330 120,330")
    _shadow(canvas, sheet)
    _paper(canvas, path("123,144 403,144 403,334 123,334"), WHITE)
    _paper(canvas, sheet, BLUE)
    canvas.line([(120, 140), (400, 140)], CREASE, 4)
    canvas.dashes([(260, 140), (260, 330)], "#ffffffa0", 1.8, 8, 8)
    for side in (-1, 1):
        canvas.dashes([(260, 140), (260 + side * 140, 280)], "#c2453a", 2.4, 10, 8)
        canvas.curve(
            [(260 + side * 138, 120), (260 + side * 92, 96), (260 + side * 46, 118)], "#c2453a", 4
        )
        canvas.arrow([(260 + side * 50, 115), (260 + side * 30, 130)], "#c2453a", 4, 17)


def _corners(canvas: Canvas) -> None:
    outline = path("260,140 400,280 400,330 120,330 120,280")
    _shadow(canvas, outline)
    _paper(canvas, path("123,284 403,284 403,334 123,334"), WHITE)
    _paper(canvas, outline, BLUE)
    for side in (-1, 1):
        _paper(canvas, [(260, 140), (260 + side * 140, 280), (260, 280)], DEEP)
    canvas.line([(260, 140), (260, 280)], CREASE, 2.4)
    canvas.dashes([(120, 281), (400, 281)], "#c2453a", 2.4, 10, 8)
    canvas.arrow([(190, 372), (190, 300)], "#c2453a", 4, 18)
    canvas.arrow([(330, 372), (330, 300)], "#c2453a", 4, 18)


def _brim(canvas: Canvas) -> None:
    _shadow(canvas, [(260, 140), (400, 280), (120, 280)])
    _paper(canvas, path("122,232 402,232 402,283 122,283"), ("#e3e6ec", "#d5d9e1"))
    _paper(canvas, [(260, 140), (400, 280), (120, 280)], BLUE)
    for side in (-1, 1):
        _paper(canvas, [(260, 140), (260 + side * 140, 280), (260, 280)], DEEP)
    canvas.line([(260, 140), (260, 240)], CREASE, 2.4)
    _paper(canvas, path("120,230 400,230 400,280 120,280"), WHITE)
    canvas.arrow([(236, 330), (160, 330)], "#c2453a", 4, 18)
    canvas.arrow([(284, 330), (360, 330)], "#c2453a", 4, 18)
    canvas.text(260, 366, "open from below", 19, "#7a3a30")


def _opened(canvas: Canvas) -> None:
    canvas.soft(oval(264, 338, 176, 24), "#4a3d2880", 9)
    canvas.poly(
        [*smooth(path("96,300 180,272 260,264 340,272 424,300")), *path("410,240 260,214 110,240")],
        Fade("#dfe3ea", "#c9ced8"),
        CREASE,
        1.6,
    )
    front = [(260.0, 92.0), *smooth(path("412,296 340,332 260,342 180,332 108,296"))]
    canvas.poly(front, Fade(*BLUE), CREASE, 1.8)
    canvas.poly(
        [(260, 92), (260, 342), *smooth([(260, 342), (180, 332), (108, 296)])],
        Fade("#5c97d0", "#3f78b4"),
    )
    canvas.line([(260, 92), (260, 300)], CREASE, 2.4)
    low = smooth(path("96,300 172,336 260,348 348,336 424,300"))
    high = smooth(path("436,244 352,280 260,292 168,280 84,244"))
    canvas.poly(low + high, Fade(*WHITE), CREASE, 1.8)
