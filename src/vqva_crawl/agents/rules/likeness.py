"""How alike two pictures are, and how one differs from the other: numbers, no words.

Correlations are Pearson's, between -1 and 1 (-1 for a negative); shares lie between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image
from PIL.Image import Resampling

from vqva_crawl.agents.rules.look import SIDE, Array, Look, correlation
from vqva_crawl.agents.rules.regions import Box

TURNS = ("same", "mirrored", "upside_down", "half_turn", "quarter_right", "quarter_left")


def turned(array: Array, turn: str) -> Array:
    """The array flipped or rotated as its name in `TURNS` says."""
    moves = {
        "same": array,
        "mirrored": array[:, ::-1],
        "upside_down": array[::-1],
        "half_turn": array[::-1, ::-1],
        "quarter_right": np.rot90(array, -1),
        "quarter_left": np.rot90(array, 1),
    }
    return moves[turn]


@dataclass(frozen=True)
class Likeness:
    """Question picture against answer picture."""

    question: Look
    answer: Look

    @property
    def same_size(self) -> bool:
        q, a = self.question, self.answer
        return abs(q.width - a.width) <= 2 and abs(q.height - a.height) <= 2

    @property
    def same_shape(self) -> bool:
        """Equal proportions within 4%."""
        q, a = self.question, self.answer
        return abs(q.width * a.height / (q.height * a.width) - 1) < 0.04

    @cached_property
    def tone(self) -> float:
        """Correlation of gray values: -1 for a negative."""
        return correlation(self.question.gray, self.answer.gray)

    @cached_property
    def outline(self) -> float:
        """Correlation of edges: survives changes of colour."""
        return correlation(self.question.edges, self.answer.edges)

    @property
    def structure(self) -> float:
        return max(abs(self.tone), self.outline)

    @cached_property
    def difference(self) -> float:
        """Mean absolute difference of colour, 0..1."""
        return float(np.abs(self.question.rgb - self.answer.rgb).mean())

    @cached_property
    def changed(self) -> float:
        """Share of the area where the colour differs visibly."""
        return float((np.abs(self.question.rgb - self.answer.rgb).max(axis=2) > 0.1).mean())

    @cached_property
    def changed_box(self) -> Box | None:
        """The box that holds all visible change, as shares; None when it is half the picture."""
        gap = np.abs(self.question.rgb - self.answer.rgb).max(axis=2) > 0.1
        cells = gap.reshape(8, SIDE // 8, 8, SIDE // 8).mean(axis=(1, 3)) > 0.05
        rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
        if not rows.size or (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) > 24:
            return None
        return (columns[0] / 8, rows[0] / 8, (columns[-1] + 1) / 8, (rows[-1] + 1) / 8)

    @cached_property
    def warmth(self) -> float:
        """How much more red than blue the answer holds than the question does."""
        lean = [float((p.rgb[..., 0] - p.rgb[..., 2]).mean()) for p in (self.question, self.answer)]
        return lean[1] - lean[0]

    @cached_property
    def turn(self) -> tuple[str, float]:
        """The flip or rotation under which the two agree best, with the correlation."""
        scores = [(correlation(turned(self.question.gray, t), self.answer.gray), t) for t in TURNS]
        best, name = max(scores)
        return name, best

    @property
    def detail_ratio(self) -> float:
        return (self.answer.detail + 1e-4) / (self.question.detail + 1e-4)

    @property
    def indistinguishable(self) -> bool:
        """A viewer would not see what changed."""
        close = self.difference < 0.012 and self.changed < 0.012
        return close and self.same_shape and 0.5 < self.detail_ratio < 2

    @cached_property
    def crop(self) -> tuple[float, Box]:
        """Where the answer is a cut-out or a zoom of the question.

        The best correlation and the box (left, top, right, bottom, as shares of the question),
        found by sliding the answer over the question at several scales.
        """
        return _find(self.answer, self.question)


def _find(part: Look, whole: Look) -> tuple[float, Box]:
    base = _shrink(whole.fine, 64)
    best = (0.0, (0.0, 0.0, 1.0, 1.0))
    proportion = part.height / part.width
    for share in np.arange(0.2, 0.96, 0.05):
        w = round(base.shape[1] * share)
        h = round(w * proportion)
        if (
            w < 8
            or h < 8
            or h > base.shape[0]
            or (w > 0.94 * base.shape[1] and h > 0.94 * base.shape[0])
        ):
            continue
        score, top, left = _slide(_resize(part.fine, h, w), base)
        if score > best[0]:
            rows, columns = base.shape
            best = (score, (left / columns, top / rows, (left + w) / columns, (top + h) / rows))
    return best


def _slide(small: Array, base: Array) -> tuple[float, int, int]:
    """The best normalised correlation of `small` over `base`, with its top left corner."""
    windows = np.lib.stride_tricks.sliding_window_view(base, small.shape)
    template = small - small.mean()
    norm = np.sqrt((template**2).sum())
    mean = windows.mean(axis=(2, 3))
    spread = np.sqrt(np.maximum((windows**2).mean(axis=(2, 3)) - mean**2, 0) * small.size)
    top = np.einsum("ijkl,kl->ij", windows, template)
    scores = np.where(spread * norm > 1e-6, top / np.maximum(spread * norm, 1e-6), 0)
    row, column = np.unravel_index(int(scores.argmax()), scores.shape)
    return float(scores[row, column]), int(row), int(column)


def _resize(gray: Array, height: int, width: int) -> Array:
    image = Image.fromarray((gray * 255).astype(np.uint8))
    return np.asarray(image.resize((width, height), Resampling.BOX), dtype=np.float64) / 255


def _shrink(gray: Array, side: int) -> Array:
    scale = min(1.0, side / max(gray.shape))
    return _resize(gray, max(8, round(gray.shape[0] * scale)), max(8, round(gray.shape[1] * scale)))
