"""What could not be had: the same in status, report and metrics."""

from __future__ import annotations

import re
from io import StringIO
from types import SimpleNamespace

from rich.console import Console

import runs
from test_metrics import figures
from vqva_crawl.storage.losses import Loss, Losses
from vqva_crawl.watch.tables import losses_table
from webpages import gallery, photo, png


def test_everybody_says_what_could_not_be_had(tmp_path, serve):
    files = gallery(4)
    files["/binary.html"] = ("application/pdf", b"%PDF-1.4")
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /private.html")
    links = "".join(f'<a href="/{n}.html">{n}</a>' for n in ("gone", "lost", "private", "binary"))
    files["/"] = ("text/html", files["/"][1].replace(b"<ul>", f"<ul>{links}".encode()))
    # One of three pictures is not there; its page is kept for the others.
    kind, body = files["/page-0.html"]
    extra = b'<img src="/pictures/nowhere.png" alt="a third picture">'
    files["/page-0.html"] = (kind, body.replace(b"</figure>", extra + b"</figure>"))
    site = serve(files)
    config = runs.config(tmp_path, [site.origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    run = tmp_path / "runs/run"
    status = runs.call("status", "run", cwd=tmp_path).stdout
    assert "what could not be had" in status
    assert re.search(r"pages .*http_404 .*the server answered 404 \(Not Found\) .* 2 ", status)
    assert re.search(r"robots .*robots.txt forbids it .* 1 ", status)
    assert re.search(r"pictures .*http_404 .* 1 ", status)
    assert f"{site.origin}/pictures/nowhere.png" in status
    report = (run / "report/index.html").read_text()
    assert "Robots.txt forbids it" in report
    assert "The server answered 404 (Not Found)" in report
    told = figures(run)
    assert told["lost_pages", "http_404"] == 2
    assert told["lost_pages", "wrong_type"] == told["lost_pages", "robots"] == 1
    assert told["lost_pictures", "http_404"] == 1


def test_pictures_that_were_had_after_all_are_lost_no_more(tmp_path, serve):
    files = gallery(2)
    # The first picture links to itself in full; a third one turns out to be too small to keep.
    kind, body = files["/page-0.html"]
    linked = b'<a href="/full.png"><img src="/pictures/0.png" width="100" height="100"></a>'
    small = b'<img src="/small.png" alt="a third picture">'
    body = body.replace(b'<img src="/pictures/0.png" alt="Original image of example 0">', linked)
    files["/page-0.html"] = kind, body.replace(b"</figure>", small + b"</figure>")
    files["/full.png"] = files["/pictures/0.png"]
    files["/small.png"] = ("image/png", png(photo(7, 40)))
    site = serve(files)
    site.failing |= {"/full.png", "/pictures/0.png", "/small.png"}
    config = runs.config(tmp_path, [site.origin], fetch=runs.hasty(site))
    run = ("run", "--config", str(config), "--quiet", "--set")
    assert runs.call(*run, "limits.rounds=1", cwd=tmp_path).returncode == 0
    assert figures(tmp_path / "runs/run")["lost_pictures", "http_503"] == 2
    site.failing.clear()
    assert runs.call(*run, "limits.rounds=2", cwd=tmp_path).returncode == 0
    assert site.requests["/full.png"] == 2
    assert "could not be had" not in runs.call("status", "run", cwd=tmp_path).stdout


def test_a_run_that_lost_nothing_says_nothing_of_it(tmp_path):
    run = runs.finished(tmp_path, 2) / "runs/run"
    assert "could not be had" not in runs.call("status", "run", cwd=tmp_path).stdout
    assert "Could not be had" not in (run / "report/index.html").read_text()


def test_rare_causes_are_named_too():
    """`retry --only` wants a name."""
    hosts = (("a.test", 1),)
    causes = (Loss(f"http_5{n:02}", 40 - n, hosts, "http://a.test/") for n in range(30))
    console = Console(file=StringIO(), width=400)
    console.print(losses_table(SimpleNamespace(losses=Losses(tuple(causes)))))
    shown = console.file.getvalue()
    assert all(f"http_5{n:02}" in shown for n in range(30))
