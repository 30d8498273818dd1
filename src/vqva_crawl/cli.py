"""The command line. Exit codes are those of `errors.py`."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vqva_crawl.config import Config, load, shipped, to_yaml
from vqva_crawl.errors import ConfigError, Stopped, VqvaError
from vqva_crawl.opening import opened
from vqva_crawl.publish.assemble import publish_report, publish_run
from vqva_crawl.running import check, report_of, run
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.parts import storage_errors
from vqva_crawl.tally import Progress
from vqva_crawl.version import __version__
from vqva_crawl.watch import Plain, Quiet, Screen, summary_table, survival_table

app = typer.Typer(
    name="vqva-crawl",
    help="From web pages to (question image, instruction, answer image) triples.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
out = Console(soft_wrap=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="A.B=C", help="Overrides one key.")
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's name or folder.")]


@contextmanager
def exit_codes() -> Iterator[None]:
    """One clear line and the right exit code for everything that is not a defect of ours."""
    try:
        yield
    except KeyboardInterrupt:
        err.print("vqva-crawl: stopped before it began", markup=False)
        raise typer.Exit(130) from None
    except Stopped as stop:
        err.print(f"vqva-crawl: {stop}", markup=False)
        raise typer.Exit(128 + stop.signum) from None
    except VqvaError as error:
        for line in str(error).splitlines():
            err.print(f"vqva-crawl: {line}", markup=False)
        raise typer.Exit(error.exit_code) from None


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"vqva-crawl {__version__}")
        raise typer.Exit


@app.command("run")
def run_command(
    config: Annotated[str, typer.Option(help="A path, or the name of a shipped config.")],
    set_: SetOption = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="At most this many new rounds in this call.")
    ] = None,
    fork: Annotated[
        str | None, typer.Option(help="Start run NAME with this run's documents.", metavar="NAME")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, print the config, fetch nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
) -> None:
    """Start or continue a run, and publish its dataset and report."""
    with exit_codes():
        resolved = load(config, set_ or [])
        if dry_run:
            check(resolved)
            typer.echo(to_yaml(resolved), nl=False)
            return
        progress = Progress()
        if quiet:
            report = run(resolved, rounds=rounds, fork=fork, watcher=Quiet(err), progress=progress)
            return
        if out.is_terminal:
            with Screen(out, progress, time.monotonic) as screen:
                report = run(resolved, rounds=rounds, fork=fork, watcher=screen, progress=progress)
        else:
            plain = Plain(err, progress)
            report = run(resolved, rounds=rounds, fork=fork, watcher=plain, progress=progress)
        out.print(survival_table(report), summary_table(report))


@contextmanager
def existing(
    reference: str, overrides: list[str] | None, lock: bool
) -> Iterator[tuple[Config, RunFolder, Ledger]]:
    """An existing run by name or folder, under its lock when it is to be changed."""
    places = (Path(reference), Path("runs") / reference)
    folder = next((p.resolve() for p in places if (p / "config.yaml").is_file()), None)
    if folder is None:
        raise ConfigError(f"no run '{reference}': give a name in runs/ or a run's folder")
    config = load(folder / "config.yaml", overrides or [])
    # The folder as it is now: it may have been copied or moved.
    storage = config.storage.model_copy(update={"root": str(folder.parent)})
    config = config.model_copy(update={"name": folder.name, "storage": storage})
    run_folder = RunFolder(storage, config.name)
    if lock:
        with opened(config, run_folder, create=False) as (ledger, _):
            yield config, run_folder, ledger
    else:
        ledger = Ledger(run_folder.ledger_url, create=False)
        try:
            yield config, run_folder, ledger
        finally:
            ledger.close()


@app.command()
def status(run: RunArgument, set_: SetOption = None) -> None:
    """Show how far a run is and what each stage let through."""
    with exit_codes(), existing(run, set_, lock=False) as (_, folder, ledger):
        report = report_of(folder, ledger)
        out.print(survival_table(report), summary_table(report))


@app.command()
def publish(run: RunArgument, set_: SetOption = None) -> None:
    """Write dataset, card and report of a run again."""
    with exit_codes(), existing(run, set_, lock=True) as (config, folder, ledger):
        published = publish_run(config, folder, ledger)
        typer.echo(f"{published.samples} triples in {published.dataset}")


@app.command()
def report(run: RunArgument, set_: SetOption = None) -> None:
    """Write the picture report of a run again, and say where it is."""
    with exit_codes(), existing(run, set_, lock=True) as (config, folder, ledger):
        typer.echo(publish_report(config, folder, ledger))


@app.command()
def init(
    template: Annotated[str, typer.Argument(help="The name of a shipped config, such as site.")],
) -> None:
    """Write a shipped config into the current folder, to be edited."""
    with exit_codes():
        source = shipped(f"{template}.yaml")
        if "/" in template or not source.is_file():
            names = ", ".join(
                sorted(p.stem for p in shipped("quickstart.yaml").parent.glob("*.yaml"))
            )
            raise ConfigError(f"no template '{template}'; there are {names}")
        target = Path(f"{template}.yaml")
        if target.exists():
            raise ConfigError(f"{target} exists already; move it away first")
        with storage_errors(str(target)):
            shutil.copyfile(source, target)
        typer.echo(f"{target} written: edit it, then vqva-crawl run --config {target}")
