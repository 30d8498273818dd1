"""The frontier in SQLite as it grows to ten million URLs: rates, size, and what a wave costs.

    python scripts/bench/ledger.py --folder /tmp          (needs about 6 GB there for 10 million)

URLs come as in a run: the links of one unit's pages, of one host, in one transaction, first those
that are new and then the same again, as other pages of the site would bring them. Hosts are in no
order. No peer; the first figure is the rate at which what is known is found to be known
(the anti-join), the second that of new URLs, each over the last tenth before its size.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from rows import report

from vqva_crawl.records import Target
from vqva_crawl.storage import frontier
from vqva_crawl.storage.ledger import Ledger

T = TypeVar("T")

SIZES = (100_000, 1_000_000, 5_000_000, 10_000_000)
PAGES = 1_000  # URLs of a host
WAVE = 10_000  # as rounds.collecting has it


def links(host: int) -> list[Target]:
    """What the pages of one host lead to."""
    found = []
    for page in range(PAGES):
        url = f"https://www.site-{host:07d}.example/articles/{page * 7919 % PAGES:05d}/a-title.html"
        found.append(Target(key=url, url=url, depth=1 + page % 5, backend="site"))
    return found


def hosts(count: int) -> Iterator[int]:
    order = list(range(count))
    random.Random(0).shuffle(order)
    yield from order


def timed(work: Callable[[], T]) -> tuple[float, float, T]:
    """(wall, CPU) seconds, and what came of it."""
    wall, cpu = time.monotonic(), time.process_time()
    found = work()
    return time.monotonic() - wall, time.process_time() - cpu, found


def add(ledger: Ledger, targets: list[Target]) -> int:
    with ledger.begin() as c:
        return frontier.add_targets(c, targets)


class Filling:
    """Fills the ledger host by host, and times what comes in the last tenth before a size."""

    def __init__(self, ledger: Ledger, size: int) -> None:
        self._ledger = ledger
        self._hosts = hosts(size // PAGES)
        self._there = 0

    def to(self, size: int) -> dict[str, tuple[float, float]]:
        """(URLs per second, per second of CPU time) of "insert" and of "anti_join"."""
        begin = size - size // 10
        count, seconds = 0, {"insert": [0.0, 0.0], "anti_join": [0.0, 0.0]}
        while self._there < size:
            mine = links(next(self._hosts))
            self._there += PAGES
            for name, new in (("insert", PAGES), ("anti_join", 0)):
                if new or self._there > begin:
                    wall, cpu, added = timed(partial(add, self._ledger, mine))
                    assert added == new
                if self._there > begin:
                    count += bool(new) * PAGES
                    seconds[name][0] += wall
                    seconds[name][1] += cpu
        return {name: (count / wall, count / cpu) for name, (wall, cpu) in seconds.items()}


def wave(ledger: Ledger) -> None:
    """What the driver asks before each wave."""
    with ledger.begin() as c:
        frontier.taken(c)
        frontier.waiting(c, WAVE, {"site": 10_000_000})


def on_disk(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.iterdir()) / 2**20


def measured(ledger: Ledger, filling: Filling, size: int, folder: Path) -> None:
    rates = filling.to(size)
    note = f"at {size} URLs, in transactions of {PAGES}"
    for name, (per_second, per_cpu) in rates.items():
        report("ledger", name, per_second, "URLs/s", note=f"{note}; {per_cpu:.0f}/s of CPU time")
    waves = sorted(timed(lambda: wave(ledger))[:2] for _ in range(3))
    report("ledger", "wave", waves[1][0], "s", note=f"the next {WAVE} of {size} URLs that wait")
    report("ledger", "size", on_disk(folder), "MiB", note=f"at {size} URLs")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report("ledger", "peak_memory", peak, "MiB", note=f"at {size} URLs")


def take_all(ledger: Ledger) -> None:
    """As if all were in units: then counting them costs most."""
    with ledger.begin() as c:
        c.exec_driver_sql("UPDATE urls SET state = 'done', unit = 'collect-0001' WHERE depth < 5")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where the database lies for the time")
    parser.add_argument("--size", type=int, default=SIZES[-1], help="URLs at the end")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        ledger = Ledger(f"sqlite:///{name}/ledger.sqlite")
        filling = Filling(ledger, options.size)
        for size in [size for size in SIZES if size <= options.size]:
            measured(ledger, filling, size, Path(name))
        take_all(ledger)
        seconds = sorted(timed(lambda: wave(ledger))[0] for _ in range(3))
        note = f"the next {WAVE} where all of {options.size} URLs but a fifth are taken"
        report("ledger", "wave_late", seconds[1], "s", note=note)
        ledger.close()


if __name__ == "__main__":
    main()
