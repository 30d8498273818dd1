"""Runs in which a fallback or a second model answers: what is told of a call is true of it."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.clients.fake_model.reply import error
from webpages import gallery

PAGES = 2
DEAR = {"prompt": 200.0, "completion": 1600.0}
CHEAP = {"prompt": 2.0, "completion": 16.0}


@contextlib.contextmanager
def project(folder: Path, origin: str, **fallback: object) -> Iterator[Path]:
    """A config whose filter asks an endpoint that fails on every call, and then its fallback."""
    with (
        FakeModelServer(scripted_model.reply) as broken,
        FakeModelServer(scripted_model.reply) as up,
    ):
        broken.fail(faults.server_error())
        agents = {role: {"name": "vlm"} for role in runs.ROLES}
        agents["filter"] |= {
            "model": {"base_url": broken.base_url, "name": "dear", "retries": 0, "prices": DEAR},
            "fallback": {"base_url": up.base_url, "prices": dict(CHEAP), **fallback},
        }
        section = {"base_url": up.base_url, "name": "fake", "api_key_env": None, "prices": CHEAP}
        yield runs.config(folder, [origin], agents=agents, model=section)


def run(path: Path, *more: str) -> Path:
    done = runs.call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return path.parent / "runs/run"


def marks(folder: Path, agent: str) -> list[str]:
    """The models of an agent in each row's lineage."""
    rows = runs.rows(folder)
    assert len(rows) == PAGES
    return [m["model"] for row in rows for m in row["lineage"]["agents"] if m["agent"] == agent]


def estimated(path: Path) -> dict:
    arguments = ("--config", str(path), "--documents", str(PAGES), "--json")
    done = runs.call("estimate", *arguments, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def calls(folder: Path) -> list[dict]:
    return [r for p in folder.glob("parts/*/calls.parquet") for r in pq.read_table(p).to_pylist()]


def test_the_fallback_is_named_in_lineage_calls_story_and_card(tmp_path, serve):
    with project(tmp_path, serve(gallery(PAGES)).origin, name="cheap") as path:
        folder = run(path)
    assert marks(folder, "filter:vlm") == ["cheap"] * PAGES
    assert marks(folder, "reasoner:vlm") == ["fake"] * PAGES
    models = {(call["role"], call["model"]) for call in calls(folder)}
    assert ("filter", "cheap") in models
    assert ("filter", "dear") not in models
    said = runs.call("inspect", str(folder), runs.ids(folder)[0], cwd=tmp_path).stdout
    assert "cheap, " in said
    assert "dear, " not in said
    card = (folder / "dataset/README.md").read_text()
    assert "| filter:vlm | cheap |" in card
    assert "| filter:vlm | dear |" not in card


@pytest.mark.parametrize("name", ["cheap", "dear"])  # the same model may be at both addresses
def test_an_estimate_has_the_prices_of_the_endpoint_that_answered(tmp_path, serve, name):
    with project(tmp_path, serve(gallery(PAGES)).origin, name=name) as path:
        folder = run(path)
        told = estimated(path)
    assert told["answers"] == told["stored_answers"]
    shares = {(share["agent"], share["model"]): share for share in told["agents"]}
    assert ("filter", name) in shares
    assert len(shares) == len(runs.ROLES)
    money = sum(share["money"] for share in shares.values())
    assert money == pytest.approx(told["per_document"]["money"]["value"])
    tokens = [(call["prompt_tokens"], call["completion_tokens"]) for call in calls(folder)]
    cheap = sum(p * CHEAP["prompt"] + c * CHEAP["completion"] for p, c in tokens) / 1e6
    assert money * PAGES == pytest.approx(cheap)


def test_a_stored_answer_gives_the_same_lineage(tmp_path, serve):
    with project(tmp_path, serve(gallery(PAGES)).origin, name="cheap") as path:
        folder = run(path)
        before = runs.rows(folder)
        run(path, "--fork", "again")
    again = runs.rows(tmp_path / "runs/again")
    assert [r["lineage"]["agents"] for r in again] == [r["lineage"]["agents"] for r in before]


def test_a_question_that_was_put_right_keeps_its_filters_calls(tmp_path, serve):
    """`verify` changes the instruction, and with it the id, while the filter is at work."""
    right = "Show this picture as it looks once it has been treated in that way."
    verdict = {
        "analysis": "unclear",
        "difference": "tone",
        "verdict": "correct",
        "instruction": right,
        "expectation": "the treated picture",
    }

    def reply(request):
        title = (request.schema or {}).get("title")
        answers = {"Caption": {"caption": "shapes"}, "Difference": verdict}
        return json.dumps(answers[title]) if title in answers else scripted_model.reply(request)

    with FakeModelServer(reply) as server:
        path = runs.with_model(tmp_path, serve(gallery(1)).origin, server)
        options = ("--set", "agents.filter.options.verify=true")
        folder = run(path, *options)
    (row,) = runs.rows(folder)
    assert row["instruction"] == right
    done = runs.call("inspect", str(folder), row["id"], "--json", cwd=tmp_path)
    roles = [call["role"] for call in json.loads(done.stdout)["calls"]]
    assert roles.count("filter") == 7


def two(folder: Path, origin: str, first: FakeModelServer, other: FakeModelServer, **model) -> Path:
    """A config whose agents ask one endpoint, and another one where it cannot answer."""
    fallback = {"base_url": other.base_url, "name": "other"}
    agents = {role: {"name": "vlm", "fallback": dict(fallback)} for role in runs.ROLES}
    section = {"base_url": first.base_url, "name": "first", "api_key_env": None, "retries": 0}
    return runs.config(folder, [origin], agents=agents, model=section | model)


def test_a_run_that_is_made_again_asks_nobody_whoever_is_up_by_then(tmp_path, serve):
    site = serve(gallery(PAGES))
    with (
        FakeModelServer(scripted_model.reply) as first,
        FakeModelServer(scripted_model.reply) as other,
    ):
        path = two(tmp_path, site.origin, first, other)
        with first.fail(faults.server_error(), calls=range(PAGES, 10_000), rate=0.5):
            folder = run(path)
        before, asked = runs.rows(folder), (first.calls, other.calls)
        shutil.rmtree(folder)
        again = runs.rows(run(path))
        assert (first.calls, other.calls) == asked
    assert {call["model"] for call in calls(folder)} == {"first", "other"}
    assert [r["lineage"]["agents"] for r in again] == [r["lineage"]["agents"] for r in before]


def test_what_a_batch_refuses_for_good_goes_into_a_batch_of_the_fallback(tmp_path, serve):
    site = serve(gallery(PAGES))
    with (
        FakeModelServer(scripted_model.reply) as first,
        FakeModelServer(scripted_model.reply) as other,
    ):
        path = two(tmp_path, site.origin, first, other, mode="batch")
        first.fail(faults.Fault("refused", lambda request, ask: error(400, "no")), calls=[0])
        done = runs.ended(path)
        assert done.returncode == 0, done.stderr
        for server in (first, other):
            questions = [json.dumps(request.raw, sort_keys=True) for request in server.requests]
            assert len(set(questions)) == len(questions)
        assert other.calls == 1
    assert sorted(set(marks(tmp_path / "runs/run", "retriever:vlm"))) == ["first", "other"]
