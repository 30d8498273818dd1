"""`run --collect-only` stops before the chain of agents, and `run` goes on from there."""

from __future__ import annotations

import json
import signal
from contextlib import closing
from pathlib import Path

import pytest

import runs
import scripted_model
import vqva_crawl as vc
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from vqva_crawl.storage.lease import Lease
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.spending import spent
from webpages import gallery

PAGES = 4
WAITING = "documents wait for the chain of agents, and `vqva-crawl run` goes on"
BACKEND = {"exhaust": False, "sitemap": False}  # annotates what queries hit


def run(path: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", str(path), *more, cwd=path.parent)


def collected(path: Path, *more: str) -> runs.Done:
    done = run(path, "--collect-only", *more)
    assert done.returncode == 0, done.stderr
    return done


def both(folder: Path) -> tuple[Path, Path]:
    """Folders of a run that never stops and of one that does."""
    for name in ("whole", "broken"):
        (folder / name).mkdir()
    return folder / "whole", folder / "broken"


def planned(request: ChatRequest) -> str:
    """A planner that asks for another filter in each round, and tells what it was told."""
    if (request.schema or {}).get("title") != "Plan":
        return scripted_model.reply(request)
    texts = [t for t in ("emboss filter", "gaussian blur", "find edges") if t not in request.text]
    queries = [{"text": t, "topic": "plant growth", "family": "causal"} for t in texts[:1]]
    return json.dumps({"analysis": "", "queries": queries})


# what is collected, and what is not ----------------------------------------------------------


def test_what_was_collected_waits_and_a_run_ends_as_if_it_never_stopped(tmp_path, serve):
    site = serve(gallery(PAGES))
    whole, broken = (runs.config(folder, [site.origin]) for folder in both(tmp_path))
    assert run(whole).returncode == 0
    site.requests.clear()
    done = collected(broken)
    asked = sum(site.requests.values())
    assert f"{PAGES} {WAITING}" in done.stdout
    assert "no triple came out" not in done.stderr
    folder = broken.parent / "runs/run"
    assert not list(folder.glob("parts/annotate-*"))
    assert not (folder / "dataset").exists()
    assert not (folder / "report").exists()
    assert "dataset" not in done.stdout
    assert f"{PAGES} {WAITING}" in runs.call("status", "run", cwd=broken.parent).stdout
    # There is nothing to collect before the chain has made something of this.
    again = collected(broken, "--rounds", "3")
    assert f"{PAGES} {WAITING}" in again.stdout
    assert collected(broken, "--quiet") == (0, "", "")
    assert run(broken).returncode == 0
    assert sum(site.requests.values()) == asked
    assert runs.ids(folder) == runs.ids(whole.parent / "runs/run") != []
    # The rounds are played: it says so, and leaves the dataset alone.
    shard = next((folder / "dataset").glob("train-*"))
    before = shard.stat().st_mtime_ns
    assert "limits.rounds reached (1)" in collected(broken).stdout
    assert shard.stat().st_mtime_ns == before
    more = collected(broken, "--set", "limits.rounds=9")
    assert "nothing left to search, collect or annotate" in more.stdout


def test_round_by_round_with_a_planner_that_is_a_model(tmp_path, serve):
    site = serve(gallery(9))
    search = {"kind": "site", "options": {"start": [f"{site.origin}/"], **BACKEND}}
    more = {
        "limits": {"rounds": 3},
        "plan": {"agent": {"name": "vlm"}},
        "search": {"backends": [search], "hits_per_query": 2},
    }
    both_ways = []
    for folder in both(tmp_path):
        with FakeModelServer(planned) as server:
            agents = {role: {"name": "vlm"} for role in runs.ROLES}
            model = {"base_url": server.base_url, "name": "fake", "api_key_env": None}
            # Each run has a model of its own, so that no answer is stored before.
            model["cache"] = str(folder / "answers")
            path = runs.config(folder, [site.origin], agents=agents, model=model, **more)
            if folder.name == "broken":
                for number in (1, 2, 3):
                    calls = server.calls
                    done = collected(path, "--rounds", "1")
                    assert WAITING in done.stdout
                    assert server.calls == calls + 1, "the planner alone"
                    rest = ("--set", f"limits.rounds={number}")
                    assert run(path, *rest).returncode == 0
            assert run(path).returncode == 0
            plans = [r.text for r in server.requests if r.schema and r.schema["title"] == "Plan"]
            both_ways.append((plans, server.calls, runs.ids(folder / "runs/run")))
    assert both_ways[0] == both_ways[1]
    plans, _, ids = both_ways[0]
    assert (len(plans), len(ids)) == (3, 6)


def test_it_wants_no_key_that_only_the_chain_needs(tmp_path, serve):
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, serve(gallery(1)).origin, server, api_key_env="NO_SUCH")
        collected(path)
        assert server.calls == 0
        assert run(path).returncode == 4
        # What was collected does not wait for the next call alone: status tells how it stands.
        assert "(not finished)" in runs.call("status", "run", cwd=tmp_path).stdout
        assert "1 document waits" in collected(path).stdout


def test_in_batch_mode_the_planner_is_waited_for_and_nobody_else(tmp_path, serve):
    site = serve(gallery(PAGES))
    with FakeModelServer(planned) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        planner = ("--set", "plan.agent.name=vlm")
        assert run(path, "--collect-only", *planner).returncode == 6
        assert f"{PAGES} {WAITING}" in collected(path, *planner).stdout
        assert list(spent(tmp_path / "runs/run/spend.jsonl")) == ["planner"]
        done = runs.ended(path, *planner)
        assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == PAGES


def test_a_fork_may_wait_too(tmp_path, serve):
    site = serve(gallery(PAGES))
    path = runs.config(tmp_path, [site.origin])
    assert run(path).returncode == 0
    asked = sum(site.requests.values())
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server)
        assert f"{PAGES} {WAITING}" in collected(path, "--fork", "other").stdout
        assert server.calls == 0
        other = ("--config", str(path), "--set", "name=other")
        told = runs.call("estimate", *other, "--documents", "1", cwd=tmp_path)
        assert f"1 of {PAGES} documents asked about" in told.stdout
        assert runs.call("run", *other, cwd=tmp_path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/other")) == PAGES
    assert sum(site.requests.values()) == asked


def test_near_duplicates_wait_for_nobody(tmp_path, serve):
    files = gallery(2)
    files["/page-1.html"] = files["/page-0.html"]
    assert "1 document waits" in collected(runs.config(tmp_path, [serve(files).origin])).stdout


def test_from_python(tmp_path, serve):
    report = vc.run(runs.config(tmp_path, [serve(gallery(2)).origin]), collect_only=True)
    assert f"2 {WAITING}" in report.stopped_because
    assert (report.counts["documents"], report.samples) == (2, 0)


# gates, locks and kills -----------------------------------------------------------------------


def test_gates_judge_what_was_collected_and_not_the_chain(tmp_path, serve):
    site = serve(gallery(PAGES))
    path = runs.config(tmp_path, [site.origin], limits={"rounds": 1, "min_accept": 0.5})
    assert f"{PAGES} {WAITING}" in collected(path).stdout
    empty = tmp_path / "empty"
    empty.mkdir()
    nothing = run(runs.config(empty, [serve({}).origin]), "--collect-only")
    assert nothing.returncode == 3
    assert "no document was collected" in nothing.stderr


def test_dry_it_asks_for_nothing_and_a_held_run_is_left_alone(tmp_path, serve):
    site = serve(gallery(2))
    path = runs.config(tmp_path, [site.origin])
    assert "name: run" in collected(path, "--dry-run").stdout
    assert not site.requests
    collected(path)
    with closing(Ledger(f"sqlite:///{tmp_path}/runs/run/ledger.sqlite")) as ledger:
        lease = Lease(ledger, "run")
        assert run(path, "--collect-only").returncode == 75
        lease.release()
    assert run(path).returncode == 0


@pytest.mark.parametrize("point", ["after-part", "before-commit", "after-phase"])
def test_killed_while_it_collects_either_command_goes_on(tmp_path, serve, monkeypatch, point):
    site = serve(gallery(PAGES))
    path = runs.config(tmp_path, [site.origin], plugins=["simple_agents", "crashing"])
    monkeypatch.setenv("CRASH_AT", point)
    process = runs.start_to_kill("run", "--config", str(path), "--collect-only", cwd=tmp_path)
    assert process.wait() == -signal.SIGKILL, (tmp_path / "output.txt").read_text()
    monkeypatch.delenv("CRASH_AT")
    if point == "before-commit":
        assert f"{PAGES} {WAITING}" in collected(path).stdout
    assert run(path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == PAGES
