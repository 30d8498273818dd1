"""Playing a run before the eyes of people, or of machines."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import typer

from vqva_crawl.cli.ending import err, out, say, tell_by
from vqva_crawl.config import Config
from vqva_crawl.reporting import RunReport, report_of
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.tally import Progress
from vqva_crawl.watch import Events, Plain, Quiet, Screen, figures, tables

Play = Callable[..., RunReport]


def play_for_people(play: Play, progress: Progress, quiet: bool) -> None:
    """Shows a run as it goes on, and what it came to."""
    if quiet:
        play(watcher=Quiet(err))
        return
    if out.is_terminal:
        with Screen(out, progress, time.monotonic) as live:
            report = play(watcher=live)
    else:
        report = play(watcher=Plain(err, progress))
    out.print(*tables(report))


def play_as_json(
    play: Play, config: Config, name: str, progress: Progress, quiet: bool, context: typer.Context
) -> None:
    """Prints the events of the run `name`, a JSON object a line.

    The last one says how it ended; people read on stderr what went wrong, as ever.
    """
    events = Events(say, progress, quiet)
    tell_by(context, lambda code, error: events.end(code, error, _figures(config, name)))
    report = play(watcher=events)
    events.end(0, None, figures(report))


def _figures(config: Config, name: str) -> dict[str, Any] | None:
    """Those of a run that did not end well; None where it never began."""
    folder = RunFolder(config.storage, name)
    try:
        with closing(folder.ledger(read_only=True)) as ledger:
            return figures(report_of(folder, ledger))
    except Exception:  # it may be what the run ended for, and that is told already
        return None
