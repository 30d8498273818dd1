"""How all commands end: one clear line, and the exit codes of `errors.py`.

A command that was asked for JSON says the same once more as one object on stdout, which has nothing
else: what plug-ins print meanwhile goes to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from typing import Any, TextIO

import typer
from rich.console import Console
from typer.core import TyperGroup

from vqva_crawl.clients.plain import visible
from vqva_crawl.errors import Pending, Stopped, VqvaError
from vqva_crawl.masking import masked, told

out = Console(soft_wrap=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Tell = Callable[[int, str], object]  # is told the exit code and what went wrong

_stdout: list[TextIO] = []  # of the commands for machines that are under way


@contextmanager
def for_machines() -> Iterator[None]:
    """Meanwhile `say` alone reaches stdout."""
    _stdout.append(sys.stdout)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _stdout.pop()


def say(text: str) -> None:
    """A line for machines, on stdout."""
    typer.echo(text, file=_stdout[-1] if _stdout else None)


def say_object(facts: Mapping[str, Any]) -> None:
    """One object on one line of stdout."""
    say(json.dumps(facts))


def say_end(exit_code: int, error: str | None, because: str | None = None) -> None:
    """The end of a command that has no figures of a run to show."""
    facts = {"exit_code": exit_code, "error": error, "stopped_because": because or error}
    say_object({"event": "end", "seconds": None, **facts, "status": None})


def tell_by(context: typer.Context, tell: Tell) -> None:
    """From here on `tell` is told how the command ends, in place of `say_end`."""
    context.meta[__name__] = tell


@contextmanager
def exit_codes(tell: Tell | None = None) -> Iterator[None]:
    """One clear line and the right exit code for everything that is not a defect of ours."""
    try:
        yield
    except (KeyboardInterrupt, VqvaError) as error:
        code, said = _ending(error)
        for line in said.splitlines():
            err.print(f"vqva-crawl: {visible(line)}", markup=False)
        if tell:
            tell(code, said)
        raise typer.Exit(code) from None


@contextmanager
def defects(tell: Tell | None) -> Iterator[None]:
    """The same word for a wrong option, which Typer explains, and for a defect of ours."""
    try:
        yield
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:
        explained = getattr(error, "format_message", None)
        said = explained() if explained else told(error)
        if tell:
            tell(getattr(error, "exit_code", 1), said)
        raise


def _ending(error: BaseException) -> tuple[int, str]:
    """The exit code, and what is said."""
    match error:
        case Stopped():
            return 128 + error.signum, masked(str(error))
        case VqvaError():
            return error.exit_code, masked(str(error))
    return 130, "stopped before it began"


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

    def make_context(self, info_name: Any, args: list[str], *more: Any, **options: Any) -> Any:
        tell = say_end if "--json" in args else None
        with defects(tell), exit_codes(tell):
            context = super().make_context(info_name, args, *more, **options)
        context.meta[__name__] = tell
        return context

    def invoke(self, ctx: Any) -> Any:
        def tell(code: int, said: str) -> None:
            if known := ctx.meta[__name__]:  # by now: a run tells more than what it began with
                known(code, said)

        with (
            for_machines() if ctx.meta[__name__] else nullcontext(),
            defects(tell),
            exit_codes(tell),
        ):
            return super().invoke(ctx)
