"""How good a classifier is on documents that it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from vqva_crawl.stages.classify.calibrating import Floats
from vqva_crawl.stages.classify.labels import DOMAINS, OTHER

THRESHOLDS = tuple(round(n / 100, 2) for n in range(101))
WANTED = f"all but {OTHER}"  # together: what the screen's threshold is about by default
FEWEST = 5  # documents above a threshold, and others than those asked for, to recommend one
BINS = 10

Bools = npt.NDArray[np.bool_]


class Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class Recommended(Figures):
    """The lowest threshold with the precision asked for, and what it gives.

    Thresholds that fewer than five documents reach are not considered, and none is recommended
    where fewer than five should not pass: all may pass then, and nothing is known of the rest.
    """

    threshold: float
    precision: float
    recall: float


class ClassFigures(Figures):
    """Of one class. Precision is None where nothing is taken for it, recall where it has none.

    `support` and `others` are the documents of the class and of all others. `precision`, `recall`
    and `f1` are those of the likeliest class (of the wanted ones together: at 0.5); `brier` is the
    mean squared error of its probability; the curves run over THRESHOLDS.
    """

    support: int
    others: int
    precision: float | None
    recall: float | None
    f1: float | None
    brier: float
    recommended: Recommended | None
    precision_curve: tuple[float | None, ...]
    recall_curve: tuple[float | None, ...]


class Evaluation(Figures):
    """`together` is the name in `classes` of the wanted ones, as the screen decides of them.

    `calibration_error` is theirs: the mean distance of probability and share, in ten bins.
    """

    documents: int
    accuracy: float
    together: str
    calibration_error: float
    wanted_precision: float
    thresholds: tuple[float, ...] = THRESHOLDS
    classes: dict[str, ClassFigures]


def evaluate(
    classes: Sequence[str],
    truth: Sequence[str],
    chances: Floats,
    precision: float,
    wanted: Sequence[str] = DOMAINS,
) -> Evaluation:
    """The figures of `chances` (rows of documents, columns of classes) against their labels.

    `precision` is what a recommended threshold has to reach; `wanted` what the screen lets pass.
    """
    names, labels = np.asarray(classes), np.asarray(truth)
    likeliest = names[chances.argmax(axis=1)]
    figures = {
        name: _figures(labels == name, likeliest == name, chances[:, n], precision)
        for n, name in enumerate(classes)
    }
    together, right = named(wanted), np.isin(labels, wanted)
    chance = chances[:, np.isin(names, wanted)].sum(axis=1)
    figures[together] = _figures(right, chance >= 0.5, chance, precision)
    return Evaluation(
        documents=len(truth),
        accuracy=round(float((likeliest == labels).mean()), 4),
        together=together,
        calibration_error=_calibration_error(right, chance),
        wanted_precision=precision,
        classes=figures,
    )


def named(wanted: Sequence[str]) -> str:
    """What the wanted classes are called together; no class has such a name by itself."""
    names = list(dict.fromkeys(wanted))
    if set(names) == set(DOMAINS):
        return WANTED
    return " + ".join(names) if len(names) > 1 else f"{names[0]} alone"


def _figures(positive: Bools, taken: Bools, chance: Floats, precision: float) -> ClassFigures:
    right, rest = _precision(positive, taken), _recall(positive, taken)
    at = [chance >= threshold for threshold in THRESHOLDS]
    precisions = tuple(_precision(positive, above) for above in at)
    recalls = tuple(_recall(positive, above) for above in at)
    return ClassFigures(
        support=int(positive.sum()),
        others=int((~positive).sum()),
        precision=right,
        recall=rest,
        f1=round(2 * right * rest / (right + rest), 4) if right and rest else right and rest,
        brier=round(float(((chance - positive) ** 2).mean()), 4),
        recommended=_recommended(at, precisions, recalls, precision)
        if (~positive).sum() >= FEWEST
        else None,
        precision_curve=precisions,
        recall_curve=recalls,
    )


def _precision(positive: Bools, taken: Bools) -> float | None:
    return round(float(positive[taken].mean()), 4) if taken.any() else None


def _recall(positive: Bools, taken: Bools) -> float | None:
    return round(float(taken[positive].mean()), 4) if positive.any() else None


def _recommended(
    at: Sequence[Bools],
    precisions: Sequence[float | None],
    recalls: Sequence[float | None],
    wanted: float,
) -> Recommended | None:
    for n, threshold in enumerate(THRESHOLDS):
        precision, recall = precisions[n], recalls[n]
        if at[n].sum() >= FEWEST and precision is not None and recall and precision >= wanted:
            return Recommended(threshold=threshold, precision=precision, recall=recall)
    return None


def _calibration_error(positive: Bools, chance: Floats) -> float:
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    error = sum(
        abs(float(chance[bins == n].mean() - positive[bins == n].mean())) * float((bins == n).sum())
        for n in set(bins.tolist())
    )
    return round(error / len(chance), 4)


def sentences(evaluation: Evaluation) -> list[str]:
    """A line for each class, for a terminal."""
    return [_sentence(name, figures) for name, figures in _rows(evaluation.classes)]


def _rows(classes: Mapping[str, ClassFigures]) -> list[tuple[str, ClassFigures]]:
    return [(name, figures) for name, figures in classes.items() if figures.support]


def _sentence(name: str, figures: ClassFigures) -> str:
    shown = " ".join(
        f"{label} {'-' if value is None else f'{value:.2f}'}"
        for label, value in (
            ("precision", figures.precision),
            ("recall", figures.recall),
            ("F1", figures.f1),
        )
    )
    return f"{name} ({figures.support}): {shown}; {_advice(figures)}"


def _advice(figures: ClassFigures) -> str:
    found = figures.recommended
    if figures.others < FEWEST:
        return f"too few others ({figures.others}) to tell a threshold"
    if found is None:
        return f"no threshold that {FEWEST} or more documents reach gives the precision asked for"
    if not found.threshold:
        return f"no threshold is needed: all documents together give {found.precision:.2f}"
    return (
        f"threshold {found.threshold:.2f} gives {found.precision:.2f} at recall {found.recall:.2f}"
    )
