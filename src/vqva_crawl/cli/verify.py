"""The `verify` command."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from vqva_crawl.cli.arguments import JsonOption, RunArgument, SetOption
from vqva_crawl.cli.ending import err, out, say_object

if TYPE_CHECKING:
    from vqva_crawl.verifying.asking import Verified

SECONDS = 5.0  # between two lines that tell how far it is


def verify_command(
    run: RunArgument,
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="So many pictures, drawn by the config's seed; all by default."),
    ] = None,
    set_: SetOption = None,
    json: JsonOption = False,
) -> None:
    """Ask whether the URLs of the accepted samples' pictures still show what was stored.

    The web is asked, not the page cache, under the run's rules: robots, opt-outs, limits. Exit
    codes: 0 when all that answered are the same; 3 when one changed, is gone or is not allowed any
    more, or when nothing answered.
    """
    from vqva_crawl.existing import existing
    from vqva_crawl.tally import Progress
    from vqva_crawl.verifying.asking import verify
    from vqva_crawl.verifying.show import as_object, shown
    from vqva_crawl.watch import Plain

    progress = Progress()
    watcher = None if json else Plain(err, progress)
    with existing(run, set_, lock=False) as (config, folder, ledger):
        tell = _telling(watcher.line) if watcher else lambda verified: None
        verified = verify(config, folder, ledger, sample, progress, tell)
    if json:
        say_object(as_object(verified, folder.name))
    else:
        out.print(*shown(verified), sep="\n", soft_wrap=True)
    raise typer.Exit(verified.exit_code)


def _telling(line: Callable[[str], object]) -> Callable[[Verified], None]:
    """Says now and then how far it is."""
    said = time.monotonic()

    def tell(verified: Verified) -> None:
        nonlocal said
        if time.monotonic() - said >= SECONDS:
            said = time.monotonic()
            line(f"  {len(verified.findings)} of {verified.asked} pictures asked for")

    return tell
