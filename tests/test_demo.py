"""The quickstart: what a newcomer gets from the first command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import datasets
import pyarrow.parquet as pq
import pytest
from PIL.Image import Image

import runs
from vqva_crawl.clients import demo
from vqva_crawl.config import load
from vqva_crawl.reporting import RunReport
from vqva_crawl.running import run

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory) -> RunReport:
    folder = tmp_path_factory.mktemp("quickstart")
    return run(load("quickstart", [f"storage.root={folder}"]))


def rejects(report: RunReport) -> list[dict[str, str]]:
    return [
        row
        for part in report.folder.glob("parts/*/rejected.parquet")
        for row in pq.read_table(part).to_pylist()
    ]


def test_it_gives_at_least_60_triples_in_at_least_8_units(quickstart):
    assert quickstart.samples >= 60
    assert quickstart.counts["units"] >= 8
    assert quickstart.counts["committed"] == quickstart.counts["units"]
    assert len(runs.ids(quickstart.folder)) == quickstart.samples


def test_pages_are_those_that_were_fetched_and_the_lost_are_the_others(quickstart):
    fetched = quickstart.counts["pages"]
    assert fetched == quickstart.survival["fetch"].passed
    lost = {loss.cause: loss.count for loss in quickstart.losses.pages}
    assert lost == {"opt_out": 2, "robots": 1}  # one of them by the page's own words
    assert quickstart.counts["urls"] == fetched + 2
    pages = {row["source"]["page_url"] for row in runs.rows(quickstart.folder)}
    card = (quickstart.folder / "dataset/README.md").read_text()
    assert f"found on {len(pages)} web pages" in card


REASONS = {
    "icons_only": ("screen", "too_few_pictures"),
    "unrelated": ("retrieve", "no_pair"),
    "opt_out_header": ("fetch", "opt_out"),
    "opt_out_meta": ("extract", "opt_out"),
    "too_small": ("screen", "too_few_pictures"),
    "robots": ("fetch", "robots"),
    "language": ("gate", "language"),
}


@pytest.mark.parametrize("expect", REASONS)
def test_pages_that_must_be_rejected_are_with_the_right_reason(quickstart, expect):
    pages = {page.url for page in demo.pages() if page.expect == expect}
    pages = {url for url in pages if not url.endswith("/")}  # front pages are no search hits
    assert pages
    found = {row["url"]: (row["stage"], row["reason"]) for row in rejects(quickstart)}
    assert {found.get(url) for url in pages} == {REASONS[expect]}


def heading(page: demo.DemoPage) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.html)
    assert found
    return found[1]


def test_of_a_page_and_its_copy_one_is_kept(quickstart):
    copies = [row["url"] for row in rejects(quickstart) if row["reason"] == "near_duplicate"]
    copied = {page.url for page in demo.pages() if page.expect == "duplicate"}
    assert len(copies) == len(copied) == 1
    (copy,) = (page for page in demo.pages() if page.url in copied)
    (original,) = (p for p in demo.pages() if p is not copy and heading(p) == heading(copy))
    assert copies[0] in {copy.url, original.url}


def test_nothing_of_a_rejected_page_reaches_the_dataset(quickstart):
    refused = {p.url for p in demo.pages() if p.expect not in ("keep", "duplicate")}
    table = load_rows(quickstart.folder)
    assert not refused & {row["page_url"] for row in table["source"]}


def load_rows(folder: Path) -> datasets.Dataset:
    files = str(folder / "dataset/train-*.parquet")
    cache = str(folder / "hf")
    return datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=cache)


def test_load_dataset_gives_pictures_and_no_nulls(quickstart):
    rows = load_rows(quickstart.folder)
    row = rows[0]
    for name, side in (("question_image", "question"), ("answer_image", "answer")):
        assert isinstance(row[name], Image)
        assert row[name].width == row["sizes"][f"{side}_width"]
    assert sum(bool(source["licence"]) for source in rows["source"]) > len(rows) / 2
    for row in rows.remove_columns(["question_image", "answer_image"]):
        assert None not in json.loads(json.dumps(list(row.values())))
        assert row["scores"] == {"question": 2, "answer": 2, "context": 2}
        assert row["instruction"]
        assert row["reasoning"]
        assert bool(row["source"]["licence"]) == bool(row["source"]["licence_evidence"])


def test_a_second_call_asks_the_web_for_nothing_and_changes_nothing(quickstart):
    before = runs.ids(quickstart.folder)
    again = run(load("quickstart", [f"storage.root={quickstart.folder.parent}"]))
    assert again.counts["requests"] == quickstart.counts["requests"]
    assert runs.ids(quickstart.folder) == before


def test_the_wheel_runs_the_quickstart_in_an_empty_folder(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    (tmp_path / "empty").mkdir()
    # The wheel's files come first on the path, and the editable install's not at all.
    code = (
        f"import sys; sys.path[:] = [p for p in sys.path if not p.startswith({str(ROOT)!r}) "
        f"or 'site-packages' in p]; sys.path.insert(0, {str(installed)!r}); "
        "import vqva_crawl.cli as cli; assert cli.__file__.startswith(sys.path[0]); cli.app()"
    )
    command = [sys.executable, "-c", code, "run", "--config", "quickstart", "--rounds", "1"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(installed), "HOME": str(tmp_path)}
    done = subprocess.run(
        command,
        cwd=tmp_path / "empty",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert runs.ids(tmp_path / "empty/runs/quickstart")
