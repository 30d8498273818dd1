"""Pages without end that repeat (threat 12): a run leaves them, and reads every honest page."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

import runs
from hostile_server import Answer, Origin, Request, body
from webpages import photo, png

REPEATS = 50  # as `limits.repeats`
PHOTOS = 60
LINKS = 5  # of each page of the maze
HOME = '<a href="/">Home</a>'


def calendar(request: Request) -> None:
    """A day: the one before, the one after, and each of the next month."""
    day = date.fromisoformat(request.path.rpartition("/")[2])
    days = [day + timedelta(days=n) for n in (-1, 1, *range(28, 59))]
    links = " ".join(f'<a href="/day/{d}">{d.day}</a>' for d in days)
    body(f"<h1>{day:%A, %d %B %Y}</h1><p>Nothing happens on this day.</p><p>{links}</p>")(request)


def maze(request: Request) -> None:
    """The same words, and doors to more of them."""
    drawn = random.Random(request.path)
    doors = (f'<a href="/maze/{drawn.randrange(1 << 40):x}">a door</a>' for _ in range(LINKS))
    body(f"<h1>A hall</h1><p>You stand in a hall with doors.</p>{' '.join(doors)}")(request)


def chain() -> dict[str, Answer]:
    """A gallery, of which each page leads to the next one."""
    shown = body(png(photo(1)), "image/png")
    pages = {
        f"/photo/{n}": body(
            f'<h1>Photo {n}</h1><img src="/pictures/{n}.png"><p>This is photo {n} of {PHOTOS}.</p>'
            f'<a href="/photo/{n + 1}">Next photo</a> {HOME}'
        )
        for n in range(PHOTOS)
    }
    return {**pages, "/pictures/*": shown, f"/photo/{PHOTOS}": body(HOME)}


@pytest.fixture(scope="module")
def site() -> Iterator[Origin]:
    doors = ("/day/2026-11-22", "/maze/0", "/photo/0")
    start = body("".join(f'<a href="{path}">x</a>' for path in doors))
    origin = Origin({"/": start, "/day/*": calendar, "/maze/*": maze, **chain()})
    yield origin
    origin.close()


@dataclass
class Whole:
    """A run that nothing broke, and what it asked for."""

    folder: Path
    asked: set[str]

    def count(self, start: str) -> int:
        return sum(path.startswith(start) for path in self.asked)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, site: Origin) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    runs.call("run", "--config", str(project(folder, site)), "--quiet", cwd=folder)
    return Whole(folder / "runs/run", set(site.requests))


def project(folder: Path, site: Origin) -> Path:
    options = {"start": [f"{site.url}/"], "sitemap": False, "max_depth": 1000, "max_pages": 3000}
    backends = [{"kind": "site", "options": options}]
    units = {"collect_urls": 20, "annotate_documents": 50}
    limits = {"rounds": 1, "repeats": REPEATS}
    search = {"backends": backends}
    return runs.config(folder, [site.url], search=search, units=units, limits=limits)


def test_traps_end_by_themselves_and_a_gallery_is_read_to_its_end(whole: Whole) -> None:
    assert whole.count("/photo/") == PHOTOS + 1
    assert REPEATS < whole.count("/maze/") <= 1 + LINKS * REPEATS
    assert REPEATS < whole.count("/day/") < 10 * REPEATS


def test_a_user_is_told_how_many_pages_were_stopped(whole: Whole) -> None:
    said = runs.call("status", str(whole.folder), cwd=whole.folder).stdout
    shown = runs.call("status", str(whole.folder), "--json", cwd=whole.folder).stdout
    [stopped] = json.loads(shown)["repeating"].values()
    assert 100 < stopped <= whole.count("/maze/") + whole.count("/day/") - 2 * REPEATS
    assert f"links of {stopped} pages that repeat" in " ".join(said.split())


def test_a_killed_run_asks_for_the_same_pages(tmp_path: Path, site: Origin, whole: Whole) -> None:
    site.requests.clear()
    path, run, committed = project(tmp_path, site), tmp_path / "runs/run", 0
    for more in (4, 8, 8):
        process = runs.start_to_kill("run", "--config", str(path), "--quiet", cwd=tmp_path)
        committed = runs.wait_for_commits(run, committed + more, process)
        process.kill()
    runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert set(site.requests) == whole.asked
