"""One apple tree in four seasons: the same boughs, the same hill."""

from __future__ import annotations

import math
import random

from PIL import Image

from vqva_crawl.clients.demo.canvas import Canvas
from vqva_crawl.clients.demo.fills import Ball, Fade
from vqva_crawl.clients.demo.outlines import oval, path

Twig = tuple[float, float]

SKY = {
    "spring": ("#bfe0f2", "#eef7f2"),
    "summer": ("#7fc1ea", "#dff1f7"),
    "autumn": ("#d9e2e6", "#f8ecd4"),
    "winter": ("#b9c6d3", "#e9eef2"),
}
GRASS = {
    "spring": ("#a9d183", "#6fae55"),
    "summer": ("#8dc067", "#4f9140"),
    "autumn": ("#c3b871", "#8a8a45"),
    "winter": ("#f9fbfd", "#d3dee8"),
}


def apple_tree(season: str) -> Image.Image:
    """The tree in "spring", "summer", "autumn" or "winter", 600 x 480 pixels."""
    canvas = Canvas(600, 480, Fade(*SKY[season]))
    _land(canvas, season)
    twigs: list[Twig] = []
    if season in ("spring", "summer", "autumn"):
        canvas.soft(oval(306, 424, 170, 18), "#2b3a1c66", 9)
    else:
        canvas.soft(oval(306, 424, 90, 9), "#5b6b8066", 8)
    _bough(canvas, random.Random(5), 300, 424, -90, 104, 30, 0, twigs, season)
    _crown(canvas, twigs, season)
    _ground(canvas, season)
    return canvas.finish()


def _land(canvas: Canvas, season: str) -> None:
    top, low = GRASS[season]
    for cx, cy in ((110, 70), (420, 50), (520, 96)):
        for dx, r in ((-34, 15), (-8, 22), (22, 19), (44, 12)):
            canvas.soft(oval(cx + dx, cy, r * 1.5, r * 0.7), "#ffffffb0", 7)
    canvas.blob(
        path("-60,330 60,300 200,326 340,296 480,322 660,290 660,500 -60,500"), Fade(top, low)
    )
    for x, y, s in (
        (54, 318, 1.0),
        (78, 316, 0.8),
        (530, 308, 1.1),
        (560, 306, 0.9),
        (505, 312, 0.7),
    ):
        shade = {
            "spring": "#79ab5c",
            "summer": "#4e8a45",
            "autumn": "#b5793a",
            "winter": "#8c99a5",
        }[season]
        canvas.line([(x, y), (x, y - 10 * s)], "#5d4a38", 3)
        canvas.oval(x, y - 20 * s, 12 * s, 14 * s, shade)
    canvas.blob(path("-60,420 80,388 300,402 520,384 660,410 660,520 -60,520"), Fade(top, low))
    for post in range(12, 600, 62):
        foot = 396 + math.sin(post * 0.011) * -6
        canvas.line([(post, foot), (post, foot - 34)], "#8d7152", 5)
        if season == "winter":
            canvas.oval(post, foot - 35, 5, 3, "#ffffff")
    for dy in (10, 24):
        canvas.line([(0, 396 - dy), (600, 390 - dy)], "#9a7d5c", 3.4)
        if season == "winter":
            canvas.line([(0, 394 - dy), (600, 388 - dy)], "#ffffff", 1.8)


def _bough(
    canvas: Canvas,
    chance: random.Random,
    x: float,
    y: float,
    angle: float,
    length: float,
    width: float,
    depth: int,
    twigs: list[Twig],
    season: str,
) -> None:
    turn = chance.uniform(-9, 9)
    t = math.radians(angle + turn)
    x1, y1 = x + math.cos(t) * length, y + math.sin(t) * length
    middle = ((x + x1) / 2 + chance.uniform(-4, 4), (y + y1) / 2)
    canvas.curve([(x, y), middle, (x1, y1)], "#5a4534", width, width * 0.68)
    canvas.curve(
        [(x - width * 0.2, y), (middle[0] - width * 0.18, middle[1]), (x1, y1)],
        "#806650",
        width * 0.24,
        0.6,
    )
    if season == "winter" and abs(math.cos(t)) > 0.35:
        lift = width * 0.4
        canvas.curve(
            [(x, y - lift), (middle[0], middle[1] - lift), (x1, y1 - lift * 0.7)],
            "#ffffff",
            width * 0.34,
            1,
        )
    if depth >= 2:
        twigs.append((x1, y1))
        if depth >= 3:
            twigs.append(middle)
    if depth == 5:
        return
    spread = (-34, 30) if depth else (-46, 2, 44)
    for side in spread:
        _bough(
            canvas,
            chance,
            x1,
            y1,
            angle + turn * 0.4 + side + chance.uniform(-9, 9),
            length * chance.uniform(0.68, 0.82),
            width * 0.62,
            depth + 1,
            twigs,
            season,
        )


def _crown(canvas: Canvas, twigs: list[Twig], season: str) -> None:
    chance = random.Random(8)
    if season == "winter":
        return
    colours = {
        "spring": ("#9fce74", "#b4da88", "#8cc063"),
        "summer": ("#3f8038", "#4f9343", "#64a852", "#357232"),
        "autumn": ("#d9952f", "#c96f2a", "#e3b13f", "#b4552a"),
    }[season]
    size = {"spring": 11, "summer": 22, "autumn": 14}[season]
    for x, y in twigs:
        for _ in range({"spring": 1, "summer": 3, "autumn": 1}[season]):
            dx, dy = chance.uniform(-16, 16), chance.uniform(-14, 14)
            canvas.oval(
                x + dx,
                y + dy,
                size * chance.uniform(0.7, 1.1),
                size * chance.uniform(0.55, 0.9),
                chance.choice(colours),
                angle=chance.uniform(0, 180),
            )
    for x, y in twigs:
        for _ in range({"spring": 7, "summer": 5, "autumn": 3}[season]):
            dx, dy = chance.uniform(-20, 20), chance.uniform(-17, 17)
            if season == "spring":
                shade = chance.choice(("#fff6f8", "#fbdfe6", "#f6c7d4", "#ffffff"))
                canvas.oval(x + dx, y + dy, 4.6, 4.2, shade)
                if chance.random() < 0.3:
                    canvas.oval(x + dx, y + dy, 1.3, 1.3, "#e0a93f")
            else:
                canvas.oval(
                    x + dx, y + dy, 5.6, 3, chance.choice(colours), angle=chance.uniform(0, 180)
                )
    if season == "autumn":
        for x, y in twigs[::5]:
            canvas.oval(x, y + 12, 7.4, 7.2, Ball("#f0705a", "#9c1f1f"))
            canvas.line([(x, y + 5), (x + 1.5, y + 2)], "#4d3524", 1.4)


def _ground(canvas: Canvas, season: str) -> None:
    chance = random.Random(13)
    for _ in range({"spring": 90, "summer": 70, "autumn": 110, "winter": 26}[season]):
        x, y = chance.gauss(300, 140), chance.uniform(420, 474)
        if season == "spring":
            canvas.oval(x, y, 2.6, 1.6, chance.choice(("#ffffffd0", "#f9d6e0d0")))
        elif season == "summer":
            canvas.line([(x, y), (x + chance.uniform(-3, 3), y - 8)], "#3f7f36", 1.4, 0.6)
        elif season == "autumn":
            shade = chance.choice(("#d9952f", "#c96f2a", "#a8502a"))
            canvas.oval(x, y, 4.4, 2.2, shade, angle=chance.uniform(0, 180))
        else:
            canvas.oval(x, y, 8, 1.6, "#ffffff90")
    if season == "autumn":
        for x, y in ((222, 452), (356, 460), (398, 444), (262, 466)):
            canvas.oval(x, y, 7.4, 7, Ball("#f0705a", "#9c1f1f"))
