"""The default scorer: hashed word n-grams and a linear model per class (scikit-learn).

Weights are arrays in an .npz file, read with pickling off: loading a model runs no code of it.
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

N_FEATURES = 2**18  # 100,000 distinct n-grams meet in few places; four classes are 4 MB


class Hashed:
    kind: ClassVar[str] = "hashed"
    file: ClassVar[str] = "weights.npz"

    def __init__(self, weights: npt.NDArray[np.float32], bias: Floats) -> None:
        self._weights, self._bias = weights, bias
        self._columns = np.ascontiguousarray(weights.T)  # not to be turned for each text

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], classes: Sequence[str], seed: int
    ) -> Self:
        """One against the rest for each class."""
        from sklearn.linear_model import SGDClassifier

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
        scores: Floats = (_features(texts) @ self._columns).astype(np.float64) + self._bias
        return scores

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


def _features(texts: Sequence[str]) -> Any:
    """Which words and word pairs stand in each text: a sparse matrix, rows of length 1."""
    from sklearn.feature_extraction.text import HashingVectorizer  # slow to import

    vectorizer = HashingVectorizer(
        n_features=N_FEATURES, ngram_range=(1, 2), binary=True, dtype=np.float32
    )
    return vectorizer.transform(texts)
