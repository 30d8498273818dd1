"""Batches that somebody else answers: what is said of them, what they may hold, no key for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, Reply, faults
from webpages import gallery

HALF = r"\ud83d"


def call(path: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)


def line(question: dict) -> str:
    """An answer as `vllm run-batch` writes it, with half a character in it, twice over."""
    schema = question["body"].get("response_format", {}).get("json_schema", {}).get("schema", {})
    text = scripted_model.answer(schema.get("title", ""))
    text = text.replace("sound", f"so{HALF}und").replace("one picture", f"one{HALF} picture")
    broken = text.replace("so", "so\ud83d", 1)
    body = {"choices": [{"message": {"content": broken}, "finish_reason": "stop"}]}
    said = {"custom_id": question["custom_id"], "response": {"status_code": 200, "body": body}}
    return json.dumps(said)


def write_answers(run: Path, times: int = 1) -> int:
    """Answers all open batches; returns how many questions they hold."""
    count = 0
    for batch in (run / "batch").glob("*/*.jsonl"):
        questions = [json.loads(text) for text in batch.read_text().splitlines()]
        count += len(questions)
        lines = [line(question) for question in questions] * times
        batch.with_suffix(".answers.jsonl").write_text("\n".join([*lines, ""]))
    return count


def test_halves_of_characters_in_answers_cost_nothing_and_stop_no_run(tmp_path, serve):
    site, run = serve(gallery(2)), tmp_path / "runs/run"
    with FakeModelServer() as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch", submit=False)
        for _ in range(12):
            if (done := call(path)).returncode != 6:
                break
            write_answers(run)
        assert done.returncode == 0, done.stderr
        assert not server.calls
    assert len(runs.ids(run)) == 2


def test_who_answers_by_hand_is_told_where_and_needs_no_key(tmp_path, serve):
    site, run = serve(gallery(2)), tmp_path / "runs/run"
    with FakeModelServer() as server:
        options = {"mode": "batch", "submit": False, "api_key_env": "NO_SUCH_KEY"}
        path = runs.with_model(tmp_path, site.origin, server, **options)
        done = call(path)
        assert done.returncode == 6
        assert f"{run}/batch/*/NAME.jsonl" in done.stderr
        assert "NAME.answers.jsonl" in done.stderr
        collected = runs.call("collect", "run", cwd=tmp_path)
        assert collected.returncode == 6
        assert "NAME.answers.jsonl" in collected.stderr
        count = write_answers(run, times=2)
        collected = runs.call("collect", "run", cwd=tmp_path)
        assert collected.returncode == 0, collected.stderr
        assert f"{count} answers filed" in collected.stdout
        refused = call(path, "--set", "model.submit=true")
        assert refused.returncode == 4
        assert "$NO_SUCH_KEY is not set" in refused.stderr


@pytest.mark.parametrize("mode", ["live", "batch"])
def test_an_endpoint_that_only_fails_loses_no_document_of_a_small_run(tmp_path, serve, mode):
    site, run = serve(gallery(2)), tmp_path / "runs/run"
    with FakeModelServer() as server:
        server.fail(faults.server_error())
        path = runs.with_model(tmp_path, site.origin, server, mode=mode, retries=0)
        codes = [call(path).returncode for _ in range(8)]
        assert set(codes) <= {4, 6}
        assert 4 in codes
        server.heal()
        while (done := call(path)).returncode == 6:
            pass
        assert done.returncode == 0, done.stderr
    assert len(runs.ids(run)) == 2


def test_without_a_script_the_fake_server_gives_triples(tmp_path, serve):
    site = serve(gallery(2))
    with FakeModelServer() as server:
        path = runs.with_model(tmp_path, site.origin, server)
        assert call(path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == 2


def test_the_estimate_names_what_is_paid_twice_and_at_which_price(tmp_path, serve):
    site = serve(gallery(2))
    with FakeModelServer() as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch", submit=False)
        assert call(path).returncode == 6
        done = runs.call("estimate", "--config", str(path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "2 of the questions wait in an open batch as well, and are paid twice" in said
    assert "at the endpoint's live price: what was paid is more than is told here" in said


def test_what_a_server_says_cannot_move_the_terminal(tmp_path, serve):
    site = serve(gallery(1))
    said = faults.Fault("said", lambda request, ask: Reply("\x1b[31m{"))
    with FakeModelServer() as server:
        server.fail(said)
        path = runs.with_model(tmp_path, site.origin, server)
        done = call(path, "--set", "model.json_mode=\x1btext")
    assert "\x1b" not in done.stderr + done.stdout
