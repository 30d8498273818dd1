"""A whole run over a site whose pages are built by scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rendering import CHROMIUM, NEEDS_BROWSER, left
from runs import call, config, ids, query
from vqva_crawl.config import load
from vqva_crawl.records import Document
from vqva_crawl.storage.folder import RunFolder
from vqva_crawl.storage.parts import decode
from webpages import Site, gallery

pytestmark = NEEDS_BROWSER
PAGES = 4

SHELL = """<!doctype html><html lang="en"><head><title>Shop</title>
<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head>
<body><noscript>Please enable JavaScript.</noscript><div id="app"></div>
<script src="/app.js" defer></script></body></html>"""

# Each figure gets its pictures when it comes into view, as lazy galleries have it.
APP = """
const app = document.getElementById('app');
const seen = new IntersectionObserver(all => all.filter(e => e.isIntersecting).forEach(e => {
  e.target.querySelectorAll('img').forEach(img => { img.src = img.late; });
  seen.unobserve(e.target); }));
fetch('/data' + location.pathname + '.json').then(r => r.json()).then(page => {
  document.title = page.title;
  app.innerHTML = '<main style="padding-top: 5000px">' + page.html + '</main>';
  app.querySelectorAll('img').forEach(img => {
    img.late = img.getAttribute('src'); img.removeAttribute('src'); });
  app.querySelectorAll('figure').forEach(figure => seen.observe(figure));
});"""


def application(pages: int) -> dict[str, tuple[str, bytes]]:
    """The gallery of `webpages`, its pages as JSON that one script makes pages of."""
    files = gallery(pages)
    for path in [path for path in files if path.startswith("/page-")]:
        html = files[path][1].decode()
        data = {
            "title": html.partition("<title>")[2].partition("</title>")[0],
            "html": html.partition("<main>")[2].partition("</main>")[0],
        }
        files[f"/data{path}.json"] = ("application/json", json.dumps(data).encode())
        files[path] = ("text/html; charset=utf-8", SHELL.encode())
    files["/app.js"] = ("text/javascript", APP.encode())
    return files


def project(folder: Path, site: Site, **render: object) -> Path:
    fetch = {
        "allow_origins": [site.origin],
        "per_host": {"concurrency": 4, "delay": 0},
        "render": {"browser": CHROMIUM, **render},
    }
    return config(folder, [site.origin], fetch=fetch)


def test_a_gallery_built_by_a_script_gives_its_triples_and_nothing_without(serve, tmp_path: Path):
    site = serve(application(PAGES))
    folder = tmp_path / "off"
    folder.mkdir()
    off = call("run", "--config", str(project(folder, site)), "--quiet", cwd=folder)
    assert ids(folder / "runs/run") == []
    assert not any(path.startswith("/pictures/") for path in site.requests), off.stderr

    site.requests.clear()
    auto = call(
        "run", "--config", str(project(tmp_path, site, mode="auto")), "--quiet", cwd=tmp_path
    )
    assert (auto.returncode, auto.stderr) == (0, "")
    assert len(ids(tmp_path / "runs/run")) == PAGES
    assert site.requests["/app.js"] == 1  # from the cache for all the others
    assert all(n == 1 for path, n in site.requests.items() if path.startswith("/data/"))
    assert site.requests["/robots.txt"] >= 1
    kept = list(documents(tmp_path / "config.yaml"))
    assert {document.title for document in kept} >= {"Emboss, example number 0"}
    assert len(kept) == PAGES
    assert all(d.rendered and len(d.pictures) == 2 for d in kept)
    assert left() == set()


def test_what_robots_txt_forbids_is_not_had_by_a_script_either(serve, tmp_path: Path):
    files = application(2)
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /data/page-1")
    site = serve(files)
    path = project(tmp_path, site, mode="auto")
    assert call("run", "--config", str(path), "--quiet", cwd=tmp_path).returncode == 0
    assert len(ids(tmp_path / "runs/run")) == 1
    assert site.requests["/data/page-1.html.json"] == 0


def test_pages_that_do_not_behave_cost_themselves_alone(serve, tmp_path: Path):
    files = application(3)
    endless = SHELL.replace('<script src="/app.js" defer></script>', "<script>for (;;) {}</script>")
    files["/page-1.html"] = ("text/html", endless.encode())
    path = project(tmp_path, serve(files), mode="auto", timeout=15)
    assert call("run", "--config", str(path), "--quiet", cwd=tmp_path).returncode == 0
    assert len(ids(tmp_path / "runs/run")) == 2
    lost = query(tmp_path / "runs/run", "SELECT stage, reason FROM urls WHERE state = 'dropped'")
    assert ("render", "render_timeout") in lost
    assert left() == set()


def test_without_a_browser_not_even_a_dry_run_begins(serve, tmp_path: Path):
    path = project(tmp_path, serve({}), mode="auto", browser="/no/such/chromium")
    for more in ("--dry-run", "--quiet"):
        done = call("run", "--config", str(path), more, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("vqva-crawl: fetch.render.browser: '/no/such/chromium'")


@pytest.mark.parametrize("value", ["off", "'off'"])
def test_off_may_be_written_plainly(serve, tmp_path: Path, value: str):
    path = project(tmp_path, serve({}))
    done = call("run", "--config", str(path), "--set", f"fetch.render.mode={value}", "--dry-run",
                cwd=tmp_path)  # fmt: skip
    assert (done.returncode, "mode: 'off'" in done.stdout) == (0, True)


def documents(path: Path):
    """The documents of a run."""
    read = load(path)
    parts = RunFolder(read.storage, read.name).parts()
    for unit in query(path.parent / "runs/run", "SELECT id FROM units WHERE kind = 'collect'"):
        yield from decode(parts.read(str(unit[0]), "documents", ["id", "record"]), Document)
