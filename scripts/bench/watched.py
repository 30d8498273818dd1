"""A run whose processes are killed, and an account of what each of them asked and left stored.

Starts the program as its tests do: `tests` has to be among the places of modules.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import runs
from vqva_crawl.clients.fake_model import ChatRequest
from vqva_crawl.records import digest

SETTLE = 0.3  # seconds until what a killed process had sent has arrived
PATIENCE = 600  # seconds for a process to get to its end, or to its kill
MARK = re.compile(rb'"mark": "(\w{32})"')
ROBOTS = "/robots.txt"  # asked for by each process anew


class Marking:
    """A scripted model that marks each answer with its request, so that stored ones can be told.

    `asked` counts the requests of each process of a run by their marks; `distinct` has them all.
    """

    def __init__(self, model: Callable[[ChatRequest], str]) -> None:
        self._model = model
        self.asked: list[Counter[str]] = []
        self.distinct: set[str] = set()

    def __call__(self, request: ChatRequest) -> str:
        mark = digest(json.dumps(request.raw, sort_keys=True))
        self.asked[-1][mark] += 1
        self.distinct.add(mark)
        return json.dumps({**json.loads(self._model(request)), "mark": mark})


def stored(cache: Path) -> set[str]:
    """The marks of the answers in a model cache."""
    files = (path for path in cache.rglob("*") if path.is_file() and not path.suffix)
    found = (MARK.search(zlib.decompress(path.read_bytes())) for path in files)
    return {mark[1].decode() for mark in found if mark}


@dataclass
class Watched:
    """The run of a config in whose folder lies `runs/run`; `fetched` counts what its site is asked
    for by path."""

    config: Path
    model: Marking
    fetched: Counter[str]
    stored: list[set[str]] = field(default_factory=lambda: [set()])  # before each process, and now
    committed: dict[str, int] = field(default_factory=dict)  # path -> requests when first seen so
    kills: int = 0
    seconds: float = 0.0

    @property
    def folder(self) -> Path:
        return self.config.parent / "runs/run"

    @property
    def way(self) -> int:
        """How far the run has come: different requests to the site and to the model."""
        return len(self.fetched) + len(self.model.distinct)

    def to_its_end(self) -> None:
        with self._process() as process:
            _, said = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, said

    def killed_at(self, point: float, linger: float) -> None:
        """A process, until so many seconds after a point of the way, or until it ends."""
        with self._process() as process:
            goal, deadline = max(point, self.way + 1), time.monotonic() + PATIENCE
            while self.way < goal and process.poll() is None:
                assert time.monotonic() < deadline, f"the run stands still at {self.way}"
                time.sleep(0.005)
            time.sleep(linger)
            assert process.poll() in (None, 0), process.communicate()[1]
            self.kills += process.poll() is None

    @contextmanager
    def _process(self) -> Iterator[subprocess.Popen[str]]:
        self.model.asked.append(Counter())
        began = time.monotonic()
        process = runs.start("run", "--config", str(self.config), "--quiet", cwd=self.config.parent)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()
        self.seconds += time.monotonic() - began
        time.sleep(SETTLE)
        self.stored.append(stored(self.folder.parent / ".cache/model"))
        for path in (urlsplit(url).path for url in runs.of_committed(self.folder)):
            self.committed.setdefault(path, self.fetched[path])

    # what came of it

    @property
    def calls(self) -> int:
        return sum(process.total() for process in self.model.asked)

    @property
    def stored_again(self) -> int:
        """Calls for answers that were stored when their process began."""
        pairs = zip(self.model.asked, self.stored, strict=False)
        return sum(asked[mark] for asked, known in pairs for mark in asked.keys() & known)

    @property
    def lost(self) -> list[int]:
        """For each process, the calls that left no answer in the cache."""
        pairs = zip(self.model.asked, self.stored[1:], strict=True)
        return [asked.total() - len(asked.keys() & known) for asked, known in pairs]

    @property
    def committed_again(self) -> int:
        """Requests for pages and pictures of units that were committed before."""
        return sum(self.fetched[path] - count for path, count in self.committed.items())

    @property
    def fetched_again(self) -> int:
        return sum(count - 1 for path, count in self.fetched.items() if path != ROBOTS)

    def documents(self) -> int:
        ((count,),) = runs.query(self.folder, "SELECT count(*) FROM documents")
        assert isinstance(count, int)
        return count

    def samples(self) -> set[str]:
        """All that was published of each sample but the time of its fetch."""
        rows = ({**row, "source": timeless(row["source"])} for row in runs.rows(self.folder))
        return {digest(repr(row)) for row in rows}


def timeless(source: object) -> dict[str, object]:
    assert isinstance(source, dict)
    return {**source, "fetched_at": ""}
