"""The classifier: it learns, its probabilities mean something, and loading it runs no code."""

from __future__ import annotations

import builtins
import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from kinds_of_text import texts

from vqva_crawl.errors import ConfigError
from vqva_crawl.stages.classify.model import Classifier, loaded, model_digest


@pytest.fixture(scope="module")
def trained() -> Classifier:
    return Classifier.train(*texts(25), seed=0)


def test_it_tells_kinds_apart_that_it_has_not_seen(trained: Classifier):
    unseen, kinds = texts(25, first=100)
    chances = trained.probabilities(unseen)
    assert chances.sum(axis=1) == pytest.approx(np.ones(50))
    said = [trained.classes[n] for n in chances.argmax(axis=1)]
    assert np.mean(np.array(said) == np.array(kinds)) > 0.9
    assert trained.probabilities([]).shape == (0, 2)


def test_a_text_of_neither_kind_is_in_doubt(trained: Classifier):
    unseen, _ = texts(5, first=200)
    sure = trained.probabilities(unseen).max(axis=1).mean()
    assert trained.probabilities(["quite unheard-of vocabulary"]).max() < sure - 0.1


def test_the_order_of_examples_changes_nothing(trained: Classifier, tmp_path: Path):
    given, kinds = texts(25)
    again = Classifier.train(given[::-1], kinds[::-1], seed=0)
    for name, model in (("a", trained), ("b", again)):
        model.save(tmp_path / name)
    assert model_digest(tmp_path / "a") == model_digest(tmp_path / "b")


def test_a_saved_model_is_the_same_model(trained: Classifier, tmp_path: Path):
    trained.save(tmp_path / "model")
    unseen, _ = texts(5, first=300)
    found = loaded(tmp_path / "model")
    assert found.probabilities(unseen) == pytest.approx(trained.probabilities(unseen))
    assert found is loaded(tmp_path / "model")
    assert sum(found.facts.examples.values()) == 50


def test_a_text_alone_scores_as_it_does_among_others(trained: Classifier):
    given = ["", *texts(5, first=300)[0]]
    alone = [trained.probabilities([text])[0] for text in given]
    assert np.array_equal(trained.probabilities(given), alone)


def test_a_run_that_only_asks_does_not_wait_for_scikit_learn(trained: Classifier, tmp_path: Path):
    trained.save(tmp_path)
    code = (
        "import sys; from vqva_crawl.stages.classify.model import loaded; "
        "loaded(sys.argv[1]).probabilities(['some text']); "
        "print({'sklearn', 'scipy'} & {name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_another_training_has_another_digest(trained: Classifier, tmp_path: Path):
    trained.save(tmp_path)
    first = model_digest(tmp_path)
    Classifier.train(*texts(10), seed=0).save(tmp_path)
    assert model_digest(tmp_path) != first
    assert sum(loaded(tmp_path).facts.examples.values()) == 20


def test_pickles_are_not_read(trained: Classifier, tmp_path: Path):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("a model's pickle was run",)

    trained.save(tmp_path)
    body = pickle.dumps(Bomb())
    np.savez(tmp_path / "weights.npz", weights=np.array([Bomb()], object), bias=np.zeros(2))
    for weights in (body, (tmp_path / "weights.npz").read_bytes()):
        (tmp_path / "weights.npz").write_bytes(weights)
        with pytest.raises(ConfigError, match="train it again"):
            loaded(tmp_path)
        _declare(tmp_path, weights)
        with pytest.raises(ConfigError, match="not the weights of a classifier"):
            loaded(tmp_path)


def _declare(folder: Path, weights: bytes) -> None:
    """Makes model.json name these weights, as whoever forges a model would."""
    import hashlib

    facts = json.loads((folder / "model.json").read_text())
    facts["weights"] = hashlib.sha256(weights).hexdigest()
    (folder / "model.json").write_text(json.dumps(facts))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 1}, "a model of version 1, this is 2; train it again"),
        ({"version": 9}, "version 9"),
        ({"kind": "oracle"}, "kind"),
        ({"surprise": 1}, "surprise"),
        ({"classes": ["one"]}, "fit"),
    ],
)
def test_a_model_of_another_make_is_refused(trained, tmp_path: Path, change, said: str):
    trained.save(tmp_path)
    facts = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(facts | change))
    with pytest.raises(ConfigError, match=said):
        loaded(tmp_path)


def test_no_model(tmp_path: Path):
    with pytest.raises(ConfigError, match="screen train"):
        model_digest(tmp_path / "nowhere")


def test_a_class_with_too_few_examples_is_not_learned(trained: Classifier, tmp_path: Path):
    given, kinds = texts(25)
    model = Classifier.train([*given, "one of a kind"], [*kinds, "reasoning"], seed=0)
    for name, one in (("a", trained), ("b", model)):
        one.save(tmp_path / name)
    assert model_digest(tmp_path / "a") == model_digest(tmp_path / "b")


@pytest.mark.parametrize(
    ("labels", "said"),
    [([], "none"), (["other", "other"], "other 2"), (["other", "other", "reasoning"], "reasoning")],
)
def test_too_little_to_learn_from(labels: list[str], said: str):
    with pytest.raises(ConfigError, match=said):
        Classifier.train([f"text {n}" for n in range(len(labels))], labels, seed=0)


def test_fasttext_is_an_extra(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "fasttext":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r"vqva-crawl\[fasttext\]"):
        Classifier.train(*texts(5), seed=0, kind="fasttext")


class CountingWords:
    """Stands for a fastText model: a word's share of each label's words."""

    def __init__(self, counts: dict[str, dict[str, int]]) -> None:
        self.counts = counts

    def predict(self, text: str, k: int):
        assert "\n" not in text
        assert k == -1
        scores = {
            label: 1.0 + sum(words.get(w, 0) for w in text.split())
            for label, words in self.counts.items()
        }
        ranked = sorted(scores, key=lambda label: -scores[label])
        whole = sum(scores.values())
        return tuple(ranked), np.array([scores[label] / whole for label in ranked])

    def save_model(self, path: str) -> None:
        Path(path).write_text(json.dumps(self.counts))


def test_fasttext_enters_by_the_same_door(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def train_supervised(input: str, **options) -> CountingWords:
        assert options["thread"] == 1
        counts: dict[str, dict[str, int]] = {}
        for line in Path(input).read_text().splitlines():
            label, *words = line.split()
            mine = counts.setdefault(label, {})
            for word in words:
                mine[word] = mine.get(word, 0) + 1
        return CountingWords(counts)

    fake = ModuleType("fasttext")
    fake.train_supervised = train_supervised
    fake.load_model = lambda path: CountingWords(json.loads(Path(path).read_text()))
    monkeypatch.setitem(sys.modules, "fasttext", fake)
    model = Classifier.train(*texts(20), seed=0, kind="fasttext")
    model.save(tmp_path)
    unseen, kinds = texts(20, first=100)
    chances = loaded(tmp_path).probabilities(unseen)
    said = [model.classes[n] for n in chances.argmax(axis=1)]
    assert np.mean(np.array(said) == np.array(kinds)) > 0.8
