"""The command line. Exit codes are those of `errors.py`."""

from __future__ import annotations

import asyncio
import shlex
import shutil
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vqva_crawl.cli import doctor, retry, screen, verify
from vqva_crawl.cli.arguments import JsonOption, RunArgument, SetOption
from vqva_crawl.cli.ending import Commands, by_hand, out, say, say_end, say_object
from vqva_crawl.errors import ConfigError, Pending
from vqva_crawl.version import __version__

app = typer.Typer(
    name="vqva-crawl",
    cls=Commands,
    help="From web pages to (question image, instruction, answer image) triples.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(screen.app, name="screen")


@app.callback(invoke_without_command=True)
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(f"vqva-crawl {__version__}")
        raise typer.Exit


@app.command("run")
def run_command(
    context: typer.Context,
    config: Annotated[str, typer.Option(help="A path, or the name of a shipped config.")],
    set_: SetOption = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, help="At most this many new rounds in this call.")
    ] = None,
    fork: Annotated[
        str | None, typer.Option(help="Start run NAME with this run's documents.", metavar="NAME")
    ] = None,
    collect_only: Annotated[
        bool, typer.Option("--collect-only", help="Stop before the chain of agents.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, print the config, fetch nothing.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
    json: JsonOption = False,
) -> None:
    """Start or continue a run, and publish its dataset and report."""
    from vqva_crawl.cli.playing import play_as_json, play_for_people
    from vqva_crawl.config import load, to_yaml
    from vqva_crawl.running import check, run
    from vqva_crawl.storage.folder import RunFolder
    from vqva_crawl.tally import Progress

    resolved = load(config, set_ or [])
    if dry_run:
        check(resolved)
        if json:
            say_end(0, None, "--dry-run")
        elif not quiet:
            typer.echo(to_yaml(resolved), nl=False)
        return
    progress = Progress()
    play = partial(
        run, resolved, rounds=rounds, fork=fork, collect_only=collect_only, progress=progress
    )
    batches = RunFolder(resolved.storage, fork or resolved.name).batches
    with by_hand(batches, not resolved.model.submit):
        if json:
            play_as_json(play, resolved, fork or resolved.name, progress, quiet, context)
        else:
            play_for_people(play, progress, quiet)


@app.command()
def status(run: RunArgument, set_: SetOption = None, json: JsonOption = False) -> None:
    """Show how far a run is, what each stage let through, and what could not be had."""
    from vqva_crawl.existing import existing
    from vqva_crawl.reporting import report_of
    from vqva_crawl.watch import figures, tables

    with existing(run, set_, lock=False) as (_, folder, ledger):
        report = report_of(folder, ledger)
    if json:
        say_object(figures(report))
    else:
        out.print(*tables(report))


app.command("retry")(retry.retry_command)
app.command("verify")(verify.verify_command)
app.command("doctor")(doctor.doctor_command)


@app.command("estimate")
def estimate_command(
    config: Annotated[str, typer.Option(help="A path, or the name of a shipped config.")],
    set_: SetOption = None,
    documents: Annotated[int, typer.Option(min=1, help="How many documents to ask about.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Ask the models about a few collected documents, and tell what all of them will cost."""
    from vqva_crawl.config import load
    from vqva_crawl.estimating.projecting import estimate
    from vqva_crawl.estimating.show import shown
    from vqva_crawl.estimating.trying import trial
    from vqva_crawl.running import check

    resolved = load(config, set_ or [])
    topics = check(resolved)
    sets = [word for key in set_ or [] for word in ("--set", key)]
    collecting = shlex.join(["vqva-crawl", "run", "--config", config, *sets, "--collect-only"])
    told = estimate(trial(resolved, topics, documents, collecting), resolved)
    if json:
        say(told.model_dump_json(indent=1, ensure_ascii=True))
    else:
        out.print(*shown(told), sep="\n")


@app.command()
def inspect(
    run: RunArgument,
    id: Annotated[str, typer.Argument(metavar="ID", help="6 or more of its id's hex digits.")],
    set_: SetOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON, nothing cut.")] = False,
) -> None:
    """Tell a sample's or a rejected record's story: page, pictures, and each agent's answers."""
    from vqva_crawl.existing import existing
    from vqva_crawl.inspecting.gather import story_of
    from vqva_crawl.inspecting.show import shown

    with existing(run, set_, lock=False) as (config, folder, ledger):
        story = story_of(id, config, folder, ledger)
    if json:
        say(story.model_dump_json(indent=1, ensure_ascii=True))
    else:
        out.print(*shown(story), sep="\n")


@app.command()
def publish(run: RunArgument, set_: SetOption = None) -> None:
    """Write dataset, card and report of a run again."""
    from vqva_crawl.existing import existing
    from vqva_crawl.publish.assemble import publish_run

    with existing(run, set_, lock=True) as (config, folder, ledger):
        published = publish_run(config, folder, ledger)
    typer.echo(f"{published.samples} triples in {published.dataset}")
    if published.beyond_share:
        typer.echo(published.beyond_share)


@app.command()
def report(run: RunArgument, set_: SetOption = None) -> None:
    """Write the picture report of a run again, and say where it is."""
    from vqva_crawl.existing import existing
    from vqva_crawl.publish.assemble import publish_report

    with existing(run, set_, lock=True) as (config, folder, ledger):
        typer.echo(publish_report(config, folder, ledger))


@app.command()
def collect(run: RunArgument, set_: SetOption = None) -> None:
    """File the answers of a run's batches; exit 6 while some are still awaited."""
    from vqva_crawl.existing import existing
    from vqva_crawl.registry import load_plugins
    from vqva_crawl.world import collect_answers

    with existing(run, set_, lock=True) as (config, folder, _):
        load_plugins(config.plugins)  # their agents may ask models too
        seen = asyncio.run(collect_answers(config, folder))
    typer.echo(seen)
    if seen.waiting:
        with by_hand(folder.batches, not config.model.submit):
            are = "batch is" if seen.waiting == 1 else "batches are"
            raise Pending(f"{seen.waiting} {are} not answered yet")


@app.command()
def init(
    template: Annotated[str, typer.Argument(help="The name of a shipped config, such as site.")],
) -> None:
    """Write a shipped config into the current folder, to be edited."""
    from vqva_crawl.config import shipped
    from vqva_crawl.storage.parts import storage_errors

    source = shipped(f"{template}.yaml")
    if "/" in template or not source.is_file():
        names = ", ".join(sorted(p.stem for p in shipped("quickstart.yaml").parent.glob("*.yaml")))
        raise ConfigError(f"no template '{template}'; there are {names}")
    target = Path(f"{template}.yaml")
    if target.exists():
        raise ConfigError(f"{target} exists already; move it away first")
    with storage_errors(str(target)):
        shutil.copyfile(source, target)
    typer.echo(f"{target} written: edit it, then vqva-crawl run --config {target}")
