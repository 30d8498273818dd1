"""Printed pages for tests and for scripts/bench/screens.py, drawn with Pillow."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFont

WORDS = """the of and to in a is that for it as was with be by on not he his but at are this have
from or had an they which one you were all her she there would their we him been has when who
will more if no out so said what up its about than into them can only other time new some""".split()


def sentence(draw: random.Random, length: int) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(length))


def page(width: int = 620, height: int = 877, size: int = 12, seed: int = 0) -> Image.Image:
    """An A4 sheet of text at 75 dots an inch, in paragraphs."""
    rng, sheet = random.Random(seed), Image.new("RGB", (width, height), (250, 248, 244))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
    margin, y = width // 10, height // 12
    while y < height * 11 // 12:
        for _ in range(rng.randrange(5, 12)):
            line = sentence(rng, 40)
            while draw.textlength(line, font=font) > width - 2 * margin:
                line = line.rpartition(" ")[0]
            draw.text((margin, y), line, (30, 30, 30), font=font)
            y += round(size * 1.45)
            if y >= height * 11 // 12:
                break
        y += size
    return sheet


def form(width: int = 620, height: int = 877, size: int = 12, seed: int = 0) -> Image.Image:
    """A sheet with a label and a ruled line to fill in on each row, and some text below."""
    rng, sheet = random.Random(seed), Image.new("RGB", (width, height), (252, 252, 252))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
    for y in range(40, height // 2, 2 * size):
        for x in (30, width // 2 + 10):
            draw.text((x, y), sentence(rng, 4), (20, 20, 20), font=font)
            draw.text((x + 130, y), sentence(rng, 3), (20, 20, 120), font=font)
            draw.line((x + 125, y + size + 4, x + width // 2 - 40, y + size + 4), (120, 120, 120))
    sheet.paste(
        page(width, height // 2, size, seed).crop((0, 30, width, height // 2)), (0, height // 2)
    )
    return sheet


def card(width: int = 480, height: int = 300, seed: int = 0) -> Image.Image:
    """Something like an identity card: a portrait's place, and fields beside it."""
    rng, sheet = random.Random(seed), Image.new("RGB", (width, height), (222, 232, 240))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, width, 44), fill=(60, 90, 150))
    draw.text(
        (20, 12), "REPUBLIC OF EXAMPLE  IDENTITY CARD", "white", font=ImageFont.load_default(16)
    )
    draw.rectangle((20, 64, 150, 230), fill=(150, 130, 120))
    draw.ellipse((50, 84, 120, 180), fill=(210, 175, 150))
    for y in range(64, 235, 34):
        draw.text(
            (170, y),
            rng.choice(("Surname", "Given names", "Nationality", "Date of birth")),
            (90, 90, 110),
            font=ImageFont.load_default(9),
        )
        draw.text(
            (170, y + 11), sentence(rng, 4).upper(), (20, 20, 30), font=ImageFont.load_default(14)
        )
    for y in (248, 270):
        draw.text(
            (20, y),
            "IDEXM<<" + sentence(rng, 4).upper().replace(" ", "<") + "<<<<<<<<<",
            (20, 20, 30),
            font=ImageFont.load_default(15),
        )
    return sheet
