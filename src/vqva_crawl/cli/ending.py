"""How all commands end: one clear line, and the exit codes of `errors.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from vqva_crawl.clients.plain import visible
from vqva_crawl.errors import Pending, Stopped, VqvaError

out = Console(soft_wrap=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


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
            err.print(f"vqva-crawl: {visible(line)}", markup=False)
        raise typer.Exit(error.exit_code) from None


@contextmanager
def by_hand(batches: Path, alone: bool) -> Iterator[None]:
    """Around what may wait for a batch: where its files are, when nobody else takes them."""
    try:
        yield
    except Pending as pending:
        if not alone:
            raise
        where = f"answer each {batches}/*/NAME.jsonl in a NAME.answers.jsonl beside it"
        raise Pending(f"{pending}; {where}, then run again") from None


class Commands(TyperGroup):
    """Reads what was typed and calls the command, both to end as stated above."""

    def make_context(self, *args: Any, **options: Any) -> Any:
        with exit_codes():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        with exit_codes():
            return super().invoke(ctx)
