"""Speed of the trained screen, and how well it tells classes apart.

    python scripts/bench/classify.py --gimp DIR --opencv DIR --biology DIR

GIMP help and OpenCV's documentation as for extract.py, and OpenStax Biology as static pages, each a
site's root. The peer is what scikit-learn offers for the same features: HashingVectorizer and
SGDClassifier in one pipeline; fastText (the extra) is a second one where it is installed. Texts are
asked for one at a time, as the screen stage does it, and 256 at once.

Labels to learn are of three makes: by site, by the rules of the tests' scripted labeller, and by
the built-in `keywords`. A quarter of the documents is held out, in as many ways as there are
rounds. Prints one JSON object a line; speed is in CPU time, rounds alternate, medians are compared.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import importlib.util
import re
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median

from bs4 import XMLParsedAsHTMLWarning
from extract import cleaned
from rows import report

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.config import Config, find_topics
from vqva_crawl.records import Document
from vqva_crawl.stages.classify import (
    Classifier,
    Label,
    Labeller,
    keywords,
    label,
    scripted,
    text_of,
)
from vqva_crawl.stages.classify.splitting import Example, split
from vqva_crawl.stages.topics import read_topics

ASKED = 2_000  # documents per second of CPU time: "thousands"
PAGES = 800  # of a site
BATCH = 256
HELD_OUT = 0.25
DOMAINS = {"gimp": "design_knowledge", "opencv": "reasoning", "biology": "world_knowledge"}
RULES = {"filter|blur|sharpen|emboss|brush": "design_knowledge", "install": "other"}

Texts = Sequence[str]
Predict = Callable[[Texts], Sequence[str]]
Train = Callable[[Texts, Sequence[str], int], Predict]
Sites = dict[str, list[Document]]


def ours(texts: Texts, labels: Sequence[str], seed: int) -> Predict:
    return _predicting(Classifier.train(texts, labels, seed))


def fasttext(texts: Texts, labels: Sequence[str], seed: int) -> Predict:
    return _predicting(Classifier.train(texts, labels, seed, "fasttext"))


def _predicting(model: Classifier) -> Predict:
    return lambda texts: [model.classes[n] for n in model.probabilities(texts).argmax(axis=1)]


def scikit_learn(texts: Texts, labels: Sequence[str], seed: int) -> Predict:
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline

    features = HashingVectorizer(n_features=2**18, ngram_range=(1, 2), binary=True)
    linear = SGDClassifier(
        loss="log_loss", alpha=1e-4, max_iter=200, class_weight="balanced", random_state=seed
    )
    pipeline = make_pipeline(features, linear).fit(texts, labels)
    return lambda texts: pipeline.classes_[pipeline.predict_proba(texts).argmax(axis=1)]


PEERS: dict[str, Train] = {"HashingVectorizer+SGDClassifier": scikit_learn}
if importlib.util.find_spec("fasttext"):
    PEERS["fasttext"] = fasttext


def drawn(root: Path) -> list[Document]:
    """The site's documents, or those of PAGES pages with the lowest sha256 of their paths."""
    paths = sorted(root.rglob("*.html"), key=lambda p: _lot(p.relative_to(root).as_posix()))
    return list(cleaned(root, sorted(paths[:PAGES])))


def _lot(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


# speed ----------------------------------------------------------------------------------------


def rate(predict: Predict, texts: Texts, size: int) -> float:
    """Texts per second of CPU time, `size` of them at once."""
    start = time.process_time()
    for n in range(0, len(texts), size):
        predict(texts[n : n + size])
    return len(texts) / (time.process_time() - start)


def speed(sites: Sites, rounds: int) -> None:
    examples = [(text_of(d), DOMAINS[site]) for site in sites for d in sites[site][::4]]
    some, labels = [text for text, _ in examples], [name for _, name in examples]
    predicts = [train(some, labels, 0) for train in (ours, *PEERS.values())]
    for site, documents in sites.items():
        texts = [text_of(d) for d in documents[:BATCH]]
        words = mean(len(re.findall(r"\w\w+", text)) for text in texts)
        for how, size in (("one", 1), ("batch", BATCH)):
            taken = [[rate(predict, texts, size) for predict in predicts] for _ in range(rounds)]
            we, *they = (median(column) for column in zip(*taken, strict=True))
            note = f"{size} at once; {words:.0f} words a document, {we * words:.0f} words a second"
            for peer, value in zip(PEERS, they, strict=True):
                metric, target = f"{site}_docs_per_cpu_second_{how}", round(ASKED / value, 2)
                report("classify", metric, we, "1/s", peer, value, we / value, target, note)


# quality --------------------------------------------------------------------------------------


async def labelled(sites: Sites) -> AsyncIterator[tuple[str, list[Example]]]:
    """(who labelled, documents with their labels)."""
    topics = read_topics(find_topics(Config(name="x").topics))
    by_keywords = keywords(AgentContext(options={}, topics=topics, model=None, seed=0))
    yield "site", [e for s in sites for e in await _examples(sites[s], _always(DOMAINS[s]))]
    two = [*sites["gimp"], *sites["opencv"]]
    yield "scripted", await _examples(two, scripted(RULES))
    yield "keywords", await _examples([*two, *sites["biology"]], by_keywords)


def _always(name: str) -> Labeller:
    async def labeller(text: str, title: str, captions: Sequence[str]) -> tuple[str, str]:
        return name, "of that site"

    return labeller


async def _examples(documents: list[Document], labeller: Labeller) -> list[Example]:
    texts = {d.id: text_of(d) for d in documents}
    found = [x async for x in label(documents, labeller, "x") if isinstance(x, Label)]
    return [Example(x, texts[x.document]) for x in sorted(found, key=lambda x: x.document)]


def quality(name: str, examples: list[Example], rounds: int) -> None:
    from sklearn.metrics import accuracy_score, f1_score

    trains = (ours, *PEERS.values())
    taken = [list(_judged(train, examples, rounds)) for train in trains]
    classes = ", ".join(sorted({e.label.label for e in examples}))
    note = f"mean of {rounds} splits of {len(examples)} documents; {classes}"
    for metric, score in (
        ("accuracy", accuracy_score),
        ("macro_f1", lambda truth, said: f1_score(truth, said, average="macro", zero_division=0)),
    ):
        we, *they = (mean(score(*pair) for pair in column) for column in taken)
        for peer, value in zip(PEERS, they, strict=True):
            report("classify", f"{name}_{metric}", we, "", peer, value, we / value, 1.0, note)


def _judged(
    train: Train, examples: list[Example], rounds: int
) -> Iterator[tuple[list[str], Sequence[str]]]:
    """(labels, what was said) of the held-out documents of each split."""
    for seed in range(rounds):
        learn, rest = split(examples, HELD_OUT, seed)
        predict = train([e.text for e in learn], [e.label.label for e in learn], seed)
        yield [e.label.label for e in rest], predict([e.text for e in rest])


async def compared(sites: Sites, rounds: int) -> None:
    speed(sites, rounds)
    async for name, examples in labelled(sites):
        quality(name, examples, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for site in DOMAINS:
        parser.add_argument(f"--{site}", type=Path, required=True, help="the site's root")
    parser.add_argument("--rounds", type=int, default=3)
    options = vars(parser.parse_args())
    warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
    sites = {site: drawn(options[site]) for site in DOMAINS}
    asyncio.run(compared(sites, options["rounds"]))


if __name__ == "__main__":
    main()
