"""The ledger on a real PostgreSQL server."""

from __future__ import annotations

import gc
import json
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, text

import runs
from vqva_crawl.config import load
from vqva_crawl.errors import Locked, StorageError
from vqva_crawl.running import run
from vqva_crawl.storage.lease import Lease
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.losses import losses, place_of
from vqva_crawl.storage.tables import picture_losses
from webpages import gallery

BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
ON_PATH = shutil.which("initdb")
TOOLS = BIN or (Path(ON_PATH).parent if ON_PATH else None)

pytestmark = pytest.mark.skipif(TOOLS is None, reason="needs a PostgreSQL server's programs")


def as_postgres(command: list[str]) -> None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    # Not a pipe: the server that pg_ctl leaves behind would hold it open.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(command, cwd="/", stdout=said, stderr=said, check=False)
        said.seek(0)
        assert done.returncode == 0, said.read()


@pytest.fixture
def server(tmp_path_factory):
    """The URL of an empty database on a server of our own."""
    folder = Path(tmp_path_factory.mktemp("pg"))
    for path in (folder, *folder.parents[:3]):  # the server's user has to get there
        if path != Path(tempfile.gettempdir()):
            path.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    init = ["-A", "trust", "-U", "vqva", "-E", "UTF8", "--locale=C.UTF-8", "-D", data]
    as_postgres([f"{TOOLS}/initdb", *init])
    as_postgres(
        [f"{TOOLS}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"]
    )
    yield f"postgresql+psycopg://vqva@127.0.0.1:{port}/postgres"
    gc.collect()  # connections that a failed test left open
    as_postgres([f"{TOOLS}/pg_ctl", "-D", data, "-w", "-m", "fast", "stop"])


def test_a_run_with_its_ledger_on_postgresql(server, tmp_path, serve):
    path = runs.config(tmp_path, [serve(gallery(5)).origin], storage={"root": str(tmp_path)})
    config = load(path, [f"storage.ledger={server}"])
    report = run(config)
    assert report.samples == 5
    assert not (report.folder / "ledger.sqlite").exists()
    assert server not in (report.folder / "config.yaml").read_text()
    again = run(config)
    assert again.counts == report.counts


def test_runs_and_forks_share_a_database_and_nothing_else(server, tmp_path, serve):
    ledger = ["--set", f"storage.ledger={server}"]

    def call(*arguments: str) -> runs.Done:
        return runs.call(*arguments, *ledger, cwd=tmp_path)

    def told(name: str) -> dict[str, object]:
        return json.loads(call("status", name, "--json").stdout)

    site = serve(gallery(5))
    play = ["run", "--quiet", "--config", str(runs.config(tmp_path, [site.origin]))]
    for more in ((), ("--set", "name=other")):
        assert call(*play, *more).returncode == 0
    asked = site.requests.total()
    changed = ["--set", "seed=7"]
    assert "--fork" in call(*play, *changed).stderr
    assert call(*play, *changed, "--fork", "fork").returncode == 0
    assert site.requests.total() == asked
    for name in ("run", "other", "fork"):
        status = told(name)
        assert (status["run"], status["counts"]["samples"]) == (name, 5)
        [id, *_] = runs.ids(tmp_path / "runs" / name)
        assert call("inspect", name, id).returncode == 0
    done = runs.call("status", "run", cwd=tmp_path)
    assert done.returncode == 74
    assert "--set storage.ledger=URL" in done.stderr


def test_a_user_without_rights_or_an_empty_schema_is_told_what_is_missing(server):
    engine = create_engine(server)
    with engine.begin() as c:
        c.execute(text("CREATE ROLE guest LOGIN"))
        c.execute(text("CREATE SCHEMA run_empty"))
    engine.dispose()
    with pytest.raises(StorageError, match="let its user create schemas, or make `run_NAME`"):
        Ledger(server.replace("vqva@", "guest@"), schema="run_mine")
    for given in ({"create": False}, {"read_only": True}):
        with pytest.raises(StorageError, match="the run's ledger is not there"):
            Ledger(server, schema="run_empty", **given)
    Ledger(server, schema="run_empty").close()
    Ledger(server, schema="run_empty", read_only=True).close()


def test_a_loss_stands_under_the_same_name_on_both(server, tmp_path):
    urls = ("http://a.test:81/b#c", "all:mmc4.jsonl#7", "all:mmc4.jsonl#1526", "odd")
    for database in (server, f"sqlite:///{tmp_path}/l.sqlite"):
        ledger = Ledger(database)
        with ledger.begin() as c:
            c.execute(insert(picture_losses), [{"url": url, "reason": "timeout"} for url in urls])
            [loss] = losses(c).pictures
        assert loss.hosts == (("all:mmc4.jsonl", 2), ("a.test:81", 1), ("odd", 1))
        assert {name for name, _ in loss.hosts} == set(map(place_of, urls))
        ledger.close()


def test_the_lock_on_postgresql(server):
    ledger = Ledger(server)
    first = Lease(ledger, "run")
    with pytest.raises(Locked):
        Lease(ledger, "run")
    first.release()
    ledger.close()
