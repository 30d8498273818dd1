"""Scores to probabilities, so that a threshold means what it says.

Platt scaling per class, fitted on scores of documents that the scorer had not seen (Platt 1999,
with his smoothed targets), then scaled to sum to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Calibration(NamedTuple):
    """Of each class: probability = sigmoid(slope * score + shift)."""

    slope: tuple[float, ...]
    shift: tuple[float, ...]

    def probabilities(self, scores: Floats) -> Floats:
        """Rows of documents, columns of classes; rows sum to 1."""
        logits = np.clip(scores * np.asarray(self.slope) + np.asarray(self.shift), -30, 30)
        raw = 1 / (1 + np.exp(-logits))
        shares: Floats = raw / raw.sum(axis=1, keepdims=True)
        return shares


def calibrate(scores: Floats, labels: Sequence[str], classes: Sequence[str]) -> Calibration:
    """Fits each class's column against whether the label is that class."""
    truth = np.asarray(labels)
    fitted = [_platt(scores[:, n], truth == name) for n, name in enumerate(classes)]
    return Calibration(tuple(a for a, _ in fitted), tuple(b for _, b in fitted))


def _platt(scores: Floats, positive: npt.NDArray[np.bool_]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    yes, no = int(positive.sum()), int((~positive).sum())
    target = np.where(positive, (yes + 1) / (yes + 2), 1 / (no + 2))
    # A soft target is the sample twice, once with each answer, weighted.
    column = np.concatenate([scores, scores])[:, None]
    answers = np.repeat([1, 0], len(scores))
    fit = LogisticRegression(C=1e6, max_iter=1000)
    fit.fit(column, answers, sample_weight=np.concatenate([target, 1 - target]))
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])
