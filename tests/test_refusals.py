"""Whole runs against endpoints that answer no call, or none of some kind: no record is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.clients.fake_model.reply import error
from webpages import gallery

PAGES = 5
SAID = "Unsupported value: this server does not take it"
SIMPLE = {role: {"name": "simple"} for role in ("retriever", "instructor")}


def refusing(why) -> faults.Fault:
    refused = error(400, SAID)
    return faults.Fault("refusing", lambda request, ask: refused if why(request) else ask(request))


def call(path: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)


def endings(run: Path) -> list[str]:
    """How each record of the chain ended that was committed."""
    found = [p for name in ("samples", "rejected") for p in run.glob(f"parts/annotate-*/{name}.p*")]
    return [row.get("reason", "sample") for p in found for row in pq.read_table(p).to_pylist()]


def undisturbed(folder: Path, origin: str, server: FakeModelServer, agents: dict) -> list[str]:
    path = runs.config(folder, [origin], agents=agents, model=at(server))
    assert call(path, "--set", f"storage.root={folder / 'other'}").returncode == 0
    return runs.ids(folder / "other/run")


def at(server: FakeModelServer) -> dict[str, object]:
    return {"base_url": server.base_url, "name": "fake", "api_key_env": None, "retries": 1}


@pytest.mark.parametrize(
    ("broken", "agents", "said"),
    [
        (refusing(lambda request: True), {}, f"1 blank picture and nothing of a page: .*{SAID}"),
        (
            refusing(lambda request: request.images),
            SIMPLE,
            f"2 blank pictures and nothing .*{SAID}",
        ),
        (faults.unavailable(), {}, "http_503, 2 attempts"),
    ],
    ids=["every call", "every picture", "for now"],
)
def test_no_record_is_lost_to_an_endpoint_that_refuses(tmp_path, serve, broken, agents, said):
    site = serve(gallery(PAGES))
    agents = {role: {"name": "vlm"} for role in runs.ROLES} | agents
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.config(tmp_path, [site.origin], agents=agents, model=at(server))
        with server.fail(broken):
            for _ in range(2):
                done = call(path)
                assert done.returncode == 4, done.stderr
                (line,) = done.stderr.strip().splitlines()
                assert line.count(server.base_url) == 1
                assert re.search(said, line), line
                assert not endings(tmp_path / "runs/run")
        if agents["retriever"]["name"] == "simple":
            assert server.statuses[200]  # calls without pictures were answered
        assert call(path).returncode == 0
        found = runs.ids(tmp_path / "runs/run")
        assert len(found) == PAGES
        assert found == undisturbed(tmp_path, site.origin, server, agents)


def test_one_call_that_is_refused_costs_its_record_alone(tmp_path, serve):
    site = serve(gallery(PAGES))
    with FakeModelServer(scripted_model.reply) as server:
        server.fail(refusing(lambda request: request.mentions("Word3a")))
        path = runs.with_model(tmp_path, site.origin, server)
        assert call(path).returncode == 0
    ends = endings(tmp_path / "runs/run")
    assert ends.count("sample") == PAGES - 1
    assert "endpoint_refused" in ends
