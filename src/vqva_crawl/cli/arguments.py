"""What several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="A.B=C", help="Overrides one key.")
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's name or folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
