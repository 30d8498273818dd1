"""The `retry` command."""

from __future__ import annotations

from typing import Annotated

import typer

from vqva_crawl.cli.arguments import JsonOption, RunArgument, SetOption
from vqva_crawl.cli.ending import say_object


def retry_command(
    run: RunArgument,
    only: Annotated[
        str,
        typer.Option(
            metavar="REASONS",
            help="With commas: timeout,tls,429,5xx, or any reason that status tells.",
        ),
    ],
    stage: Annotated[str | None, typer.Option(help="Only what was lost at this stage.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Only what lies at this host, on any port if none is named.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")] = False,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Have the next run try again what was lost for these reasons."""
    from vqva_crawl.existing import existing
    from vqva_crawl.repeating import Wanted, find, repeat, resting
    from vqva_crawl.storage.rests import again

    wanted = Wanted(tuple(filter(None, only.split(","))), stage, host and host.lower())
    with existing(run, set_, lock=not dry_run) as (_, folder, ledger):
        found = find(wanted, folder, ledger)
        if not dry_run:
            repeat(found, folder, ledger)
        waiting, hosts = resting(found, folder)
    reasons = found.by_reason()
    pages, documents = len(found.pages), len(found.documents)
    if json:
        counts = {why: {"pages": n, "records": m} for why, (n, m) in reasons.items()}
        say_object({"dry_run": dry_run, "pages": pages, "documents": documents, "reasons": counts})
        return
    for why, (n, m) in reasons.items():
        said = [f"{n} page{'s' * (n != 1)}"] * bool(n) + [f"{m} record{'s' * (m != 1)}"] * bool(m)
        typer.echo(f"{why}: {', '.join(said)}")
    verb = "would be" if dry_run else "will be"
    typer.echo(
        f"{pages} page{'s' * (pages != 1)} and {documents} document{'s' * (documents != 1)} {verb} "
        f"tried again by the next vqva-crawl run"
    )
    if waiting:
        verb = "lies at a host" if waiting == 1 else "lie at hosts"
        typer.echo(f"{waiting} of them {verb} left alone, as asked for: until {again(hosts)}")
