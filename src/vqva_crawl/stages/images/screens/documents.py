"""Photographs and scans of printed pages, by the rows of text that fill them.

A page cut into narrow upright strips shows in each of them what no diagram shows for long: dark,
thin rows of one height with light ground between them, at one distance. Strips, since a page that
is photographed lies askew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from pydantic import Field

from vqva_crawl.registry import Options, picture_screen
from vqva_crawl.stages.images.verdicts import Decoded

LOOKED_AT = 900  # pixels of the longer side of what is looked at, at most
STRIPS = 16
AROUND = 12  # pixels on each side whose mean is the ground
INK = 0.82  # of the ground's level: what is darker is ink
LIGHT = 100  # level of 255 from which the ground is light
EMPTY, FULL = 0.03, 0.12  # shares of ink in a row of pixels between lines, and inside one
RULE = 0.85  # share of ink from which a row of pixels is a ruled line
HEIGHTS = (3, 30)  # pixels of a line of text
PITCH = 4.0  # heights from one line to the next, at most
EVEN = 0.3  # how much two distances may differ that count as one
LINES = 10  # of one strip, at least: a menu has fewer

Floats = npt.NDArray[np.float64]


class DocumentOptions(Options):
    min_share: float = Field(0.3, gt=0, le=1)
    """Rows of text cover at least this share of the picture; a printed page has 0.3 to 0.6."""


@picture_screen("documents", options=DocumentOptions)
def documents(options: Mapping[str, Any]) -> Any:
    """A screen that refuses pictures that are a page of text."""
    share = DocumentOptions.model_validate(options).min_share

    def screen(found: Decoded) -> str:
        covered = text_share(found.grey)
        return f"rows of text cover {covered:.0%}" if covered >= share else ""

    return screen


def text_share(grey: Image.Image) -> float:
    """The share of the picture, 0..1, that rows of text with their distances cover."""
    small = grey.copy()
    small.thumbnail((LOOKED_AT, LOOKED_AT), reducing_gap=2.0)
    ground = np.asarray(small.filter(ImageFilter.BoxBlur(AROUND)), float)
    ink = (np.asarray(small, float) < INK * ground) & (ground >= LIGHT)
    strips = np.array_split(ink, STRIPS, axis=1)
    return float(np.mean([_covered(strip.mean(axis=1)) for strip in strips]))


def _covered(profile: Floats) -> float:
    """The share of a strip's height that even rows of text cover."""
    tops, heights = _lines(profile)
    if len(tops) < LINES:
        return 0.0
    pitches = np.diff(tops)
    near = pitches <= PITCH * np.maximum(heights[1:], heights[:-1])
    alike = np.abs(np.diff(pitches)) <= EVEN * np.maximum(pitches[1:], pitches[:-1])
    even = np.zeros(len(pitches), bool)
    even[:-1] |= alike
    even[1:] |= alike
    counted = pitches[even & near]
    return float(counted.sum() / len(profile)) if len(counted) >= LINES - 1 else 0.0


def _lines(profile: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(tops, heights) of what may be lines of text in a strip."""
    inked = np.concatenate([[False], profile > EMPTY, [False]])
    starts, ends = np.flatnonzero(np.diff(inked.astype(np.int8))).reshape(-1, 2).T
    least, most = HEIGHTS
    good = [
        least <= end - start <= most and FULL <= profile[start:end].max() < RULE
        for start, end in zip(starts, ends, strict=True)
    ]
    return starts[good], (ends - starts)[good]
