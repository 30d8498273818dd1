"""Batch runs in which something goes wrong: a question, a changed config, unfinished answers."""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, Reply
from vqva_crawl.clients.fake_model.faults import Fault
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.storage.spend_lines import read
from vqva_crawl.storage.spending import spent, waiting, whole
from webpages import gallery

HARMFUL = "this picture is against our rules"


def always(reply: Reply) -> Fault:
    return Fault("always", lambda request, ask: reply)


def call(path: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)


def rejected(run: Path) -> list[tuple[str, str]]:
    """(reason, detail) of each record."""
    parts = run.glob("parts/*/rejected.parquet")
    return [(r["reason"], r["detail"]) for p in parts for r in pq.read_table(p).to_pylist()]


def answer(question: dict) -> str:
    """A line as `vllm run-batch` writes it."""
    title = question["body"].get("response_format", {}).get("json_schema", {}).get("schema", {})
    message = {"content": scripted_model.answer(title.get("title"))}
    usage = {"prompt_tokens": 100, "completion_tokens": 10}
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}
    said = {"custom_id": question["custom_id"], "response": {"status_code": 200, "body": body}}
    return json.dumps(said)


def test_a_question_that_is_always_refused_costs_its_record_alone(tmp_path, serve):
    site = serve(gallery(2))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        server.fail(always(error(400, HARMFUL)), calls=[0])
        done = runs.ended(path)
        assert done.returncode == 0, done.stderr
        asked = server.calls
        assert call(path).returncode == 0
        assert server.calls == asked
    run = tmp_path / "runs/run"
    assert len(runs.ids(run)) == 1
    assert ("endpoint_refused", HARMFUL) in rejected(run)


def test_a_question_that_met_a_crowd_is_asked_again(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        server.fail(always(error(429, "too many at once")), calls=[0])
        assert call(path).returncode == 6
        shown = " ".join(runs.call("status", "run", cwd=tmp_path).stdout.split())
        waits = waiting(tmp_path / "runs/run/spend.jsonl")
        assert f"1 open, 1 question, at most {waits.tokens:,} tokens reserved" in shown
        assert waits.tokens > 1000
        said = runs.call("collect", "run", cwd=tmp_path).stdout
        assert "1 failed and will be asked again (too many at once)" in said
        assert runs.ended(path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == 1
    assert "batches" not in runs.call("status", "run", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (error(404, "no such model"), "is model.name 'fake' right?"),
        (error(400, "response_format is not supported"), "is model.json_mode right?"),
    ],
)
def test_what_no_question_can_pass_ends_the_run_and_costs_no_record(tmp_path, serve, refused, said):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        with server.fail(always(refused)):
            done = runs.ended(path)
        assert done.returncode == 4
        assert said in done.stderr
        assert runs.ended(path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == 1


def test_a_key_that_may_change_orphans_no_batch(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        assert call(path).returncode == 6
        changed = ("--set", "model.timeout=99", "--set", "model.prices.prompt=2")
        assert runs.ended(path, *changed, "--set", "model.concurrency=3").returncode == 0
        questions = [json.dumps(request.raw, sort_keys=True) for request in server.requests]
    assert len(set(questions)) == len(questions)  # none was paid twice
    assert not list((tmp_path / "runs/run/batch").rglob("*.submitted"))


def test_answers_that_are_still_being_written_are_waited_for(tmp_path, serve):
    site = serve(gallery(2))
    run = tmp_path / "runs/run"
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch", submit=False)
        assert call(path).returncode == 6
        (batch,) = (run / "batch").rglob("*.jsonl")
        first, second = [answer(json.loads(line)) for line in batch.read_text().splitlines()]
        answers = batch.with_suffix(".answers.jsonl")
        whole = f"{first}\n{second}"
        for written in ("", f"{first}\n", f"{first}\n{second[:50]}", f"{whole}\n{second[:50]}"):
            answers.write_text(written)
            done = runs.call("collect", "run", cwd=tmp_path)
            assert done.returncode == 6, (written, done.stdout, done.stderr)
            assert "1 in progress; 0 answers filed" in done.stdout
            assert call(path, "--set", "model.submit=true").returncode == 6
            assert batch.exists()
            assert answers.read_text() == written
            assert not spent(run / "spend.jsonl")
        assert not server.calls
        answers.write_text(f"{first[:50]}\n{second}\n")
        broken = runs.call("collect", "run", cwd=tmp_path)
        assert broken.returncode == 74
        (said,) = broken.stderr.strip().splitlines()
        assert f"{answers.name}: line 1 " in said
        answers.write_text(whole)
        assert "1 completed; 2 answers filed" in runs.call("collect", "run", cwd=tmp_path).stdout
        assert sum(total.calls for total in spent(run / "spend.jsonl").values()) == 2
        assert not answers.exists()


def test_a_question_answered_oddly_again_and_again_costs_its_record_alone(tmp_path, serve):
    site = serve(gallery(2))
    run = tmp_path / "runs/run"
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch", submit=False)
        odd = ""
        for _ in range(20):
            done = call(path)
            if done.returncode == 0:
                break
            assert done.returncode == 6, done.stderr
            for batch in (run / "batch").rglob("*.jsonl"):
                lines = [json.loads(line) for line in batch.read_text().splitlines()]
                odd = odd or lines[0]["custom_id"]
                told = [
                    json.dumps({"custom_id": odd, "response": "what?"})
                    if line["custom_id"] == odd
                    else answer(line)
                    for line in lines
                ]
                batch.with_suffix(".answers.jsonl").write_text("\n".join(told))
    assert done.returncode == 0
    assert len(runs.ids(run)) == 1
    (detail,) = [detail for reason, detail in rejected(run) if reason == "endpoint_failed"]
    assert "(3 batches)" in detail


def test_a_batch_that_is_too_large_is_divided_before_it_is_handed_over(tmp_path, serve):
    site = serve(gallery(2))
    batches = tmp_path / "runs/run/batch"
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch", submit=False)
        assert call(path).returncode == 6
        assert len(list(batches.rglob("*.jsonl"))) == 1
        smaller = ("--set", "model.batch_lines=1", "--set", "model.submit=true")
        assert call(path, *smaller).returncode == 6
        assert len(list(batches.rglob("*.submitted"))) == len(list(batches.rglob("*.jsonl"))) == 2
        server.refuse_batches("too many tokens are waiting")
        last = max(batches.rglob("*.jsonl"))
        last.with_suffix(".answers.jsonl").write_text(answer(json.loads(last.read_text())))
        refused = runs.call("collect", "run", cwd=tmp_path)
        assert refused.returncode == 4
        assert "a smaller model.batch_lines" in refused.stderr
        assert len(list(batches.rglob("*.jsonl"))) == 1  # the other one is filed


def test_the_cap_of_a_document_holds_over_the_calls_of_a_batch_run(tmp_path, serve):
    site = serve(gallery(1))
    run = tmp_path / "runs/run"
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        assert call(path).returncode == 6
        (line,) = (run / "spend.jsonl").read_bytes().strip().split(b"\n")
        first = read(line).tokens
        cap = f"model.caps.document_tokens={first + 1}"
        done = runs.ended(path, "--set", cap)
        assert done.returncode == 0, done.stderr
        assert 0 < sum(total.tokens for total in spent(run / "spend.jsonl").values()) <= first + 1
        asked = server.calls
    assert not runs.ids(run)
    assert "budget" in [reason for reason, _ in rejected(run)]
    assert asked >= 1


@pytest.mark.parametrize(("gone", "earlier"), [(0, False), (1, False), (2, False), (0, True)])
def test_a_kill_before_a_batch_is_gone_pays_no_answer_twice(
    tmp_path, serve, monkeypatch, gone, earlier
):
    """`gone` of its files are deleted by then; an earlier version reserved nothing for it."""
    site = serve(gallery(2))
    run = tmp_path / "runs/run"
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        assert call(path).returncode == 6
        if earlier:
            (run / "spend.jsonl").write_text("")
        unlink, calls = Path.unlink, itertools.count()

        def killed(file: Path, missing_ok: bool = False) -> None:
            if file.is_relative_to(run / "batch") and next(calls) == gone:
                raise KeyboardInterrupt
            unlink(file, missing_ok)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", killed)
            with contextlib.suppress(KeyboardInterrupt):
                runs.call("collect", "run", cwd=tmp_path)
        assert next(calls) == gone + 1
        assert whole(spent(run / "spend.jsonl")).tokens == server.usage.total
        assert runs.ended(path).returncode == 0
        total = whole(spent(run / "spend.jsonl"))
        assert (total.tokens, total.calls) == (server.usage.total, server.calls)
    assert len(runs.ids(run)) == 2
