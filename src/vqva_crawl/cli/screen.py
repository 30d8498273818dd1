"""The `screen` commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from vqva_crawl.cli.arguments import SetOption
from vqva_crawl.cli.ending import err

app = typer.Typer(
    help="Label documents, train the screen's classifier, and judge it.", no_args_is_help=True
)

LabelsArgument = Annotated[
    Path | None, typer.Argument(metavar="LABELS", help="A file that `screen label` wrote.")
]
RunsArgument = Annotated[
    list[str], typer.Argument(metavar="RUN...", help="Names or folders of runs.")
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


@app.command("label")
def label_command(
    runs: RunsArgument,
    out: Annotated[Path, typer.Option(help="The labels' file (JSON lines); it is added to.")],
    count: Annotated[int, typer.Option(min=1, help="Documents to have labels for.")] = 300,
    labeller: Annotated[str, typer.Option(help="A registered labeller.")] = "keywords",
    set_: SetOption = None,
) -> None:
    """Label a sample of the runs' documents; those with a label are not asked for again."""
    from vqva_crawl.screening import label_runs

    labels, before = label_runs(runs, out, count, labeller, _say, set_ or ())
    typer.echo(f"{out}: {_counted(x.label for x in labels)}; {before} before")


@app.command("train")
def train_command(
    out: Annotated[Path, typer.Option(help="The model's folder.")],
    labels: LabelsArgument = None,
    run: RunOption = None,
    from_run: EarlierOption = None,
    kind: Annotated[
        Literal["hashed", "fasttext"], typer.Option(help="What tells the classes apart.")
    ] = "hashed",
    held_out: Annotated[
        float, typer.Option(min=0, max=0.9, help="The share kept back for `screen evaluate`.")
    ] = 0.25,
    seed: Annotated[int, typer.Option(help="Of the draw and of the training.")] = 0,
) -> None:
    """Train a classifier on labelled documents, or on what earlier rounds accepted."""
    from vqva_crawl.screening import gather, train_on

    examples = gather(labels, run or (), from_run or (), _say)
    learned, rest = train_on(examples, out, kind, held_out, seed, _say)
    typer.echo(f"{out}: trained on {_counted(learned)}; {rest} held out")


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
    classes: Annotated[
        str | None,
        typer.Option(help="What screen.classes will be, with commas; all but other by default."),
    ] = None,
) -> None:
    """Judge a classifier on the labelled documents that it was not trained on."""
    from vqva_crawl.screening import evaluate_on, gather
    from vqva_crawl.stages.classify import DOMAINS

    wanted = DOMAINS if classes is None else [name.strip() for name in classes.split(",")]
    examples = gather(labels, run or (), from_run or (), _say)
    for line in evaluate_on(model, examples, out, precision, wanted):
        typer.echo(line)
    typer.echo(f"figures and picture in {out}")


def _say(text: str) -> None:
    err.print(f"vqva-crawl: {text}", markup=False)


def _counted(names: Iterable[str]) -> str:
    """'120 documents (other 50, reasoning 70)'."""
    count = Counter(names)
    inside = ", ".join(f"{name} {n}" for name, n in sorted(count.items()))
    return f"{count.total()} documents ({inside or 'none'})"
