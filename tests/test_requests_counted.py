"""The requests that a run tells of are those that were sent: what a server saw of it."""

from __future__ import annotations

import json
from pathlib import Path

import runs
from webpages import Site, gallery


def told(folder: Path) -> int:
    done = runs.call("status", "run", "--json", cwd=folder)
    return json.loads(done.stdout)["counts"]["requests"]


def seen(site: Site) -> int:
    """By the site: robots.txt apart."""
    return sum(count for path, count in site.requests.items() if path != "/robots.txt")


def test_what_no_server_was_asked_for_is_no_request(tmp_path, serve):
    files = gallery(4)
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /page-0.html")
    kind, body = files["/page-1.html"]
    extra = b'<img src="http://10.0.0.1/a.png" alt="inside"><img src="http://no.invalid/b.png">'
    files["/page-1.html"] = (kind, body.replace(b"</figure>", extra + b"</figure>"))
    site, other = serve(files), serve(gallery(4, first=10))
    other.resting = {"/": 7200}
    config = runs.config(tmp_path, [site.origin, other.origin], limits={"rounds": 2})
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    assert seen(other) == 1
    assert told(tmp_path) == seen(site) + seen(other)


def test_tries_again_and_redirects_are_requests(tmp_path, serve):
    files = gallery(3)
    files["/elsewhere.html"] = files.pop("/page-1.html")
    site = serve(files)
    site.moved = {"/page-1.html": "/elsewhere.html"}
    site.resting = {"/page-0.html": 0, "/pictures/2.png": 0}
    config = runs.config(tmp_path, [site.origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    assert site.requests["/page-0.html"] == site.requests["/pictures/2.png"] == 2
    assert told(tmp_path) == seen(site)


def test_a_picture_that_many_pages_wait_for_is_one_request(tmp_path, serve):
    files = gallery(6)
    for n in range(6):
        kind, body = files[f"/page-{n}.html"]
        logo = b'<img src="/gone.png" alt="a mark that is not there">'
        files[f"/page-{n}.html"] = (kind, body.replace(b"</figure>", logo + b"</figure>"))
    site = serve(files)
    config = runs.config(tmp_path, [site.origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    assert told(tmp_path) == seen(site)
