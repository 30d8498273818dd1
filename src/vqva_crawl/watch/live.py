"""How a run is shown to the person who started it: a live line, or plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from vqva_crawl.storage.units import Manifest
from vqva_crawl.tally import Progress

PLAIN_SECONDS = 5.0  # between two plain progress lines


class Quiet:
    """Says nothing but what went wrong."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def phase(self, number: int, name: str, units: int) -> None: ...
    def committed(self, manifest: Manifest) -> None: ...

    def line(self, text: str) -> None:
        self._console.print(text, markup=False)


class Plain(Quiet):
    """One line a phase and one every few seconds: for logs and cron mails."""

    def __init__(self, console: Console, progress: Progress) -> None:
        super().__init__(console)
        self._progress = progress
        self._said = 0.0
        progress.on_wait = self._wait

    def phase(self, number: int, name: str, units: int) -> None:
        self.line(f"round {number}: {name}: {units} {'unit' if units == 1 else 'units'}")

    def committed(self, manifest: Manifest) -> None:
        if time.monotonic() - self._said >= PLAIN_SECONDS:
            self._said = time.monotonic()
            p = self._progress
            self.line(
                f"  {p.pages} pages, {p.images} images, {p.accepted} accepted, "
                f"{p.rejected} rejected"
            )

    def _wait(self, host: str, seconds: float) -> None:
        self.line(f"  {waits([(host, seconds)])}")


class Screen:
    """A live view for terminals; a context manager and a watcher."""

    def __init__(self, console: Console, progress: Progress, clock: Callable[[], float]) -> None:
        self._progress = progress
        self._clock = clock
        self._began = self._phase_began = clock()
        self._title = "starting"
        self._units = self._done = 0
        self._live = Live(console=console, get_renderable=self._view, refresh_per_second=4)
        self._console = console

    def __enter__(self) -> Screen:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.update(Text(""), refresh=True)
        self._live.stop()

    def phase(self, number: int, name: str, units: int) -> None:
        self._title = f"round {number}: {name}"
        self._units, self._done, self._phase_began = units, 0, self._clock()

    def committed(self, manifest: Manifest) -> None:
        self._done += 1

    def line(self, text: str) -> None:
        self._console.print(text, markup=False)

    def _view(self) -> RenderableType:
        p, seconds = self._progress, max(self._clock() - self._began, 1e-6)
        rates = Table.grid(padding=(0, 3))
        for name, count in (("pages", p.pages), ("images", p.images), ("accepted", p.accepted)):
            rates.add_row(name, str(count), f"{count / seconds:.1f}/s")
        rates.add_row("rejected", str(p.rejected), "")
        head = f"{self._title}   unit {self._done} of {self._units}   {self._left()}"
        at_work = ", ".join(sorted(set(p.at_work.values()))[:4])
        bar = ProgressBar(total=max(self._units, 1), completed=self._done, width=60)
        lines = [Text(at_work, style="dim"), *self._waits()]
        return Group(Text(head, style="bold"), bar, rates, *lines)

    def _waits(self) -> list[Text]:
        now = time.monotonic()
        pauses = list(self._progress.waits.items())  # the run adds to them in another thread
        left = [(host, until - now) for host, until in pauses if until > now]
        return [Text(waits(left), style="yellow")] if left else []

    def _left(self) -> str:
        """Time left of this phase, from the units done so far."""
        if not self._done:
            return ""
        each = (self._clock() - self._phase_began) / self._done
        return f"about {each * (self._units - self._done):.0f} s left"


def waits(left: Sequence[tuple[str, float]]) -> str:
    """Hosts that asked for a pause and the seconds left of it, in words; the longest first."""
    longest = sorted(left, key=lambda wait: -wait[1])
    shown = ", ".join(f"{host} for {_span(seconds)}" for host, seconds in longest[:4])
    more = f" and {len(left) - 4} more" if len(left) > 4 else ""
    return f"waits: {shown}{more} (asked to slow down)"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
