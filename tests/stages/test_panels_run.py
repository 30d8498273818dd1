"""A run that cuts panels: before and after inside one file become a pair."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from drawn_figures import montage
from PIL import ImageFilter

from runs import call, config, hasty, query
from webpages import Site, photo, png


def page(number: int, link: str) -> tuple[str, bytes]:
    """A page with the figure, words of its own and a link to the next one."""
    own = " ".join(f"own{number}and{n}" for n in range(200))
    body = f"""<!doctype html><html lang="en"><head><title>Blur, page {number}</title></head><body>
    <main><h1>Blur, page {number}</h1><figure><img src="/figure.png">
    <figcaption>(a) The picture before. (b) The picture after the blur.</figcaption></figure>
    <p>This page tells what the blur does to a picture and why it is used. {own}</p>
    <p><a href="{link}">next</a></p></main></body></html>"""
    return ("text/html; charset=utf-8", body.encode())


@pytest.fixture
def site() -> Iterator[Site]:
    before = photo(4)
    figure = montage([before, before.filter(ImageFilter.GaussianBlur(5))], 2)
    files = {"/figure.png": ("image/png", png(figure)), "/": page(0, "/one.html")}
    files["/one.html"] = page(1, "/")
    opened = Site(files)
    yield opened
    opened.close()


def test_before_and_after_in_one_file_become_a_pair(site: Site, tmp_path: Path) -> None:
    options = {"images": {"panels": "cut"}, "limits": {"rounds": 2}, "fetch": hasty(site)}
    command = ["run", "--config", str(config(tmp_path, [site.origin], **options)), "--rounds", "1"]
    site.failing.add("/one.html")
    assert call(*command, cwd=tmp_path).returncode == 0
    site.failing.clear()
    done = call(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    run = tmp_path / "runs/run"
    rounds = query(run, "select round from documents order by round")
    assert rounds == [(1,), (2,)]  # the second finds the figure's URL in the ledger
    for unit in (run / "parts").glob("*/samples.parquet"):
        for row in map(json.loads, pq.read_table(unit)["record"].to_pylist()):
            assert row["question"]["url"] == f"{site.origin}/figure.png#xywh=0,0,240,240"
            assert row["answer"]["url"] == f"{site.origin}/figure.png#xywh=254,0,240,240"
    assert query(run, "select count(*) from samples") >= [(1,)]


def test_figures_stay_whole_unless_asked(site: Site, tmp_path: Path) -> None:
    path = config(tmp_path, [site.origin])
    call("run", "--config", str(path), cwd=tmp_path)
    assert query(tmp_path / "runs/run", "select id from documents") == []  # one picture: too few
