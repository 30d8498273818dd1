"""Pictures for tests, drawn with Pillow."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

from vqva_crawl import config

IMAGES = config.Images()
URL = "http://site.test/a.png"
THEN = "2026-01-02T03:04:05Z"


def photo(width: int = 320, height: int = 240, seed: int = 0) -> Image.Image:
    """Something as rough and colourful as a photograph."""
    draw = random.Random(seed)
    small = Image.frombytes("RGB", (24, 18), draw.randbytes(24 * 18 * 3))
    grain = Image.frombytes("L", (width, height), draw.randbytes(width * height))
    smooth = small.resize((width, height), Image.Resampling.BICUBIC)
    return Image.blend(smooth, Image.merge("RGB", [grain] * 3), 0.08)


def diagram(width: int = 400, height: int = 300, background: str = "white") -> Image.Image:
    """A labelled drawing in flat colours."""
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((60, 40, 300, 260), fill=(160, 205, 120), outline=(40, 90, 30), width=4)
    draw.ellipse((140, 110, 220, 190), fill=(190, 110, 160), outline=(90, 30, 80), width=3)
    for y, label in ((60, "Cell wall"), (150, "Nucleus"), (230, "Cytoplasm")):
        draw.line((230, y, 320, y), fill="black", width=2)
        draw.text((325, y - 7), label, fill="black", font_size=14)
    return image


def plot(width: int = 480, height: int = 360) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((50, 20, width - 20, height - 40), outline="black")
    points = [(50 + x, 300 - (x * x) // 800 - x % 7) for x in range(0, width - 70, 4)]
    draw.line(points, fill=(31, 119, 180), width=2)
    for x in range(50, width - 20, 80):
        draw.text((x, height - 35), str(x), fill="black")
    return image


def dialog(width: int = 420, height: int = 360) -> Image.Image:
    """A window with a title bar, entries, check boxes and buttons."""
    image = Image.new("RGB", (width, height), (232, 232, 231))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width - 1, 24), fill=(206, 205, 203), outline=(170, 170, 168))
    draw.text((width // 2 - 30, 6), "Blur options", fill=(40, 40, 40))
    for row, name in enumerate(("Radius", "Angle", "Opacity", "Strength", "Mode")):
        y = 44 + row * 36
        draw.text((16, y + 5), name, fill=(30, 30, 30))
        draw.rectangle((120, y, width - 60, y + 22), fill=(250, 250, 250), outline=(180, 180, 178))
        draw.text((126, y + 5), f"{row}.500", fill=(20, 20, 20))
        draw.rectangle(
            (width - 58, y, width - 36, y + 22), fill=(222, 222, 220), outline=(180,) * 3
        )
    for row, name in enumerate(("Preview", "Split view")):
        y = 234 + row * 26
        draw.rectangle((16, y, 28, y + 12), fill="white", outline=(140, 140, 140))
        draw.text((36, y), name, fill=(30, 30, 30))
    for column, name in enumerate(("Help", "Reset", "OK", "Cancel")):
        x = 20 + column * 98
        box = (x, height - 44, x + 86, height - 16)
        draw.rectangle(box, fill=(240, 240, 239), outline=(176, 176, 174))
        draw.text((x + 28, height - 36), name, fill=(30, 30, 30))
    return image


def qr_code(modules: int = 33, size: int = 8, seed: int = 3) -> Image.Image:
    """Random modules with the three finder patterns and a quiet zone of four modules."""
    draw = random.Random(seed)
    grid = [[draw.random() < 0.5 for _ in range(modules)] for _ in range(modules)]
    for top, left in ((0, 0), (0, modules - 7), (modules - 7, 0)):
        for y in range(-1, 8):
            for x in range(-1, 8):
                if 0 <= top + y < modules and 0 <= left + x < modules:
                    ring = max(abs(y - 3), abs(x - 3))
                    grid[top + y][left + x] = ring in (0, 1, 3)
    code = Image.new("L", (modules + 8, modules + 8), 255)
    for y, row in enumerate(grid):
        for x, dark in enumerate(row):
            code.putpixel((x + 4, y + 4), 0 if dark else 255)
    side = (modules + 8) * size
    return code.resize((side, side), Image.Resampling.NEAREST).convert("RGB")


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims this size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + start + data + chunk(b"IEND", b"")


def gif_of(frames: int, width: int = 200, height: int = 200) -> bytes:
    """A GIF of many frames, put together from the bytes of one."""
    body = encoded(Image.new("P", (width, height)), "GIF")
    start = body.index(b"\x2c" + struct.pack("<HHHH", 0, 0, width, height))
    return body[:start] + body[start:-1] * frames + b";"
