"""Pictures as models see them: scaled down and encoded once, the same bytes for every agent."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

KEPT = 256  # encoded pictures held in memory


def encoded(image: Image.Image, side: int, quality: int) -> bytes:
    """A JPEG with a longer side of at most `side` pixels; small pictures are not enlarged.

    One downscale for all, so that nobody reviews other pixels than the model saw (threat 20).
    """
    image = image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


class Encoder:
    """Encodes pictures by sha256, off the event loop, and keeps the last ones."""

    def __init__(self, open_picture: Callable[[str], Image.Image], side: int, quality: int) -> None:
        self._open = open_picture
        self._side = side
        self._quality = quality
        self._kept: OrderedDict[str, asyncio.Task[bytes]] = OrderedDict()

    async def __call__(self, sha256: str) -> bytes:
        if sha256 not in self._kept:
            work = asyncio.to_thread(self._encode, sha256)
            self._kept[sha256] = asyncio.ensure_future(work)  # who else asks now waits for it
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        try:
            return await asyncio.shield(self._kept[sha256])
        except Exception:
            self._kept.pop(sha256, None)  # a picture that could not be read may be readable later
            raise

    def _encode(self, sha256: str) -> bytes:
        return encoded(self._open(sha256), self._side, self._quality)


def contact_sheets(
    images: Sequence[Image.Image], tile: int = 192, per_sheet: int = 16, quality: int = 90
) -> list[bytes]:
    """JPEGs of numbered tiles, counted from 1 over all sheets, in the order given."""
    return [
        _sheet(images[start : start + per_sheet], start + 1, tile, quality)
        for start in range(0, len(images), per_sheet)
    ]


def _sheet(images: Sequence[Image.Image], first: int, tile: int, quality: int) -> bytes:
    columns = min(len(images), max(1, math.ceil(math.sqrt(len(images) * 1.25))))
    rows = math.ceil(len(images) / columns)
    label = max(18, tile // 8)
    cell = (tile + 8, tile + label + 8)
    sheet = Image.new("RGB", (columns * cell[0], rows * cell[1]), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=label - 4)
    for n, image in enumerate(images):
        x, y = (n % columns) * cell[0] + 4, (n // columns) * cell[1] + 4
        draw.text((x, y), str(first + n), fill="black", font=font)
        small = image.convert("RGB")
        small.thumbnail((tile, tile), Image.Resampling.LANCZOS)
        at = (x + (tile - small.width) // 2, y + label + (tile - small.height) // 2)
        sheet.paste(small, at)
        draw.rectangle((x - 1, y + label - 1, x + tile, y + label + tile), outline="#999999")
    out = BytesIO()
    sheet.save(out, "JPEG", quality=quality)
    return out.getvalue()
