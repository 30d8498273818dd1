"""What the screen's labeller was asked and answered is kept, told, and in no estimate."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from vqva_crawl.stages.classify import Classifier
from vqva_crawl.storage.spending import spent
from webpages import Site, gallery

PAGES = 4
SHOP = "page 1 is a shop, \x1b[31mnothing else"
PRICES = {"prompt": 2.0, "completion": 16.0}


def reply(request: ChatRequest) -> str:
    """The labeller turns page 1 down."""
    if (request.schema or {}).get("title") != "Class":
        return scripted_model.reply(request)
    [page] = re.findall(r"Title: .*example number (\d+)", request.text)
    if page == "1":
        return json.dumps({"analysis": SHOP, "label": "other"})
    return json.dumps({"analysis": f"page {page} shows filters", "label": "design_knowledge"})


def project(folder: Path, origin: str, server: FakeModelServer, **model: object) -> Path:
    """A config with a classifier that is sure of nothing: the labeller is asked about all."""
    texts = ["filter blur emboss edges", "parcel price delivery shop"] * 4
    Classifier.train(texts, ["design_knowledge", "other"] * 4, seed=0).save(folder / "model")
    screen = {"classifier": str(folder / "model"), "refine": [0.0, 1.0]}
    agents = {role: {"name": "vlm"} for role in runs.ROLES}
    section = {"base_url": server.base_url, "name": "fake", "api_key_env": None, **model}
    screen["labeller"] = {"name": "vlm"}
    return runs.config(folder, [origin], agents=agents, model=section, screen=screen)


def run(path: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", str(path), *more, cwd=path.parent)


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A run that is done, and a fork of it."""
    folder = tmp_path_factory.mktemp("labelled")
    with closing(Site(gallery(PAGES))) as site, FakeModelServer(reply) as server:
        path = project(folder, site.origin, server, prices=PRICES)
        for more in ((), ("--fork", "again")):
            done = run(path, *more)
            assert done.returncode == 0, done.stderr
    return folder / "runs/run"


def inspect(run: Path, id: str, *more: str) -> str:
    done = runs.call("inspect", str(run), id, *more, cwd=run.parent)
    assert done.returncode == 0, done.stderr
    return done.stdout


def turned_down(run: Path) -> list[dict]:
    rows = [r for p in run.glob("parts/*/rejected.parquet") for r in pq.read_table(p).to_pylist()]
    return [row for row in rows if row["reason"] == "class"]


@pytest.mark.parametrize("name", ["run", "again"])  # a fork has the documents, and who let them in
def test_the_labeller_s_answer_comes_first_in_a_sample_s_story(finished, name):
    run = finished.parent / name
    ids = runs.ids(run)
    assert len(ids) == PAGES - 1
    for id in ids:
        told = json.loads(inspect(run, id, "--json"))
        first, *others = told["calls"]
        assert (first["role"], first["prompt_name"]) == ("labeller", "labeller")
        assert (first["model"], first["document"]) == ("fake", told["document"]["id"])
        page = told["document"]["title"].split()[-1]
        assert json.loads(first["text"])["analysis"] == f"page {page} shows filters"
        assert [call["role"] for call in others][:2] == ["retriever", "instructor"]
    said = inspect(run, ids[0])
    assert said.index("1. labeller") < said.index("shows filters") < said.index("2. retriever")


def test_a_document_that_the_labeller_turned_down_is_explained(finished):
    [row] = turned_down(finished)
    said = inspect(finished, row["id"])
    assert "rejected at screen: class" in said
    assert "other, says the labeller" in said
    assert "Calls: 1" in said
    assert '"label": "other"' in said
    assert "\x1b" not in said
    told = json.loads(inspect(finished, row["id"], "--json"))
    assert [json.loads(call["text"])["analysis"] for call in told["calls"]] == [SHOP]


def test_it_has_its_line_in_what_was_spent(finished):
    totals = spent(finished / "spend.jsonl")
    assert totals["labeller"].answered == PAGES
    assert totals["labeller"].money > 0
    texts = [runs.call("status", str(finished), cwd=finished.parent).stdout]
    texts.append((finished / "dataset/README.md").read_text())
    assert all(re.search(rf"labeller\W+{PAGES}\W", text) for text in texts)


def test_a_run_from_before_these_calls_were_kept_still_opens(finished, tmp_path):
    old = shutil.copytree(finished, tmp_path / "runs/old")
    with closing(sqlite3.connect(old / "ledger.sqlite")) as ledger, ledger:
        for id, files in ledger.execute("select id, files from units where kind = 'collect'"):
            kept = {name: n for name, n in json.loads(files).items() if name != "calls"}
            ledger.execute("update units set files = ? where id = ?", (json.dumps(kept), id))
    for part in old.glob("parts/collect-*/calls.parquet"):
        part.unlink()
    told = json.loads(inspect(old, runs.ids(old)[0], "--json"))
    assert told["calls"][0]["role"] == "retriever"
    assert "Calls" not in inspect(old, turned_down(old)[0]["id"])
    assert runs.call("publish", str(old), cwd=tmp_path).returncode == 0


def test_an_estimate_leaves_out_what_collecting_took(tmp_path, serve):
    # Room for one question a document, not for those of all that are collected together.
    cap = ("--set", "model.caps.document_tokens=4000")
    with FakeModelServer(reply) as server:
        path = project(tmp_path, serve(gallery(PAGES)).origin, server, prices=PRICES)
        assert run(path, "--collect-only", *cap).returncode == 0
        assert server.calls == PAGES
        took = spent(tmp_path / "runs/run/spend.jsonl")["labeller"]
        asked = ("estimate", "--config", str(path), "--documents", "2")
        told = json.loads(runs.call(*asked, "--json", cwd=tmp_path).stdout)
        said = runs.call(*asked, cwd=tmp_path).stdout
        assert run(path).returncode == 0
        assert not [r for r in server.requests if server.requests.count(r) > 1]
    assert told["collected"] == PAGES - 1
    assert told["collecting"] == {
        "labeller": {"calls": PAGES, "tokens": took.tokens, "money": pytest.approx(took.money)}
    }
    assert [share["agent"] for share in told["agents"]] == list(runs.ROLES)
    assert told["per_document"]["calls"]["value"] == 8
    assert "leave out the labeller (one a borderline document that is collected)" in said
    assert f"has spent {PAGES} calls, {took.tokens:,} tokens" in " ".join(said.split())


def test_in_batch_mode_it_is_one_cycle_more(tmp_path, serve):
    with FakeModelServer(reply) as server:
        path = project(tmp_path, serve(gallery(1)).origin, server, mode="batch")
        waited = 0
        while waited < 12 and (done := run(path, "--quiet")).returncode:
            assert done.returncode == 6, done.stderr
            waited += 1
        asked = ("estimate", "--config", str(path), "--documents", "1", "--json")
        told = json.loads(runs.call(*asked, cwd=tmp_path).stdout)
    assert told["cycles"] == waited == 9
    assert list(told["path"]) == ["labeller", *runs.ROLES]
    folder = tmp_path / "runs/run"
    [id] = runs.ids(folder)
    assert json.loads(inspect(folder, id, "--json"))["calls"][0]["role"] == "labeller"
