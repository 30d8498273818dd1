"""The `screen` commands: labels for documents, a classifier that learns them, how good it is."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.clients.base import ChatModel
from vqva_crawl.clients.model.opening import Asked
from vqva_crawl.commands import err, existing, exit_codes
from vqva_crawl.config import Config, find
from vqva_crawl.errors import ConfigError, GateError, Stopped
from vqva_crawl.records import Document, Rejected, digest
from vqva_crawl.registry import check_options, load_plugins, lookup
from vqva_crawl.stages.classify.curve import draw
from vqva_crawl.stages.classify.earlier import earlier_examples
from vqva_crawl.stages.classify.evaluating import Evaluation, evaluate, sentences
from vqva_crawl.stages.classify.labellers import Labeller
from vqva_crawl.stages.classify.labels import Label, LabelFile, label, read_labels
from vqva_crawl.stages.classify.model import Classifier, Kind, model_digest
from vqva_crawl.stages.classify.reading import text_of
from vqva_crawl.stages.classify.sampling import sample
from vqva_crawl.stages.classify.splitting import Example, split
from vqva_crawl.stages.classify.stored import known_documents, read_documents
from vqva_crawl.stages.topics import read_topics
from vqva_crawl.storage.cache import write_whole
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.world import agents_models

app = typer.Typer(
    help="Label documents, train the screen's classifier, and judge it.", no_args_is_help=True
)

LabelsArgument = Annotated[
    Path | None, typer.Argument(metavar="LABELS", help="A file that `screen label` wrote.")
]
RunOption = Annotated[
    list[str] | None,
    typer.Option("--run", metavar="RUN", help="A run that holds labelled documents; repeatable."),
]
EarlierOption = Annotated[
    list[str] | None,
    typer.Option(
        "--from-run",
        metavar="RUN",
        help="A run whose own accepted and rejected samples are the labels; repeatable.",
    ),
]


# label ----------------------------------------------------------------------------------------


@app.command("label")
def label_command(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's name or folder.")],
    out: Annotated[Path, typer.Option(help="The labels' file (JSON lines); it is added to.")],
    count: Annotated[int, typer.Option(min=1, help="Documents to have labels for.")] = 300,
    labeller: Annotated[str, typer.Option(help="A registered labeller.")] = "keywords",
) -> None:
    """Label a sample of a run's documents; those with a label are not asked for again."""
    with exit_codes():
        known = read_labels(out)
        with existing(run, None, lock=False) as (config, folder, ledger):
            config = with_labeller(config, labeller)
            places = known_documents(ledger)
            urls = ((id, url) for id, (_, url) in places.items())
            drawn = sample(urls, count, config.seed)
            units = {id: places[id][0] for id in drawn if id not in known}
            documents = read_documents(folder.parts(), units)
            failed = label_documents(documents, config, folder, out)
        labels = read_labels(out)
        typer.echo(f"{out}: {_counted(x.label for x in labels.values())}; {len(known)} before")
        if failed:
            said = f"{len(failed)} not labelled, such as {failed[0].url}: {failed[0].detail}"
            if len(failed) == len(units):
                raise GateError(said)
            err.print(f"vqva-crawl: {said}", markup=False)


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
    choice, topics = config.screen.labeller, read_topics(find(config.topics))
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


@app.command("train")
def train_command(
    out: Annotated[Path, typer.Option(help="The model's folder.")],
    labels: LabelsArgument = None,
    run: RunOption = None,
    from_run: EarlierOption = None,
    kind: Annotated[Kind, typer.Option(help="What tells the classes apart.")] = "hashed",
    held_out: Annotated[
        float, typer.Option(min=0, max=0.9, help="The share kept back for `screen evaluate`.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="Of the draw and of the training.")] = 0,
) -> None:
    """Train a classifier on labelled documents, or on what earlier rounds accepted."""
    with exit_codes():
        examples = gather(labels, run or (), from_run or ())
        learn, rest = split(examples, held_out, seed)
        texts, names = [e.text for e in learn], [e.label.label for e in learn]
        classifier = Classifier.train(texts, names, seed, kind)
        classifier.save(out)
        typer.echo(f"{out}: trained on {_counted(names)}; {len(rest)} held out")


def gather(labels: Path | None, runs: Sequence[str], earlier: Sequence[str]) -> list[Example]:
    """Labelled documents with their texts, sorted by id. A label of the file goes before one that
    an earlier run gives. ConfigError when there are none."""
    if labels is None and not earlier:
        raise ConfigError("give a file of labels, or a run to learn from with --from-run")
    found: dict[str, Example] = {}
    for reference in earlier:
        with existing(reference, None, lock=False) as (_, folder, ledger):
            examples = earlier_examples(folder.name, ledger, folder.parts())
            found.update((e.label.document, e) for e in examples)
    if labels is not None:
        found.update(_from_file(labels, runs))
    if not found:
        raise ConfigError(f"no document of {', '.join(earlier)} went through the chain")
    return [found[id] for id in sorted(found)]


def _from_file(path: Path, runs: Sequence[str]) -> dict[str, Example]:
    if not path.exists():
        raise ConfigError(f"{path}: there is no such file; `vqva-crawl screen label` writes one")
    labels = read_labels(path)
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
        err.print(f"vqva-crawl: {said}", markup=False)
    return found


# evaluate -------------------------------------------------------------------------------------


@app.command("evaluate")
def evaluate_command(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A folder of `screen train`.")],
    out: Annotated[Path, typer.Option(help="The folder for figures and picture.")],
    labels: LabelsArgument = None,
    run: RunOption = None,
    from_run: EarlierOption = None,
    precision: Annotated[
        float, typer.Option(min=0, max=1, help="What a recommended threshold has to reach.")
    ] = 0.9,
) -> None:
    """Judge a classifier on the labelled documents that it was not trained on."""
    with exit_codes():
        classifier = Classifier.load(model)
        evaluation = judged(classifier, gather(labels, run or (), from_run or ()), precision)
        facts = {"model": model_digest(model), "trained_on": classifier.facts.examples}
        figures = json.dumps({**facts, **evaluation.model_dump(mode="json")}, indent=1)
        write_whole(out / "evaluation.json", figures.encode())
        write_whole(out / "thresholds.png", draw(evaluation))
        for line in sentences(evaluation):
            typer.echo(line)
        typer.echo(f"figures and picture in {out}")


def judged(classifier: Classifier, examples: Sequence[Example], precision: float) -> Evaluation:
    """The figures on those examples that it did not learn from; ConfigError when it learned all."""
    seen = set(classifier.facts.trained_on)
    unseen = [e for e in examples if e.label.text not in seen]
    if not unseen:
        raise ConfigError(
            f"all {len(examples)} labelled documents were trained on; label more of them, or "
            f"train with --held-out"
        )
    chances = classifier.probabilities([e.text for e in unseen])
    return evaluate(classifier.classes, [e.label.label for e in unseen], chances, precision)


def _counted(names: Iterable[str]) -> str:
    """'120 documents (other 50, reasoning 70)'."""
    count = Counter(names)
    inside = ", ".join(f"{name} {n}" for name, n in sorted(count.items()))
    return f"{count.total()} documents ({inside or 'none'})"
