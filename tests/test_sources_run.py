"""Whole runs whose pages come out of archives and corpora, as a user starts them."""

from __future__ import annotations

import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import archives
import runs
from webpages import Site, gallery

ROWS = {"omnicorpus": archives.omnicorpus, "obelics": archives.obelics, "mmc4": archives.mmc4}


def started(folder: Path, kind: str, options: dict[str, Any], *origins: str, **more: Any) -> Path:
    """A config whose only backend is of this kind."""
    backends = [{"kind": kind, "options": options}]
    folder.mkdir(exist_ok=True)
    return runs.config(folder, list(origins), search={"backends": backends}, **more)


def test_a_warc_gives_the_triples_of_its_site_when_that_is_gone(tmp_path):
    extra = {"/none.html": ("text/html", b"<html><body>no picture here</body></html>")}
    site = Site({**gallery(4), **extra})
    origin = site.origin
    (tmp_path / "live").mkdir()
    live = runs.config(tmp_path / "live", [origin])
    assert runs.call("run", "--config", str(live), "--quiet", cwd=tmp_path).returncode == 0
    site.close()
    entries = archives.site_entries(site.files, origin)
    archives.write_warc(tmp_path / "gallery.warc.gz", entries)
    config = started(tmp_path, "warc", {"paths": ["*.warc.gz"]}, origin)
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    found = runs.rows(run)
    assert len(found) == 4
    assert sorted(runs.ids(run)) == sorted(runs.ids(tmp_path / "live/runs/run"))
    source = found[0]["source"]
    assert source["page_url"].startswith(f"{origin}/page-")
    assert runs.query(run, "SELECT sum(requests) FROM units") == [(0,)]
    assert runs.query(run, "SELECT DISTINCT backend FROM urls") == [("warc",)]


def test_the_archive_of_a_crawl_gives_it_back_redirects_and_all(tmp_path):
    files = gallery(3)
    files["/"] = ("text/html", files["/"][1].replace(b"/page-0.html", b"/old.html"))
    files["/kept.png"] = files.pop("/pictures/1-after.png")
    site = Site(files)
    site.moved = {"/old.html": "/page-0.html", "/pictures/1-after.png": "/kept.png"}
    (tmp_path / "live").mkdir()
    live = runs.config(
        tmp_path / "live",
        [site.origin],
        fetch={"allow_origins": [site.origin], "per_host": {"delay": 0}, "archive": True},
    )
    assert runs.call("run", "--config", str(live), "--quiet", cwd=tmp_path).returncode == 0
    site.close()
    paths = {"paths": ["live/runs/**/*.warc.gz"]}
    config = started(tmp_path, "warc", paths, site.origin)
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    assert len(runs.rows(run)) == 3
    assert sorted(runs.ids(run)) == sorted(runs.ids(tmp_path / "live/runs/run"))
    assert runs.query(run, "SELECT sum(requests) FROM units") == [(0,)]


@pytest.mark.parametrize("held", [["/"], ["/", "/page-0.html", "/page-1.html"]])
def test_a_site_is_read_live_where_an_archive_holds_some_of_it(tmp_path, serve, held):
    new = {"/new.html": gallery(3)["/page-2.html"]}
    files = {path: file for path, file in gallery(3).items() if path != "/page-2.html"}
    files["/"] = ("text/html", b"<a href=/page-0.html>0</a><a href=/page-1.html>1</a>")
    files["/page-1.html"] = ("text/html", files["/page-1.html"][1] + b"<a href=/new.html>new</a>")
    site = serve({**files, **new})
    some = {path: files[path] for path in held}
    archives.write_warc(tmp_path / "old.warc.gz", archives.site_entries(some, site.origin))
    backends = [
        {"kind": "warc", "options": {"paths": ["*.warc.gz"]}},
        {"kind": "site", "options": {"start": [f"{site.origin}/"], "exhaust": True}},
    ]
    config = runs.config(tmp_path, [site.origin], search={"backends": backends})
    for rounds in (1, 2):
        more = ("--set", f"limits.rounds={rounds}")
        done = runs.call("run", "--config", str(config), "--quiet", *more, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert len(runs.ids(tmp_path / "runs/run")) == 3
        assert site.requests["/"] == 1, "an archive's copy is none of the start page"
        assert {path: site.requests[path] for path in held[1:]} == dict.fromkeys(held[1:], 0)


@pytest.mark.parametrize("layout", ROWS)
def test_each_corpus_layout_gives_triples_and_only_pictures_are_fetched(tmp_path, serve, layout):
    site = serve(gallery(3))
    data = [ROWS[layout](n, site.origin) for n in range(3)]
    bad = [{**data[0], "images": None, "image_info": None}]
    pq.write_table(pa.Table.from_pylist(data), tmp_path / "a.parquet")
    archives.write_lines(tmp_path / "b.jsonl.gz", [*bad, '{"broken": '])
    options = {"paths": ["*.parquet", "*.jsonl.gz"], "layout": layout}
    config = started(tmp_path, "corpus", options, site.origin)
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    assert len(runs.ids(run)) == 3
    asked = {path for path in site.requests if not path.startswith("/pictures/")}
    assert not any(path.endswith(".html") for path in asked)
    lost = runs.query(run, "SELECT reason FROM urls WHERE stage = 'fetch'")
    assert lost == [("bad_row",)]  # the other bad row is a second one of a page that was had


class Crawl(ThreadingHTTPServer):
    """Common Crawl with one archive: its list of crawls, its index, pieces of the archive."""

    def __init__(self, archive: bytes, lines: list[dict[str, object]]) -> None:
        self.archive, self.lines, self.asked = archive, lines, list[str]()
        super().__init__(("127.0.0.1", 0), Answers)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join()


class Answers(BaseHTTPRequestHandler):
    server: Crawl

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/collinfo.json":
            self._answer(200, json.dumps([{"id": archives.CRAWL}]).encode())
        elif "showNumPages" in self.path:
            self._answer(200, b'{"pages": 1}')
        elif self.path.startswith(f"/{archives.CRAWL}-index"):
            self._answer(200, "\n".join(map(json.dumps, self.server.lines)).encode())
        else:
            span = self.headers["range"].removeprefix("bytes=")
            first, _, last = span.partition("-")
            self._answer(206, self.server.archive[int(first) : int(last) + 1], span)

    def _answer(self, status: int, body: bytes, span: str = "") -> None:
        self.send_response(status)
        if span:
            self.send_header("Content-Range", f"bytes {span}/*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def test_common_crawl_gives_triples_whose_pictures_are_of_the_web(tmp_path, serve):
    site = serve(gallery(3))
    pages = [e for e in archives.site_entries(site.files, site.origin) if e.type == "response"]
    offsets = archives.write_warc(tmp_path / "a.warc.gz", pages)
    lines = [
        archives.capture(page.url, start, end - start, **{"mime-detected": page.content_type[:9]})
        for page, (start, end) in zip(pages, pairwise(offsets), strict=True)
    ]
    crawl = Crawl((tmp_path / "a.warc.gz").read_bytes(), lines)
    places = {"index_url": crawl.origin, "data_url": crawl.origin, "pace": 0}
    options = {"url_patterns": ["127.0.0.1/*"], **places}
    try:
        config = started(tmp_path, "commoncrawl", options, site.origin, crawl.origin)
        done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    finally:
        crawl.close()
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 3
    assert not any(path.endswith(".html") for path in site.requests)
    assert sum(path.startswith("/pictures/") for path in site.requests) == 6
    assert sum(path.startswith("/crawl-data/") for path in crawl.asked) == 4


def test_a_service_that_does_not_answer_costs_its_round_and_a_line(tmp_path, serve):
    site = serve(gallery(1))
    gone = {"hosts": ["a.test"], "index_url": f"{site.origin}/gone", "pace": 0}
    backends = [
        {"kind": "commoncrawl", "options": gone},
        {"kind": "site", "options": {"start": [f"{site.origin}/"], "exhaust": True}},
    ]
    config = runs.config(tmp_path, [site.origin], search={"backends": backends})
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 1
    assert "discover: commoncrawl:" in done.stdout + done.stderr


def test_a_file_that_is_not_there_is_bad_config(tmp_path):
    config = started(tmp_path, "warc", {"paths": ["nowhere/*.warc.gz"]})
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert "no file matches 'nowhere/*.warc.gz'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_warc_run_that_is_killed_anywhere_ends_with_the_same_dataset(tmp_path, monkeypatch):
    origin = "http://127.0.0.1:9"  # where nobody listens
    archives.write_warc(tmp_path / "a.warc.gz", archives.site_entries(gallery(5), origin))
    options = {"paths": [str(tmp_path / "*.warc.gz")]}
    plugins = ["simple_agents", "crashing"]
    whole = started(tmp_path / "whole", "warc", options, origin, plugins=plugins)
    assert runs.call("run", "--config", str(whole), "--quiet", cwd=tmp_path).returncode == 0
    broken = started(tmp_path / "broken", "warc", options, origin, plugins=plugins)
    for point in ("after-plan", "after-part", "after-commit"):
        monkeypatch.setenv("CRASH_AT", point)
        died = runs.call_apart("run", "--config", str(broken), "--quiet", cwd=tmp_path)
        assert died.returncode == -signal.SIGKILL, (point, died.stderr)
    monkeypatch.delenv("CRASH_AT")
    done = runs.call("run", "--config", str(broken), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = runs.ids(tmp_path / "broken/runs/run")
    assert found == runs.ids(tmp_path / "whole/runs/run")
    assert len(found) == 5
