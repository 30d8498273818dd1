"""Peak memory of the driver as a site grows from ten thousand URLs to a hundred thousand.

    python scripts/bench/memory.py

The rounds, the ledger and the planning of units are the real ones; pages come from an engine that
fetches nothing and says what each of them links to. So the figure is what a run holds on to, not
what a page takes for a moment. Each size in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from statistics import median

from costs import cost
from rows import report

SIZES = (10_000, 100_000)
ALLOWED = 1.2
LINKS = 20  # of a page


def run(count: int, folder: Path) -> None:
    """Discovers a site of `count` pages, and collects them."""
    from vqva_crawl.clients.cached import StoredResponses
    from vqva_crawl.config import Config
    from vqva_crawl.engines.base import Build
    from vqva_crawl.records import Hit, Query, Target
    from vqva_crawl.rounds.collecting import discover
    from vqva_crawl.rounds.driver import Driver
    from vqva_crawl.storage.cache import Entries
    from vqva_crawl.storage.ledger import Ledger
    from vqva_crawl.storage.parts import PartStore
    from vqva_crawl.storage.rests import Rests
    from vqva_crawl.storage.units import Manifest, Unit, UrlOutcome

    def target(number: int, depth: int) -> Target:
        url = f"https://www.site-{number % 20:02d}.example/articles/{number:06d}/a-title.html"
        return Target(key=url, url=url, depth=depth, backend="tree")

    def number(url: str) -> int:
        return int(url.split("/")[4])

    class Tree:
        """Page n leads to the pages LINKS n + 1 … and, as menus do, to the first ones."""

        name, exhaust, max_pages = "tree", False, None

        async def seeds(self) -> list[Target]:
            return [target(0, 0)]

        def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
            return [target(number(link), depth + 1) for link in links]

        def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None: ...

        async def search(self, query: Query, limit: int) -> list[Hit]:
            return []

    class Told:
        async def run(self, units: Sequence[Unit], build: Build) -> AsyncIterator[Manifest]:
            for unit in units:
                outcomes = tuple(outcome(target) for target in unit.targets)
                yield Manifest(unit=unit.id, kind="collect", files={}, survival={}, urls=outcomes)

        async def aclose(self) -> None: ...

    def outcome(page: Target) -> UrlOutcome:
        first = LINKS * number(page.url) + 1
        linked = [*range(LINKS), *range(first, min(first + LINKS, count))]
        links = tuple(target(n, 0).url for n in linked)
        said = {"key": page.key, "depth": page.depth, "backend": page.backend, "links": links}
        return UrlOutcome(**said, stage="screen", reason="too_few_images")

    class Silent:
        def phase(self, number: int, name: str, units: int) -> None: ...
        def committed(self, manifest: Manifest) -> None: ...
        def line(self, text: str) -> None: ...

    ledger = Ledger(f"sqlite:///{folder}/ledger.sqlite")
    driver = Driver(
        config=Config(name="bench"),
        ledger=ledger,
        parts=PartStore(str(folder / "parts")),
        topics=(),
        backends=[Tree()],
        engine=Told(),
        build=None,  # type: ignore[arg-type]
        rests=Rests(folder / "rests"),
        stored=StoredResponses(Entries(folder / "pages")),
        models=None,  # type: ignore[arg-type]
        watcher=Silent(),
    )
    asyncio.run(discover(driver, 1))
    with ledger.begin() as c:
        from vqva_crawl.storage import frontier

        if frontier.taken(c) != count:
            raise SystemExit(f"{frontier.taken(c)} of {count} pages were taken")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(int(options.run[0]), Path(options.run[1]))
        return
    peaks: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(options.rounds):
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                command = [sys.executable, __file__, "--run", str(size), folder]
                peaks[size].append(cost(command).peak)
    small, large = (median(peaks[size]) for size in SIZES)
    note = f"{SIZES[1]} URLs against {SIZES[0]}"
    ratio, target = small / large, 1 / ALLOWED
    report("memory", "peak", large, "MiB", f"{SIZES[0]} URLs", small, ratio, target, note)


if __name__ == "__main__":
    main()
