"""fastText behind the same interface: the published recipe's classifier (extra `fasttext`)."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from vqva_crawl.errors import ConfigError
from vqva_crawl.stages.classify.calibrating import Floats

PREFIX = "__label__"
WORD = re.compile(r"[^\W_]+")


class FastText:
    kind: ClassVar[str] = "fasttext"
    file: ClassVar[str] = "weights.bin"

    def __init__(self, model: Any, classes: Sequence[str]) -> None:
        self._model, self._classes = model, tuple(classes)

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], classes: Sequence[str], seed: int
    ) -> Self:
        """Word bigrams, one thread (with more, no two trainings are alike)."""
        fasttext = _module()
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
            pairs = zip(texts, labels, strict=True)
            file.writelines(f"{PREFIX}{label} {_one_line(text)}\n" for text, label in pairs)
            file.flush()
            options = {"wordNgrams": 2, "dim": 50, "epoch": 25, "lr": 0.5, "bucket": 200_000}
            model = fasttext.train_supervised(
                input=file.name, seed=seed, thread=1, verbose=0, **options
            )
        return cls(model, classes)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Log-odds of its softmax: rows of texts, columns of classes."""
        return np.array([self._score(_one_line(text)) for text in texts])

    def _score(self, text: str) -> list[float]:
        names, chances = self._model.predict(text, k=-1)
        found = dict(zip(names, map(float, chances), strict=True))
        raw = [found.get(PREFIX + name, 0.0) for name in self._classes]
        chance = np.clip(raw, 1e-6, 1 - 1e-6)
        odds: list[float] = np.log(chance / (1 - chance)).tolist()
        return odds

    def save(self, path: Path) -> None:
        self._model.save_model(str(path))

    @classmethod
    def load(cls, path: Path, classes: Sequence[str]) -> Self:
        try:
            return cls(_module().load_model(str(path)), classes)
        except ValueError as error:
            raise ConfigError(f"{path}: not a fastText model: {error}") from error


def _one_line(text: str) -> str:
    """fastText ends a document at a line break, and lets punctuation stick to words."""
    return " ".join(WORD.findall(text.lower()))


def _module() -> Any:
    try:
        import fasttext
    except ImportError as error:
        raise ConfigError(
            "this classifier needs fastText: pip install 'vqva-crawl[fasttext]'"
        ) from error
    return fasttext
