"""A trained classifier: a scorer with its calibration, and the facts of its training.

On disk it is a folder: `model.json` with the facts, and the scorer's weights beside it. Nothing of
it is pickled.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Literal, Protocol, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from vqva_crawl.errors import ConfigError
from vqva_crawl.records import digest
from vqva_crawl.stages.classify.calibrating import Calibration, Floats, calibrate
from vqva_crawl.storage.cache import write_whole
from vqva_crawl.storage.parts import storage_errors

Kind = Literal["hashed", "fasttext"]
VERSION = 2  # of how texts become scores; a model of another version is refused
FEWEST = 2  # examples of a class
FOLDS = 5
FACTS = "model.json"


class Scorer(Protocol):
    """What tells classes apart. Higher scores are likelier; the calibration makes them odds."""

    kind: ClassVar[str]
    file: ClassVar[str]  # the name of its weights in a model's folder

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], classes: Sequence[str], seed: int
    ) -> Self: ...

    def scores(self, texts: Sequence[str]) -> Floats:
        """Rows of texts, columns of classes."""
        ...

    def save(self, path: Path) -> None: ...

    @classmethod
    def load(cls, path: Path, classes: Sequence[str]) -> Self: ...


class Facts(BaseModel):
    """What `model.json` says. `trained_on` are digests of texts, `training_set` is one of them
    all with their labels; `weights` is the SHA-256 of the weights' file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    version: Literal[2]
    classes: tuple[str, ...]
    seed: int
    examples: dict[str, int]
    calibration: Calibration
    training_set: str
    trained_on: tuple[str, ...]
    weights: str = ""


class Classifier:
    """Texts -> a probability for each of `classes`."""

    def __init__(self, scorer: Scorer, facts: Facts) -> None:
        self._scorer, self.facts = scorer, facts

    @property
    def classes(self) -> tuple[str, ...]:
        return self.facts.classes

    @classmethod
    def train(
        cls, texts: Sequence[str], labels: Sequence[str], seed: int, kind: Kind = "hashed"
    ) -> Self:
        """The same examples in any order and the same seed give the same model.

        Classes that are `too_rare` are left out; ConfigError when fewer than two remain.
        """
        given, rare = Counter(labels), too_rare(labels)
        count = {name: given[name] for name in sorted(given) if name not in rare}
        classes = tuple(count)
        if len(classes) < 2:
            said = ", ".join(f"{name} {n}" for name, n in sorted(given.items())) or "none"
            raise ConfigError(f"at least two classes of {FEWEST} examples are needed (got: {said})")
        named = zip((digest(text) for text in texts), labels, texts, strict=True)
        lot = sorted(one for one in named if one[1] in count)
        names, texts = [label for _, label, _ in lot], [text for *_, text in lot]
        unseen = _cross_fitted(kind, texts, names, classes, seed)
        facts = Facts(
            kind=kind,
            version=VERSION,
            classes=classes,
            seed=seed,
            examples=count,
            calibration=calibrate(unseen, names, classes),
            training_set=digest(*(f"{text} {label}" for text, label, _ in lot)),
            trained_on=tuple(dict.fromkeys(text for text, *_ in lot)),
        )
        return cls(_scorer(kind).train(texts, names, classes, seed), facts)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Rows of texts, columns of `classes`; rows sum to 1."""
        if not texts:
            return np.zeros((0, len(self.classes)))
        return self.facts.calibration.probabilities(self._scorer.scores(texts))

    def save(self, folder: Path) -> None:
        """Writes the folder, `model.json` last. Raises StorageError."""
        path = folder / self._scorer.file
        with storage_errors(str(folder)):
            folder.mkdir(parents=True, exist_ok=True)
            self._scorer.save(path)
            weights = hashlib.sha256(path.read_bytes()).hexdigest()
        self.facts = self.facts.model_copy(update={"weights": weights})
        write_whole(folder / FACTS, self.facts.model_dump_json(indent=1).encode())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """ConfigError when the folder holds no model, or not the weights it was written with."""
        facts = _facts(folder)
        scorer = _scorer(facts.kind)
        path = folder / scorer.file
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        if found != facts.weights:
            raise ConfigError(f"{path}: not the weights that {FACTS} names; train it again")
        return cls(scorer.load(path, facts.classes), facts)


def too_rare(labels: Iterable[str]) -> Counter[str]:
    """The classes with too few examples to learn from, and how many each has."""
    return Counter({name: n for name, n in Counter(labels).items() if n < FEWEST})


def _scorer(kind: Kind) -> type[Scorer]:
    """The scorers, imported when one is wanted."""
    module, name = {"hashed": ("hashed", "Hashed"), "fasttext": ("fast_text", "FastText")}[kind]
    scorer: type[Scorer] = getattr(import_module(f"vqva_crawl.stages.classify.{module}"), name)
    return scorer


def _cross_fitted(
    kind: Kind, texts: Sequence[str], labels: Sequence[str], classes: Sequence[str], seed: int
) -> Floats:
    """Each text's scores by a scorer that was trained without it; folds alike in classes."""
    folds = min(FOLDS, *Counter(labels).values())
    turns = {name: itertools.cycle(range(folds)) for name in classes}
    fold = [next(turns[label]) for label in labels]
    scores = np.zeros((len(texts), len(classes)))
    for k in range(folds):
        learn = [n for n, mine in enumerate(fold) if mine != k]
        rest = [n for n, mine in enumerate(fold) if mine == k]
        scorer = _scorer(kind).train(
            [texts[n] for n in learn], [labels[n] for n in learn], classes, seed
        )
        scores[rest] = scorer.scores([texts[n] for n in rest])
    return scores


def _facts(folder: Path) -> Facts:
    path = folder / FACTS
    try:
        return Facts.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{folder}: no trained classifier ({FACTS}: {error.strerror}); "
            f"`vqva-crawl screen train` writes one"
        ) from error
    except ValidationError as error:
        raise ConfigError(f"{path}: {_wrong(error)}") from error


def _wrong(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["loc"] == ("version",) and first["type"] == "literal_error":
        return f"a model of version {first['input']}, this is {VERSION}; train it again"
    key = ".".join(map(str, first["loc"])) or "the file"
    return f"{key}: {first['msg']}"


def model_digest(path: str | Path) -> str:
    """Names a trained model by its content: the same digest decides the same. ConfigError."""
    return digest(_facts(Path(path)).model_dump_json())


def loaded(path: str | Path) -> Classifier:
    """The model in a folder, read once for each content. ConfigError."""
    return _loaded(str(path), model_digest(path))


@functools.lru_cache(maxsize=2)
def _loaded(path: str, _: str) -> Classifier:
    return Classifier.load(Path(path))
