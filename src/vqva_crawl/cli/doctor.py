"""The `doctor` command."""

from __future__ import annotations

from typing import Annotated

import typer

from vqva_crawl.cli.arguments import JsonOption, SetOption
from vqva_crawl.cli.ending import out, say_object


def doctor_command(
    config: Annotated[
        str, typer.Option(help="A path, or the name of a shipped config.")
    ] = "quickstart",
    offline: Annotated[
        bool, typer.Option("--offline", help="Look at this machine alone; ask nobody.")
    ] = False,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Look at all that a run needs: machine, disk, search backends, model endpoints."""
    from vqva_crawl.doctor.examining import examine
    from vqva_crawl.doctor.show import as_object, shown

    diagnosis = examine(config, set_ or [], offline)
    if json:
        say_object(as_object(diagnosis))
    else:
        out.print(*shown(diagnosis), sep="\n", soft_wrap=True)
    raise typer.Exit(diagnosis.exit_code)
