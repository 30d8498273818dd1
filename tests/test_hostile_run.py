"""One run over hosts that do all they can against it: it ends in time, with all good triples."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
from hostile_menu import Menu

MOST_SECONDS = 150
MOST_PAGES = 200


@dataclass
class Ended:
    """The run, when it is over."""

    menu: Menu
    folder: Path
    done: runs.Done
    seconds: float

    def fates(self) -> dict[str, str]:
        """URLs of pages -> why they gave no document, "" where they did."""
        return dict(runs.query(self.folder, "SELECT url, coalesce(reason, '') FROM urls"))  # type: ignore[arg-type]

    def rejected(self, stage: str) -> dict[str, str]:
        """URLs -> reasons out of the parts."""
        files = self.folder.glob("parts/*/rejected.parquet")
        found = [row for file in files for row in pq.read_table(file).to_pylist()]
        return {row["url"]: row["reason"] for row in found if row["stage"] == stage}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    folder = tmp_path_factory.mktemp("hostile")
    menu = Menu()
    try:
        began = time.monotonic()
        done = runs.call_apart(
            "run", "--config", str(project(folder, menu)), "--quiet", cwd=folder, timeout=120
        )
        yield Ended(menu, folder / "runs/run", done, time.monotonic() - began)
    finally:
        menu.close()


def project(folder: Path, menu: Menu) -> Path:
    options = {"start": menu.starts, "exhaust": True, "max_pages": MOST_PAGES}
    fetch = {
        "allow_origins": [origin.url for origin in menu.origins],
        "per_host": {"concurrency": 8, "delay": 0},
        "per_domain": {"concurrency": 32},  # all hosts share the address
        "retries": 0,
        "timeout": 6,
        "max_page_bytes": 2_000_000,
        "max_image_bytes": 2_000_000,
    }
    return runs.config(
        folder,
        [],
        fetch=fetch,
        search={"backends": [{"kind": "site", "options": options}]},
        units={"collect_urls": 50, "annotate_documents": 50},
        engine={"workers": 2},
    )


def test_it_ends_in_time_and_well(ended: Ended):
    assert ended.done.returncode == 0, ended.done.stderr
    assert "Traceback" not in ended.done.stderr
    assert ended.seconds < MOST_SECONDS


def test_every_good_page_gives_its_triple_and_no_other_does(ended: Ended):
    published = [row["source"]["page_url"] for row in runs.rows(ended.folder)]
    assert sorted(published) == sorted(ended.menu.good)


def test_every_bad_page_has_its_cause(ended: Ended):
    fates = ended.fates()
    assert {url: fates.get(url) for url in ended.menu.bad} == ended.menu.bad


def test_every_bad_picture_has_its_cause(ended: Ended):
    causes = ended.rejected("pictures")
    pictures = ended.menu.bad_pictures
    assert {url: causes.get(url) for url in pictures} == pictures


def test_nothing_failed_by_an_error_of_ours(ended: Ended):
    files = ended.folder.glob("parts/*/rejected.parquet")
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    assert not [row for row in rows if row["reason"] in ("error", "poison")]


def test_nobody_connected_to_an_address_that_is_not_allowed(ended: Ended):
    assert ended.menu.secret.connections == 0


def test_traps_end(ended: Ended):
    asked = ended.menu.main.requests
    assert sum(path.startswith("/shop") for path in asked) == 1  # whatever the session
    assert not [path for path in asked if re.search(r"(/again){3}|(/and/again){3}", path)]
    for entrance in ("/calendar/", "/maze/"):
        assert 5 < sum(path.startswith(entrance) for path in asked) < MOST_PAGES
    assert len(ended.fates()) > MOST_PAGES  # more was found than asked for
    assert sum(fate != "" for fate in ended.fates().values()) <= MOST_PAGES


def test_robots_txt_is_the_first_thing_a_host_is_asked_for(ended: Ended):
    for origin in ended.menu.origins:
        assert next(iter(origin.requests)) == "/robots.txt"


def test_a_polyglot_is_published_as_a_picture_alone(ended: Ended):
    page = f"{ended.menu.main.url}/polyglot.html"
    [row] = [r for r in runs.rows(ended.folder) if r["source"]["page_url"] == page]
    assert row["answer_image"]["bytes"].startswith(b"\x89PNG")
    written = (p.read_bytes() for p in ended.folder.rglob("*.parquet"))
    assert not any(b"pwned" in content for content in written)


def test_half_a_character_in_a_credit_is_published_as_a_whole_one(ended: Ended):
    page = f"{ended.menu.main.url}/page-0.html"
    [row] = [r for r in runs.rows(ended.folder) if r["source"]["page_url"] == page]
    assert row["question_credit"]["author"] == "x\ufffd"


def test_each_row_says_that_opt_outs_were_obeyed(ended: Ended):
    assert {row["source"]["opt_outs"] for row in runs.rows(ended.folder)} == {"obeyed"}
