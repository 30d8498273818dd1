"""Running the program as a user does, and looking at what it left."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import yaml
from typer.testing import CliRunner

from forked import Forked, forked_children
from vqva_crawl.cli import app
from vqva_crawl.clients.fake_model import FakeModelServer
from webpages import Site, gallery

ROLES = ("retriever", "instructor", "filter", "rewriter", "reasoner")
COMMAND = [sys.executable, "-m", "vqva_crawl"]
UNITS = "SELECT id, committed FROM units"
OF_COMMITTED = (
    "SELECT urls.url FROM urls JOIN units ON urls.unit = units.id WHERE units.committed = 1 "
    "UNION SELECT image_urls.url FROM image_urls JOIN images USING (sha256) "
    "JOIN units ON images.unit = units.id WHERE units.committed = 1"
)


def config(folder: Path, origins: list[str], **more: object) -> Path:
    """Writes a site config for loopback origins into a folder; returns its path."""
    backend = {"start": [f"{o}/" for o in origins], "exhaust": True, "sitemap": False}
    data = {
        "name": "run",
        "limits": {"rounds": 1},
        "search": {"backends": [{"kind": "site", "options": backend}]},
        "fetch": {"allow_origins": origins, "per_host": {"concurrency": 4, "delay": 0}},
        "units": {"collect_urls": 3, "annotate_documents": 3},
        "storage": {"root": str(folder / "runs")},
        "engine": {"workers": 1},
        "plugins": ["simple_agents"],
        "agents": {role: {"name": "simple"} for role in ROLES},
        **more,
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(data))
    return path


def with_model(folder: Path, origin: str, server: FakeModelServer, **model: object) -> Path:
    """The same for one origin, with the agents that ask a model, at a server of the tests' own."""
    agents = {role: {"name": "vlm"} for role in ROLES}
    section = {"base_url": server.base_url, "name": "fake", "api_key_env": None, **model}
    return config(folder, [origin], agents=agents, model=section)


def finished(folder: Path, pages: int, **more: object) -> Path:
    """A project whose run over a gallery is done, its paths all relative, the site gone."""
    site = Site(gallery(pages))
    try:
        config(folder, [site.origin], storage={"root": "runs"}, **more)
        done = call("run", "--config", "config.yaml", "--quiet", cwd=folder)
    finally:
        site.close()
    assert done.returncode == 0, done.stderr
    return folder


def ended(path: Path, *more: str) -> Done:
    """Runs a config again and again, as cron does, until it does not wait for a batch."""
    for _ in range(12):
        done = call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)
        if done.returncode != 6:
            break
    return done


def hasty(site: Site) -> dict[str, object]:
    """Fetch settings for a loopback site that is asked once, without waiting."""
    return {
        "allow_origins": [site.origin],
        "per_host": {"concurrency": 4, "delay": 0},
        "retries": 0,
    }


def start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*COMMAND, *arguments], cwd=cwd, env=environment(), **pipes)


def start_to_kill(*arguments: str, cwd: Path) -> Forked:
    """The same, ready after a moment; what it says goes to output.txt there."""
    return Forked(arguments, cwd, environment())


def environment() -> dict[str, str]:
    """Of a process that finds the tests' plug-ins."""
    return {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(Path(__file__).parent)}


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def call(*arguments: str, cwd: Path) -> Done:
    """Runs a command in this process, which saves the seconds that its imports take."""
    path = sys.path[:]  # a run adds the folder it starts from
    try:
        with contextlib.chdir(cwd), forked_children():
            result = CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments)
    finally:
        sys.path[:] = path
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def call_apart(*arguments: str, cwd: Path, timeout: float = 120) -> Done:
    """Runs a command in a process of its own."""
    process = start(*arguments, cwd=cwd)
    try:
        out, err = process.communicate(timeout=timeout)
    finally:
        process.kill()
    return Done(process.returncode, out, err)


def query(run: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows out of a run's ledger; none while it does not exist."""
    path = run / "ledger.sqlite"
    if not path.exists():
        return []
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.OperationalError:  # its tables are being made
        return []
    finally:
        connection.close()


def of_committed(run: Path) -> list[str]:
    """The URLs of the pages and pictures of committed units."""
    return [str(url) for (url,) in query(run, OF_COMMITTED)]


def rows(run: Path) -> list[dict[str, object]]:
    """The published rows, all columns."""
    shards = sorted((run / "dataset").glob("train-*.parquet"))
    return [row for shard in shards for row in pq.read_table(shard).to_pylist()]


def ids(run: Path) -> list[str]:
    return [
        id
        for shard in sorted((run / "dataset").glob("train-*.parquet"))
        for id in pq.read_table(shard, columns=["id"])["id"].to_pylist()
    ]


def wait_for_commits(run: Path, more_than: int, process, seconds: float = 60) -> int:
    """Waits until more units are committed; returns how many are. Needs at least one open."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        units = query(run, UNITS)
        committed = sum(c for _, c in units)
        if committed > more_than:
            assert committed < len(units) or process.poll() is None
            return committed
        time.sleep(0.01)
    raise AssertionError(f"no commit beyond {more_than}: {process.poll()}")
