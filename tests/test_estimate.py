"""`estimate` asks about a few documents, tells what all will cost, and leaves the run as it was."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, faults
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.config import Endpoint, parse
from vqva_crawl.estimating.endpoints import hours
from vqva_crawl.estimating.projecting import estimate
from vqva_crawl.estimating.trying import Trial, drawn
from vqva_crawl.records import Rejected
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.spend import Total
from vqva_crawl.storage.spending import spent
from vqva_crawl.storage.units import DocumentRef
from webpages import gallery

PAGES = 4
PRICES = {"prompt": 2.0, "completion": 16.0}


def run(path: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)


def estimated(path: Path, documents: int, *more: str) -> dict:
    arguments = ("--config", str(path), "--documents", str(documents), "--json", *more)
    done = runs.call("estimate", *arguments, cwd=path.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def both_ways(request: ChatRequest) -> str:
    """Two pairs a page."""
    answer = json.loads(scripted_model.reply(request))
    for pair in answer.get("pairs", [])[:1]:
        answer["pairs"].append({**pair, "question": 2, "answer": 1})
    return json.dumps(answer)


def test_a_few_documents_are_paid_once_and_the_run_is_left_alone(tmp_path, serve):
    site = serve(gallery(PAGES))
    folder = tmp_path / "runs/run"

    def state() -> dict[str, bytes]:
        files = [folder / "ledger.sqlite", *folder.glob("parts/**/*")]
        return {str(p): p.read_bytes() for p in files if p.is_file()}

    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server, prices=PRICES)
        assert run(path, "--collect-only").returncode == 0
        assert server.calls == 0
        before = state()
        told = estimated(path, 2)
        paid = server.calls
        assert (told["documents"], told["collected"], told["samples"]) == (2, PAGES, 2)
        assert told["per_document"]["calls"]["value"] == 8
        assert told["per_sample"]["calls"]["value"] == 8
        assert told["projected"]["calls"]["value"] == 8 * PAGES
        assert told["projected"]["accepted samples"]["value"] == PAGES
        assert told["answers"] == 16
        # The two documents ask three questions in the same words: these too were paid here.
        assert paid == 16 - 3
        assert told["stored_answers"] == 0
        assert told["paid_tokens"] == sum(t.tokens for t in spent(folder / "spend.jsonl").values())
        assert told["cycles"] is None
        again = estimated(path, 2)
        assert server.calls == paid
        assert (again["stored_answers"], again["paid_tokens"]) == (16, 0)
        assert again["per_document"]["money"] == told["per_document"]["money"]
        assert again["per_document"]["seconds of calls"]["value"] == pytest.approx(
            told["per_document"]["seconds of calls"]["value"], rel=0.1
        )
        said = runs.call("estimate", "--config", str(path), "--documents", "2", cwd=tmp_path).stdout
        assert state() == before
        money = sum(total.money for total in spent(folder / "spend.jsonl").values())
        assert money == pytest.approx(told["paid_money"])
        assert run(path).returncode == 0
        assert len(runs.ids(folder)) == PAGES
        assert not [r for r in server.requests if server.requests.count(r) > 1]
    for text in ("2 of 4 documents", "an accepted sample", "all 4 documents", "completion tokens"):
        assert text in said
    assert "16 of 16 answers were stored before" in said
    assert "fewer samples, and each costs more" in said
    for role in runs.ROLES:
        assert role in said


def test_batch_cycles_are_those_that_a_round_takes(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(both_ways) as server:
        path = runs.with_model(tmp_path, site.origin, server, mode="batch")
        waited = 0
        while (done := run(path)).returncode:
            assert done.returncode == 6, done.stderr
            waited += 1
        told = estimated(path, 1)
    assert len(runs.ids(tmp_path / "runs/run")) == 2
    assert told["cycles"] == waited == 8
    assert told["path"] == {
        "retriever": 1, "instructor": 1, "filter": 4, "rewriter": 1, "reasoner": 1,
    }  # fmt: skip
    answered = {role: t.answered for role, t in spent(tmp_path / "runs/run/spend.jsonl").items()}
    assert list(answered) == list(runs.ROLES)  # and none for a batch as such
    assert answered["instructor"] == 2


def test_what_cannot_be_estimated_is_one_line(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server)
        asked = ("estimate", "--config", str(path))
        collect = f"vqva-crawl run --config {path} --set seed=0 --collect-only"
        said = f"has no documents yet: collect some, `{collect}`"
        cases = [((*asked, "--set", "seed=0"), 2, said)]
        cases.append(((*asked, *_rules()), 2, "no agent of this config's chain asks a model"))
        for arguments, code, said in cases:
            done = runs.call(*arguments, cwd=tmp_path)
            assert (done.returncode, len(done.stderr.strip().splitlines())) == (code, 1)
            assert said in done.stderr
        assert not (tmp_path / "runs").exists()
        assert runs.call(*collect.split()[1:], cwd=tmp_path).returncode == 0
        done = runs.call(*asked, "--set", "model.caps.run_tokens=1", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (5, "")
        assert "model.caps.run_tokens is reached" in done.stderr


def _rules() -> list[str]:
    return [word for role in runs.ROLES for word in ("--set", f"agents.{role}.name=rules")]


# the numbers ----------------------------------------------------------------------------------


def config(**model: object):
    known = {"base_url": "http://127.0.0.1:1/v1", "name": "m", "api_key_env": None, **model}
    agents = {role: {"name": "vlm"} for role in runs.ROLES}
    return parse({"name": "r", "model": known, "agents": agents}, "config")


def call(document: str, seconds: float = 1.0, prompt: int = 1000) -> ModelCall:
    return ModelCall(
        document=document,
        record=document,
        role="retriever",
        model="m",
        prompt="p",
        key=document,
        prompt_tokens=prompt,
        completion_tokens=10,
        seconds=seconds,
        cached=False,
        finish_reason="stop",
        text="",
    )


def trial(calls: list[ModelCall], collected: int = 100) -> Trial:
    documents = tuple(dict.fromkeys(c.document for c in calls))
    ends = [Rejected(id=d, stage="retrieve", reason="no_pair") for d in documents]
    return Trial(documents, collected, 0, calls, ends, Total(), {}, {})


def test_ranges_hold_the_mean_and_shrink_to_nothing_when_all_is_known():
    calls = [call(f"d{n}", prompt=1000 * (1 + n % 3)) for n in range(12)]
    few = estimate(trial(calls), config())
    known = few.per_document["prompt tokens"]
    assert known.low < known.value == 2000 < known.high
    assert few.projected["prompt tokens"].value == 200_000
    assert few.per_sample == {}
    every = estimate(trial(calls, collected=12), config())
    whole = every.projected["prompt tokens"]
    assert whole.low == whole.value == whole.high == 24_000
    assert few == estimate(trial(calls), config())


def test_the_time_is_that_of_the_limit_that_holds_longest():
    calls = [call("d", seconds=36.0) for _ in range(10)]
    for limits, told in (
        ({"concurrency": 10}, 1.0),
        ({"concurrency": 1}, 10.0),
        ({"concurrency": 10, "requests_per_minute": 1}, 10 * 100 / 60),
        ({"concurrency": 10, "tokens_per_minute": 100}, 10 * 1010 * 100 / 100 / 60),
    ):
        settings = {"retriever": [Endpoint(name="m", **limits)]}
        assert math.isclose(hours(trial(calls), settings, units=4), told), limits


def test_a_small_job_takes_as_long_as_its_longest_chain():
    calls = [call("d", seconds=36.0) for _ in range(10)]  # each waits for the one before
    settings = {"retriever": [Endpoint(name="m", concurrency=10)]}
    assert math.isclose(hours(trial(calls, collected=1), settings, units=4), 0.1)


def test_the_draw_is_stable_and_leaves_duplicates_out():
    refs = [DocumentRef(id=f"{n:032x}", unit="u") for n in range(30)]
    refs[3] = refs[3].model_copy(update={"duplicate_of": "x"})
    assert drawn(refs, 5, 0) == drawn(refs[::-1], 10, 0)[:5]
    assert drawn(refs, 30, 0) != drawn(refs, 30, 1)
    assert refs[3] not in drawn(refs, 30, 0)


def test_an_endpoint_that_answers_no_call_ends_it_with_4(tmp_path, serve):
    site = serve(gallery(PAGES))
    refused = faults.Fault("refused", lambda request, ask: error(400, "not these pages"))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server)
        assert run(path, "--collect-only").returncode == 0
        server.fail(faults.on("example number", refused))
        done = runs.call("estimate", "--config", str(path), cwd=tmp_path)
    assert done.returncode == 4, done.stdout
    (line,) = done.stderr.strip().splitlines()
    assert "no call was answered" in line
    assert "not these pages" in line
