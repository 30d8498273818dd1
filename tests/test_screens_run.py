"""Runs with screens on: what is refused reaches nothing that is kept; the other triples stay."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from skimage import data

import runs
from test_threats_stored import written
from webpages import gallery, png

DOC = Path(__file__).parents[1] / "docs/custom-agents.md"
FACE = png(Image.fromarray(data.astronaut()))
KEPT = ("parts", "dataset", "report", "cache", "search", "journal", "spool")


def with_a_face() -> dict[str, tuple[str, bytes]]:
    """A gallery whose first page shows an astronaut where the others show shapes."""
    return {**gallery(3), "/pictures/0.png": ("image/png", FACE)}


def kept_of(run: Path, body: bytes) -> list[str]:
    """What is kept of a picture: its bytes as they were sent, also as Python writes them."""
    marks = (
        body[200:260],
        hashlib.sha256(body).hexdigest().encode(),
        repr(body[200:260])[2:-1].encode(),
    )
    return [mark for name in KEPT for file in written(run / name) for mark in marks if mark in file]


def reasons(run: Path) -> dict[str, int]:
    done = runs.call("status", "run", "--json", cwd=run.parents[1])
    return json.loads(done.stdout)["stages"]["pictures"]["reasons"]


@pytest.mark.parametrize("screens", [["faces"], []])
def test_a_flagged_picture_reaches_nothing_and_the_other_triples_stay(tmp_path, serve, screens):
    site = serve(with_a_face())
    path = runs.config(tmp_path, [site.origin], images={"screens": screens})
    done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    pages = {row["source"]["page_url"].rpartition("/")[2] for row in runs.rows(run)}
    others = {"page-1.html", "page-2.html"}
    assert pages == (others if screens else {*others, "page-0.html"})
    assert bool(kept_of(run, FACE)) is not bool(screens)
    if screens:
        assert reasons(run) == {"faces": 1}
        assert site.requests["/pictures/0.png"] == 1


def test_the_documented_screen_works_on_the_bytes_that_were_sent(tmp_path, serve):
    code = next(
        b for b in re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S) if "blocked" in b
    )
    (tmp_path / "my_screens.py").write_text(code)
    files = gallery(3)
    body = files["/pictures/1.png"][1]
    (tmp_path / "blocked.txt").write_text(f"{hashlib.sha256(body).hexdigest().upper()}\n")
    screens = [{"name": "blocked", "options": {"file": "blocked.txt"}}]
    path = runs.config(
        tmp_path,
        [serve(files).origin],
        images={"screens": screens},
        plugins=["simple_agents", "my_screens"],
    )
    done = runs.call_apart("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    assert reasons(run) == {"blocked": 1}
    assert len(runs.rows(run)) == 2
    assert not kept_of(run, body)


def test_what_a_plug_in_prints_is_no_part_of_the_json(tmp_path, serve):
    (tmp_path / "loud.py").write_text(
        "import vqva_crawl as vc\n\nprint('here I am')\n"
        "def say(found):\n    print('a picture', flush=True)\n    return ''\n\n"
        "vc.picture_screen('loud')(lambda options: say)\n"
    )
    path = runs.config(
        tmp_path,
        [serve(gallery(1)).origin],
        images={"screens": ["loud"]},
        plugins=["simple_agents", "loud"],
    )
    done = runs.call_apart("run", "--config", str(path), "--quiet", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(isinstance(json.loads(line), dict) for line in done.stdout.splitlines())
    assert "here I am" in done.stderr
    assert "a picture" in done.stderr


@pytest.mark.parametrize(
    ("screens", "said"),
    [
        (["face"], "images.screens.0: no picture_screen named 'face' (known: documents, faces)"),
        ([{"name": "blocked"}], "no picture_screen named 'blocked'"),
        ([{"name": "faces", "options": {"min": 1}}], "images.screens.0.options.min: unknown key"),
    ],
)
def test_a_wrong_screen_ends_it_with_one_line(tmp_path, screens, said):
    path = runs.config(tmp_path, ["http://127.0.0.1:9"], images={"screens": screens})
    done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "runs/run/ledger.sqlite").exists()


def test_screens_are_fixed_for_a_run_that_has_documents(tmp_path, serve):
    site = serve(gallery(2))
    path = runs.config(tmp_path, [site.origin])
    assert runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path).returncode == 0
    more = ("--set", "images.screens=[documents]", "--set", "limits.rounds=2")
    done = runs.call("run", "--config", str(path), "--quiet", *more, cwd=tmp_path)
    assert done.returncode == 2
    assert "images.screens decided what was collected" in done.stderr
