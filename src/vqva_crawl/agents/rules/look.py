"""What one picture looks like: small copies and simple figures.

Everything is measured on small copies (96 x 96), so a picture costs about a millisecond.
Brightness, saturation and shares lie between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

Array = NDArray[np.float64]

SIDE = 96


def correlation(a: Array, b: Array) -> float:
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / scale) if scale > 1e-9 else 0.0


def _edges(gray: Array) -> Array:
    """Gradient magnitude, widened by a 3 x 3 box, so that edges a pixel apart still meet."""
    dy, dx = np.gradient(gray)
    strong = np.hypot(dx, dy)
    padded = np.pad(strong, 1, mode="edge")
    rows, columns = strong.shape
    shifted = [padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    widened: Array = np.mean(shifted, axis=0)
    return widened


@dataclass(frozen=True)
class Look:
    """A picture's small copies and simple figures. Build one with `look`."""

    width: int
    height: int
    rgb: Array  # SIDE x SIDE x 3, 0..1
    fine: Array  # gray, long side at most 256, true proportions

    @cached_property
    def gray(self) -> Array:
        gray: Array = self.rgb @ np.array([0.299, 0.587, 0.114])
        return gray

    @cached_property
    def edges(self) -> Array:
        return _edges(self.gray)

    @property
    def brightness(self) -> float:
        return float(self.gray.mean())

    @property
    def contrast(self) -> float:
        return float(self.gray.std())

    @cached_property
    def saturation(self) -> float:
        high, low = self.rgb.max(axis=2), self.rgb.min(axis=2)
        return float((high - low).mean())

    @cached_property
    def vivid(self) -> float:
        """Share of clearly coloured pixels."""
        return float((self.rgb.max(axis=2) - self.rgb.min(axis=2) > 0.2).mean())

    @cached_property
    def detail(self) -> float:
        """Mean absolute second difference of the fine copy: falls with blur, rises with noise."""
        f = self.fine
        across = np.abs(2 * f[:, 1:-1] - f[:, :-2] - f[:, 2:]).mean() if f.shape[1] > 2 else 0.0
        down = np.abs(2 * f[1:-1] - f[:-2] - f[2:]).mean() if f.shape[0] > 2 else 0.0
        return float(across + down)

    @cached_property
    def flatness(self) -> float:
        """Share of pixels equal to both neighbours: near 0 in photos, high in drawings."""
        f = self.fine
        same = (np.abs(np.diff(f, axis=1))[:-1] < 0.006) & (
            np.abs(np.diff(f, axis=0))[:, :-1] < 0.006
        )
        return float(same.mean()) if same.size else 1.0

    @cached_property
    def tones(self) -> int:
        """How many of 32 gray levels hold at least 1% of the pixels."""
        counts, _ = np.histogram(self.fine, bins=32, range=(0, 1))
        return int((counts > 0.01 * self.fine.size).sum())

    @cached_property
    def doubled(self) -> bool:
        """Two similar pictures side by side or one above the other in one file."""
        half = SIDE // 2
        splits = (
            ((slice(None), slice(half)), (slice(None), slice(half, None))),
            (
                (slice(half),),
                (slice(half, None),),
            ),
        )
        return any(self._alike(one, other) for one, other in splits)

    def _alike(self, one: tuple[slice, ...], other: tuple[slice, ...]) -> bool:
        gap = float(np.abs(self.rgb[one] - self.rgb[other]).mean())
        return gap < 0.2 and correlation(self.gray[one], self.gray[other]) > 0.75

    @cached_property
    def white(self) -> float:
        """Share of nearly white pixels."""
        return float((self.rgb.min(axis=2) > 0.94).mean())

    @cached_property
    def black(self) -> float:
        """Share of nearly black pixels."""
        return float((self.rgb.max(axis=2) < 0.08).mean())

    @property
    def photographic(self) -> bool:
        """A photo or a painting, not a drawing: few flat areas, many tones."""
        return self.flatness < 0.45 and self.tones >= 9 and self.white < 0.45


def look(image: Image.Image) -> Look:
    """Measures an RGB picture."""
    small = np.asarray(image.resize((SIDE, SIDE), Resampling.BOX), dtype=np.float64) / 255
    fine = image.convert("L")
    fine.thumbnail((256, 256), Resampling.BILINEAR)
    return Look(image.width, image.height, small, np.asarray(fine, dtype=np.float64) / 255)
