"""A run of the `site` backend over a real nginx, and how polite it looks in nginx's own log."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

import runs
from webpages import gallery

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs Debian's nginx-light")

PAGES = 8
AGENT = "vqva-crawl/0.1 (test; contact: crawl@example.org)"
DELAY = 0.1  # seconds between two requests
CONCURRENCY = 2
SETTINGS = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  types {{ text/html html; image/png png; text/plain txt; application/xml xml; }}
  log_format line escape=json
    '{{"ended":$msec,"took":$request_time,"path":"$uri","status":$status,"bytes":$body_bytes_sent,'
    '"coding":"$sent_http_content_encoding","agent":"$http_user_agent"}}';
  access_log {folder}/access.log line;
  gzip on;
  gzip_min_length 1;
  limit_req_zone $binary_remote_addr zone=one:1m rate={rate};
  limit_req_status 429;
  {temporary}
  server {{
    listen 127.0.0.1:{port};
    root {folder}/site;
    location / {{ {limit} }}
  }}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Asked:
    """A line of the access log; times in seconds."""

    ended: float
    took: float
    path: str
    status: int
    bytes: int
    coding: str
    agent: str

    @property
    def began(self) -> float:
        return self.ended - self.took


@dataclass(frozen=True)
class Nginx:
    origin: str
    folder: Path

    def asked(self) -> list[Asked]:
        """All requests of the crawler so far, in the order of their beginnings."""
        lines = (self.folder / "access.log").read_text().splitlines()
        asked = (Asked(**json.loads(line)) for line in lines)
        return sorted((a for a in asked if a.agent == AGENT), key=lambda a: a.began)


@contextmanager
def nginx(folder: Path, rate: str = "100r/s", limit: str = "") -> Iterator[Nginx]:
    """Serves folder/site until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = folder / "nginx.conf"
    temporary = " ".join(f"{name}_temp_path {folder}/tmp;" for name in TEMPORARY)
    settings.write_text(
        SETTINGS.format(folder=folder, port=port, rate=rate, limit=limit, temporary=temporary)
    )
    server = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(settings)])
    try:
        wait_for(f"http://127.0.0.1:{port}/robots.txt", server)
        yield Nginx(f"http://127.0.0.1:{port}", folder)
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None, "nginx ended at once"
            assert time.monotonic() < deadline, "nginx does not answer"
            time.sleep(0.05)


def lay_out(folder: Path, pages: int = PAGES) -> None:
    """The gallery as files: each page is the index of a folder, and named without its slash."""
    files = gallery(pages)
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /private/\n")
    files["/private/index.html"] = files["/page-0.html"]
    links = "".join(f'<a href="/examples/{n}">{n}</a>' for n in range(pages))
    files["/index.html"] = ("text/html", f"{links}<a href='/private/'>no</a>".encode())
    del files["/"]
    for path, (_, content) in files.items():
        place = re.sub(r"^/page-(\d+)\.html$", r"/examples/\1/index.html", path)
        file = folder / "site" / place.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def crawl(server: Nginx, *more: str, delay: float = DELAY, retries: int = 3) -> Path:
    fetch = {
        "allow_origins": [server.origin],
        "per_host": {"concurrency": CONCURRENCY, "delay": delay},
        "retries": retries,
        "user_agent": AGENT,
    }
    path = runs.config(server.folder, [server.origin], fetch=fetch, limits={"rounds": 9})
    done = runs.call(
        "run", "--config", str(path), "--quiet", "--rounds", "1", *more, cwd=server.folder
    )
    assert done.returncode == 0, done.stderr
    return server.folder / "runs/run"


def test_a_run_gives_triples_and_is_polite(tmp_path: Path):
    lay_out(tmp_path)
    with nginx(tmp_path) as server:
        run = crawl(server)
        asked = server.asked()
    pages = {row["source"]["page_url"] for row in runs.rows(run)}
    assert pages == {f"{server.origin}/examples/{n}/" for n in range(PAGES)}
    assert asked[0].path == "/robots.txt"
    assert not [a for a in asked if a.path.startswith("/private")]
    assert sum(a.status == 301 for a in asked) == PAGES  # the slash
    assert {a.coding for a in asked if a.path.endswith(".html") and a.status == 200} == {"gzip"}
    gaps = [later.began - earlier.began for earlier, later in pairwise(asked)]
    assert sum(gaps) / len(gaps) > 0.98 * DELAY
    # One that was long on its way, on a busy machine, comes closer to the next.
    assert sum(gap < DELAY / 2 for gap in gaps) < len(gaps) / 10, sorted(gaps)
    assert most_at_once(asked) <= CONCURRENCY


def most_at_once(asked: list[Asked]) -> int:
    ends = [(a.ended, -1) for a in asked] + [(a.began, 1) for a in asked]
    now = most = 0
    for _, step in sorted(ends):
        now += step
        most = max(most, now)
    return most


def test_on_another_day_only_what_may_have_changed_is_asked_for_and_not_sent(tmp_path: Path):
    lay_out(tmp_path)
    with nginx(tmp_path) as server:
        before = runs.ids(crawl(server, delay=0))
        first = len(server.asked())
        after = runs.ids(crawl(server, "--set", "fetch.refresh=0", delay=0))
        again = server.asked()[first:]
    assert before == after
    assert [(a.path, a.status) for a in again if a.path == "/index.html"] == [("/index.html", 304)]
    assert not [a for a in again if a.path.startswith(("/examples", "/pictures"))]
    assert sum(a.bytes for a in again) < 500


def test_a_server_that_says_429_is_asked_less_and_loses_no_page(tmp_path: Path):
    lay_out(tmp_path, pages=4)
    with nginx(tmp_path, rate="4r/s", limit="limit_req zone=one burst=2 nodelay;") as server:
        run = crawl(server, delay=0, retries=9)
        asked = server.asked()
    assert len(runs.ids(run)) == 4
    refused = [a for a in asked if a.status == 429]
    assert 0 < len(refused) < len(asked) / 2
