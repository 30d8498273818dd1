"""The default scorer: hashed words and word pairs, and a linear model per class (scikit-learn).

Weights are arrays in an .npz file, read with pickling off: loading a model runs no code of it.
Scoring needs numpy alone.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from vqva_crawl.errors import ConfigError
from vqva_crawl.stages.classify.calibrating import Floats
from vqva_crawl.stages.classify.ngrams import N_FEATURES, buckets


class Hashed:
    kind: ClassVar[str] = "hashed"
    file: ClassVar[str] = "weights.npz"

    def __init__(self, weights: npt.NDArray[np.float32], bias: Floats) -> None:
        self._weights, self._bias = weights, bias

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], classes: Sequence[str], seed: int
    ) -> Self:
        """One against the rest for each class."""
        from sklearn.linear_model import SGDClassifier  # slow to import

        features, truth = _features(texts), np.asarray(labels)
        weights, bias = np.zeros((len(classes), N_FEATURES), np.float32), np.zeros(len(classes))
        for n, name in enumerate(classes):
            fit = SGDClassifier(
                loss="log_loss",
                alpha=1e-4,
                max_iter=200,
                class_weight="balanced",
                random_state=seed,
            )
            fit.fit(features, truth == name)
            weights[n], bias[n] = fit.coef_[0], fit.intercept_[0]
        return cls(weights, bias)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Log-odds before calibration: rows of texts, columns of classes."""
        return np.array([self._score(text) for text in texts])

    def _score(self, text: str) -> Floats:
        found = buckets(text)
        total = self._weights.take(found, axis=1).sum(axis=1)
        score: Floats = total * _value(len(found)) + self._bias
        return score

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            np.savez_compressed(file, weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, path: Path, classes: Sequence[str]) -> Self:
        try:
            with np.load(path, allow_pickle=False) as arrays:
                weights, bias = arrays["weights"], arrays["bias"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ConfigError(f"{path}: not the weights of a classifier: {error}") from error
        if weights.shape != (len(classes), N_FEATURES) or bias.shape != (len(classes),):
            raise ConfigError(f"{path}: {weights.shape} weights do not fit {len(classes)} classes")
        return cls(weights, bias)


def _value(count: int) -> float:
    """What each of a text's features counts, so that its row has length 1."""
    return float(1 / np.sqrt(max(count, 1)))


def _features(texts: Sequence[str]) -> Any:
    """Which words and word pairs stand in each text: a sparse matrix, rows of length 1."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # slow to import

    found = [buckets(text) for text in texts]
    counts = [len(row) for row in found]
    values = np.repeat(np.array([_value(count) for count in counts], np.float32), counts)
    ends = np.cumsum([0, *counts], dtype=np.int32)
    return csr_array((values, np.concatenate(found), ends), shape=(len(texts), N_FEATURES))
