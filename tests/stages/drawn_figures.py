"""Composite figures for tests, put together from drawn pictures."""

from __future__ import annotations

from PIL import Image, ImageDraw

Place = tuple[int, int, int, int]  # left, top, right, bottom

WIDE, HIGH, GUTTER, UNDER = 200, 160, 14, 30  # pixels of a panel, between panels, below for letters


def montage(panels: list[Image.Image], columns: int, background: str = "white") -> Image.Image:
    """Panels of one size in rows, with a strip under each row."""
    width, height = panels[0].size
    rows = -(-len(panels) // columns)
    size = (columns * (width + GUTTER) - GUTTER, rows * (height + UNDER))
    figure = Image.new("RGB", size, background)
    for panel, (left, top, _, _) in zip(panels, places(panels, columns), strict=True):
        figure.paste(panel, (left, top))
    return figure


def places(panels: list[Image.Image], columns: int) -> list[Place]:
    """Where `montage` puts them, in reading order."""
    width, height = panels[0].size
    found = []
    for number in range(len(panels)):
        row, column = divmod(number, columns)
        left, top = column * (width + GUTTER), row * (height + UNDER)
        found.append((left, top, left + width, top + height))
    return found


def marked(figure: Image.Image, marks: str, where: list[Place]) -> Image.Image:
    """The figure with "(a)", "(b)", … under the panels, for the letters in `marks`."""
    draw = ImageDraw.Draw(figure)
    for letter, (left, _, right, bottom) in zip(marks, where, strict=True):
        at = ((left + right) // 2, bottom + 8)
        draw.text(at, f"({letter})", fill="black", font_size=14)
    return figure


def drawing(colour: str, width: int = WIDE, height: int = HIGH) -> Image.Image:
    """A shape on white that does not fill its rectangle."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, width - 5, height - 5), fill=colour, outline="black", width=3)
    draw.line((20, height // 2, width - 20, height // 2), fill="black", width=3)
    return image
