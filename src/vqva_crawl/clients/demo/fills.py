"""Colours and gradients."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PIL import Image, ImageColor

from vqva_crawl.clients.demo.outlines import Box


@dataclass(frozen=True)
class Fade:
    """A gradient from ``start`` to ``end``, downwards or to the right."""

    start: str
    end: str
    across: bool = False


@dataclass(frozen=True)
class Ball:
    """A round gradient; ``x`` and ``y`` say where in the shape's box the light falls."""

    light: str
    dark: str
    x: float = 0.36
    y: float = 0.3
    reach: float = 0.85


Fill = str | Fade | Ball


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies ``share`` (0 to 1) of the way from ``first`` to ``second``."""
    a, b = ImageColor.getrgb(first), ImageColor.getrgb(second)
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a[:3], b[:3], strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"


@functools.cache
def rgb_and_alpha(text: str) -> tuple[tuple[int, int, int], int]:
    """``#rrggbbaa`` as numbers; without the last two digits the alpha is 255."""
    value = ImageColor.getcolor(text, "RGBA")
    assert isinstance(value, tuple)
    red, green, blue, alpha = value
    return (red, green, blue), alpha


@functools.cache
def _radial() -> Image.Image:
    """A disc of radius 128 that brightens outwards, in the middle of a white field."""
    field = Image.new("L", (768, 768), 255)
    field.paste(Image.radial_gradient("L"), (256, 256))
    return field


def gradient(
    fill: Fade | Ball,
    extent: tuple[float, float],
    cut: Box,
    size: tuple[int, int],
) -> Image.Image:
    """The part ``cut`` of a gradient over a box of ``extent``, as a picture of ``size``."""
    width, height = max(extent[0], 1.0), max(extent[1], 1.0)
    x0, y0, x1, y1 = cut[0] / width, cut[1] / height, cut[2] / width, cut[3] / height
    if isinstance(fill, Fade):
        strip = _strip(fill)
        frame = (x0 * 256, 0.0, x1 * 256, 1.0) if fill.across else (0.0, y0 * 256, 1.0, y1 * 256)
        return strip.resize(size, Image.Resampling.NEAREST, box=_within(frame, strip.size))
    k = 128 / max(fill.reach, 0.4)
    x, y = fill.x, fill.y
    frame = (384 + (x0 - x) * k, 384 + (y0 - y) * k, 384 + (x1 - x) * k, 384 + (y1 - y) * k)
    radial = _radial()
    grey = radial.resize(size, Image.Resampling.BILINEAR, box=_within(frame, radial.size))
    grey.putpalette(_palette(fill.light, fill.dark))
    return grey.convert("RGB")


def _within(frame: Box, size: tuple[int, int]) -> Box:
    width, height = float(size[0]), float(size[1])
    left, top = min(max(frame[0], 0.0), width), min(max(frame[1], 0.0), height)
    return left, top, min(max(frame[2], left), width), min(max(frame[3], top), height)


@functools.cache
def _palette(start: str, end: str) -> bytes:
    """256 colours from ``start`` to ``end``, three bytes each."""
    first, last = rgb_and_alpha(start)[0], rgb_and_alpha(end)[0]
    colours = bytearray(3 * 256)
    for channel, (a, b) in enumerate(zip(first, last, strict=True)):
        colours[channel::3] = bytes([(a * (255 - i) + b * i + 127) // 255 for i in range(256)])
    return bytes(colours)


@functools.cache
def _strip(fade: Fade) -> Image.Image:
    """A gradient that is one pixel wide and 256 long."""
    size = (256, 1) if fade.across else (1, 256)
    return Image.frombytes("RGB", size, _palette(fade.start, fade.end))
