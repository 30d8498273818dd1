"""What the `screen` commands do: labels for documents, a classifier of them, how good it is."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.clients.base import ChatModel
from vqva_crawl.clients.model.asked import Asked
from vqva_crawl.config import Config, find_topics
from vqva_crawl.errors import ConfigError, GateError, Stopped
from vqva_crawl.existing import existing
from vqva_crawl.records import Document, Rejected, digest
from vqva_crawl.registry import check_options, load_plugins, lookup
from vqva_crawl.stages.classify.curve import draw
from vqva_crawl.stages.classify.deciding import check_wanted
from vqva_crawl.stages.classify.earlier import earlier_examples
from vqva_crawl.stages.classify.evaluating import Evaluation, evaluate, sentences
from vqva_crawl.stages.classify.labellers import Labeller
from vqva_crawl.stages.classify.labels import DOMAINS, Label, LabelFile, label, read_labels
from vqva_crawl.stages.classify.model import FEWEST, Classifier, Kind, model_digest, too_rare
from vqva_crawl.stages.classify.reading import text_of
from vqva_crawl.stages.classify.sampling import sample
from vqva_crawl.stages.classify.splitting import Example, split
from vqva_crawl.stages.classify.stored import known_documents, read_documents
from vqva_crawl.stages.topics import read_topics
from vqva_crawl.storage.cache import write_whole
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.world import agents_models

Say = Callable[[str], None]  # tells the person who started it

# label ----------------------------------------------------------------------------------------


def label_runs(
    references: Sequence[str],
    out: Path,
    count: int,
    labeller: str,
    say: Say,
    overrides: Sequence[str] = (),
) -> tuple[list[Label], int]:
    """Labels a sample of all the runs' documents; returns all labels of `out`, and how many it had.

    `overrides` are `a.b=value` lines that go before each run's own config: another model, say.
    Raises GateError when none of them got one.
    """
    references = list(dict.fromkeys(references))
    known = read_labels(out)
    drawn = [place for place in _drawn(references, count, overrides) if place.id not in known]
    failed: list[Rejected] = []
    for reference in references:
        units = {place.id: place.unit for place in drawn if place.run == reference}
        with existing(reference, list(overrides), lock=False) as (config, folder, _):
            config = with_labeller(config, labeller)
            documents = read_documents(folder.parts(), units)
            failed += label_documents(documents, config, folder, out) if units else []
    if failed:
        said = f"{len(failed)} not labelled, such as {failed[0].url}: {failed[0].detail}"
        if len(failed) == len(drawn):
            raise GateError(said)
        say(said)
    return list(read_labels(out).values()), len(known)


class Place(NamedTuple):
    """Where a document lies."""

    id: str
    run: str
    unit: str


def _drawn(references: Sequence[str], count: int, overrides: Sequence[str]) -> list[Place]:
    """A sample over all the runs, by the seed of the first; what several hold counts once."""
    places: dict[str, Place] = {}
    urls: dict[str, str] = {}
    seeds: list[int] = []
    for reference in references:
        with existing(reference, list(overrides), lock=False) as (config, _, ledger):
            seeds.append(config.seed)
            for id, (unit, url) in known_documents(ledger).items():
                places.setdefault(id, Place(id, reference, unit))
                urls.setdefault(id, url)
    return [places[id] for id in sample(urls.items(), count, seeds[0])]


def with_labeller(config: Config, name: str) -> Config:
    """The config with this labeller in it, checked. Raises ConfigError."""
    load_plugins(config.plugins)
    choice = config.screen.labeller
    if choice.name != name:
        choice = type(choice)(name=name)
    check_options("labeller", choice.name, choice.options, "screen.labeller.options")
    screen = config.screen.model_copy(update={"labeller": choice})
    return config.model_copy(update={"screen": screen})


def labeller_of(config: Config, model: ChatModel | None) -> Labeller:
    """The config's labeller, with what it may use."""
    choice, topics = config.screen.labeller, read_topics(find_topics(config.topics))
    context = AgentContext(options=choice.options, topics=topics, model=model, seed=config.seed)
    labeller: Labeller = lookup("labeller", choice.name)(context)
    return labeller


def label_documents(
    documents: Iterable[Document], config: Config, folder: RunFolder, out: Path
) -> list[Rejected]:
    """Adds a label for each document to a file as it comes; returns those that got none.

    Raises Stopped at Ctrl-C, and what ends the labeller's work; what was labelled is kept.
    """
    failed: list[Rejected] = []
    file = LabelFile(out)
    name = config.screen.labeller.name

    async def work() -> None:
        async with agents_models(config, folder, ["labeller"]) as models:
            model = models.get("labeller")
            asked = Asked(model, "labeller", "", "", id) if model else None
            async for answer in label(documents, labeller_of(config, asked), name):
                if isinstance(answer, Label):
                    file.add(answer)
                else:
                    failed.append(answer)

    try:
        asyncio.run(work())
    except KeyboardInterrupt:
        raise Stopped(signal.SIGINT, f"stopped; {out} is kept, the same command goes on") from None
    finally:
        file.close()
    return failed


# train ----------------------------------------------------------------------------------------


def train_on(
    examples: Sequence[Example], out: Path, kind: Kind, held_out: float, seed: int, say: Say
) -> tuple[Sequence[str], int]:
    """Trains and saves a classifier; returns the labels it learned and how many are held out."""
    learn, rest = split(examples, held_out, seed)
    names = [e.label.label for e in learn]
    classifier = Classifier.train([e.text for e in learn], names, seed, kind)
    if rare := too_rare(names):
        say(f"left out are classes with fewer than {FEWEST} examples ({_counts(rare)})")
    classifier.save(out)
    return [name for name in names if name not in rare], len(rest)


def gather(
    labels: Path | None, runs: Sequence[str], earlier: Sequence[str], say: Say
) -> list[Example]:
    """Labelled documents with their texts, sorted by id. A label of the file goes before what an
    earlier run says of its own document, too. ConfigError when there are none."""
    if labels is None and not earlier:
        raise ConfigError("give a file of labels, or a run to learn from with --from-run")
    found: dict[str, Example] = {}
    for reference in earlier:
        with existing(reference, None, lock=False) as (_, folder, ledger):
            examples, unsaid = earlier_examples(folder.name, ledger, folder.parts())
        found.update((e.label.document, e) for e in examples)
        if unsaid:
            say(f"{reference}: left out are documents that it says nothing of ({_counts(unsaid)})")
    if labels is not None:
        found.update(_from_file(labels, [*runs, *earlier], say))
    if not found:
        raise ConfigError(f"{', '.join(earlier)}: the chain came to a verdict on no document")
    return [found[id] for id in sorted(found)]


def _counts(reasons: Counter[str]) -> str:
    return ", ".join(f"{reason} {n}" for reason, n in reasons.most_common())


def _from_file(path: Path, runs: Sequence[str], say: Say) -> dict[str, Example]:
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file; `vqva-crawl screen label` writes one")
    labels = read_labels(path)
    if not labels:
        raise ConfigError(f"{path}: no labels in it")
    if not runs:
        raise ConfigError(f"{path}: name the runs that hold these documents with --run")
    found: dict[str, Example] = {}
    for reference in runs:
        with existing(reference, None, lock=False) as (_, folder, ledger):
            places = known_documents(ledger).items()
            units = {id: unit for id, (unit, _) in places if id in labels}
            for document in read_documents(folder.parts(), units):
                text = text_of(document)
                mine = labels[document.id].model_copy(update={"text": digest(text)})
                found[document.id] = Example(mine, text)
    if missing := len(labels) - len(found):
        said = f"{path}: {missing} of {len(labels)} labelled documents are not in {', '.join(runs)}"
        if not found:
            raise ConfigError(said)
        say(said)
    return found


# evaluate -------------------------------------------------------------------------------------


def evaluate_on(
    model: Path,
    examples: Sequence[Example],
    out: Path,
    precision: float,
    wanted: Sequence[str] = DOMAINS,
) -> Iterable[str]:
    """Writes evaluation.json and thresholds.png into a folder; returns them in sentences.

    `wanted` are the classes that the screen is to let pass (`screen.classes`).
    """
    classifier = Classifier.load(model)
    check_wanted(wanted, classifier.classes, "--classes")
    evaluation = judged(classifier, examples, precision, wanted)
    facts = {"model": model_digest(model), "trained_on": classifier.facts.examples}
    figures = json.dumps({**facts, **evaluation.model_dump(mode="json")}, indent=1)
    write_whole(out / "evaluation.json", figures.encode())
    write_whole(out / "thresholds.png", draw(evaluation))
    return sentences(evaluation)


def judged(
    classifier: Classifier,
    examples: Sequence[Example],
    precision: float,
    wanted: Sequence[str] = DOMAINS,
) -> Evaluation:
    """The figures on those examples that it did not learn from; ConfigError when it learned all."""
    seen = set(classifier.facts.trained_on)
    unseen = [e for e in examples if e.label.text not in seen]
    if not unseen:
        raise ConfigError(
            f"all {len(examples)} labelled documents were trained on; label more of them, or "
            f"train with --held-out"
        )
    chances = classifier.probabilities([e.text for e in unseen])
    labels = [e.label.label for e in unseen]
    return evaluate(classifier.classes, labels, chances, precision, wanted)
