"""What a model planned is in the story of what came of it, and in what was spent."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from vqva_crawl.storage.spending import spent
from webpages import Site, gallery

ASKED = "the embóss filter"  # by the model


def reply(request: ChatRequest) -> str:
    if (request.schema or {}).get("title") == "Plan":
        query = {"text": ASKED, "topic": "plant growth", "family": "causal"}
        return json.dumps({"analysis": "émboss is what this site has", "queries": [query]})
    return scripted_model.reply(request)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run over a site, one page of which was found by a query that came from a model."""
    folder = tmp_path_factory.mktemp("planned")
    with closing(Site(gallery(3))) as site, FakeModelServer(reply) as server:
        path = runs.with_model(folder, site.origin, server)
        options = ("--set", "plan.agent.name=vlm", "--set", "search.hits_per_query=1")
        done = runs.call("run", "--config", str(path), "--quiet", *options, cwd=folder)
        assert done.returncode == 0, done.stderr
        forked = ("--fork", "again", *options)
        done = runs.call("run", "--config", str(path), "--quiet", *forked, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "runs/run"


def stories(run: Path) -> list[dict]:
    found = [runs.call("inspect", str(run), id, "--json", cwd=run.parent) for id in runs.ids(run)]
    return [json.loads(done.stdout) for done in found]


@pytest.mark.parametrize("name", ["run", "again"])  # a fork has the queries, and who wrote them
def test_the_call_that_proposed_the_query_is_told(run, name):
    told = stories(run.parent / name)
    queries = {story["document"]["query"] for story in told}
    assert ASKED in queries
    assert len(queries) > 1
    for story in told:
        planned = [(c["role"], c["prompt_name"], c["model"]) for c in story["planning"]]
        mine = story["document"]["query"] == ASKED
        assert planned == ([("planner", "planner", "fake")] if mine else [])
        assert "planner" not in {call["role"] for call in story["calls"]}


def test_it_is_shown_before_the_chain(run):
    (id,) = [s["id"] for s in stories(run) if s["document"]["query"] == ASKED]
    said = runs.call("inspect", str(run), id, cwd=run.parent).stdout
    assert said.index("Query proposed by") < said.index("émboss") < said.index("1. retriever")


def test_the_planner_has_its_line_in_what_was_spent(run):
    totals = spent(run / "spend.jsonl")
    assert list(totals) == ["planner", *runs.ROLES]
    assert totals["planner"].answered == 1
