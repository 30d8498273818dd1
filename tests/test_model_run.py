"""Whole runs with agents that ask a model, against a real server with a scripted one."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest
import yaml

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.storage.spending import spent, whole
from webpages import gallery

PAGES = 4


def config(folder: Path, origin: str, server: FakeModelServer, **model: object) -> Path:
    agents = {role: {"name": "vlm"} for role in runs.ROLES}
    section = {"base_url": server.base_url, "name": "fake", "api_key_env": None, **model}
    return runs.config(folder, [origin], agents=agents, model=section)


def call(path: Path, *more: str):
    return runs.call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)


def test_a_run_with_a_model_gives_samples_that_say_who_made_them(tmp_path, serve):
    site = serve(gallery(PAGES))
    with FakeModelServer(scripted_model.reply) as server:
        done = call(config(tmp_path, site.origin, server))
        assert done.returncode == 0, done.stderr
        run = tmp_path / "runs/run"
        assert len(runs.ids(run)) == PAGES
        assert not server.mentioning(site.origin)
        assert not server.mentioning("http")
        before = server.calls
        for part in (run / "parts").glob("annotate-*"):
            assert (part / "calls.parquet").exists()
        # The same again: all answers are stored.
        shutil.rmtree(run)
        assert call(config(tmp_path, site.origin, server)).returncode == 0
        assert server.calls == before
    row = runs.rows(run)[0]
    agent = row["lineage"]["agents"][0]
    assert (agent["agent"], agent["model"]) == ("retriever:vlm", "fake")
    assert len(agent["prompt_digest"]) == 32
    assert len(row["reasoning"].split("\n\n")) == 5


def test_a_changed_prompt_annotates_again_without_a_request_to_the_web(
    tmp_path, serve, monkeypatch
):
    site = serve(gallery(PAGES))
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server)
        assert call(path).returncode == 0
        asked, calls = sum(site.requests.values()), server.calls
        (tmp_path / "prompts").mkdir()
        shipped = Path(__file__).parents[1] / "prompts/reasoner.md"
        (tmp_path / "prompts/reasoner.md").write_text(shipped.read_text() + "\nBe brief.\n")
        refused = call(path)
        assert refused.returncode == 2
        assert "prompts.reasoner" in refused.stderr
        again = call(path, "--fork", "brief")
        assert again.returncode == 0, again.stderr
        assert sum(site.requests.values()) == asked
        assert server.calls == calls + PAGES  # the reasoner alone
    assert len(runs.ids(tmp_path / "runs/brief")) == PAGES


def test_killed_at_random_it_ends_with_the_same_samples_and_asks_nothing_twice(tmp_path, serve):
    site = serve(gallery(PAGES))
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    with FakeModelServer(scripted_model.reply, latency=0.1) as server:
        whole = config(tmp_path / "whole", site.origin, server)
        assert call(whole).returncode == 0
        alone = server.calls
        path = config(tmp_path / "broken", site.origin, server, concurrency=2)
        kills = 0
        while kills < 3:
            before = server.calls
            process = runs.start_to_kill("run", "--config", str(path), "--quiet", cwd=tmp_path)
            while server.calls < before + 3 and process.poll() is None:
                time.sleep(0.02)
            process.kill()
            kills += 1
        assert call(path).returncode == 0
        assert server.calls - alone <= alone + 2 * kills  # what was in flight
    assert runs.ids(tmp_path / "broken/runs/run") == runs.ids(tmp_path / "whole/runs/run")


@pytest.mark.parametrize(
    ("broken", "code", "said"),
    [
        ({"api_key_env": "NO_SUCH_KEY"}, 4, "$NO_SUCH_KEY is not set"),
        ({"base_url": "http://127.0.0.1:9/v1", "retries": 0}, 4, "http://127.0.0.1:9/v1"),
        ({"base_url": None}, 2, "model.base_url"),
        ({"name": "other"}, 4, "is model.name 'other' right?"),
        ({"caps": {"run_tokens": 10}}, 5, "model.caps.run_tokens is reached"),
        ({"base_url": "http://me:canary@127.0.0.1:9/v1"}, 2, "model.base_url: a user name"),
        ({"api_key_env": "sk-canary"}, 2, "model.api_key_env: the name of an environment"),
    ],
)
def test_what_is_wrong_with_an_endpoint_is_one_line(tmp_path, serve, broken, code, said):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply, models=["fake"]) as server:
        done = call(config(tmp_path, site.origin, server, **broken))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "canary" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_wrong_keys_cost_nothing_and_the_right_one_goes_on(tmp_path, serve, monkeypatch):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply, key="right") as server:
        path = config(tmp_path, site.origin, server, api_key_env="SOME_KEY")
        for key, code in (("wrong", 4), ("right\n", 0)):
            monkeypatch.setenv("SOME_KEY", key)
            done = call(path)
            assert done.returncode == code, done.stderr
    total = whole(spent(tmp_path / "runs/run/spend.jsonl"))
    assert total.tokens == server.usage.total
    assert total.failed


def test_an_endpoint_that_goes_down_in_the_middle_keeps_what_is_done(tmp_path, serve):
    site = serve(gallery(PAGES))
    (tmp_path / "whole").mkdir()
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server, retries=0, concurrency=1)
        server.fail(faults.dropped(), calls=range(9, 1000))
        stopped = call(path)
        assert stopped.returncode == 4
        assert server.base_url in stopped.stderr
        server.heal()
        answered, tried = 9, server.calls
        assert call(path).returncode == 0
        second = server.calls - tried
        whole = config(tmp_path / "whole", site.origin, server)
        before = server.calls
        assert call(whole).returncode == 0
        assert answered + second == server.calls - before  # no stored answer is asked for again
    assert runs.ids(tmp_path / "runs/run") == runs.ids(tmp_path / "whole/runs/run")


@pytest.mark.parametrize("submit", [True, False])
def test_a_batch_run_waits_and_goes_on(tmp_path, serve, submit):
    site = serve(gallery(PAGES))
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server, mode="batch", submit=submit)
        for _ in range(12):
            done = call(path)
            if done.returncode == 0:
                break
            assert done.returncode == 6, done.stderr
            if not submit:
                answer_by_hand(tmp_path / "runs/run/batch")
        else:
            raise AssertionError("the batches never ended")
    assert len(runs.ids(tmp_path / "runs/run")) == PAGES


def test_a_batch_that_the_endpoint_refuses_is_told_and_handed_over_again(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server, mode="batch")
        assert call(path).returncode == 6
        server.refuse_batches("the queue of this project is full")
        assert len(list((tmp_path / "runs/run/batch").rglob("*.submitted"))) == 1
        refused = runs.call("collect", "run", cwd=tmp_path)
        assert refused.returncode == 4
        [said] = refused.stderr.strip().splitlines()
        assert "the queue of this project is full" in said
        assert "hands them over again" in said
        server.heal()
        done = runs.ended(path)
        assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 1


def test_a_batch_that_was_not_handed_over_is_so_by_the_next_run(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server, mode="batch", submit=False)
        assert call(path).returncode == 6
        assert call(path).returncode == 6
        assert not server.calls
        assert runs.ended(path, "--set", "model.submit=true").returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == 1


def answer_by_hand(folder: Path) -> None:
    """What `vllm run-batch` does."""
    for path in folder.rglob("*.jsonl"):
        answers = []
        for text in path.read_text().splitlines():
            line = json.loads(text)
            schema = line["body"].get("response_format", {}).get("json_schema", {}).get("schema")
            asked = type("Asked", (), {"schema": schema})()
            message = {"content": scripted_model.reply(asked)}
            body = {"choices": [{"message": message, "finish_reason": "stop"}]}
            said = {"custom_id": line["custom_id"], "response": {"status_code": 200, "body": body}}
            answers.append(json.dumps(said))
        path.with_suffix(".answers.jsonl").write_text("\n".join(answers))


@pytest.mark.parametrize("name", ["openai", "vllm", "batch"])
def test_the_shipped_configs_run_end_to_end(tmp_path, name, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    root = Path(__file__).parents[1] / "configs"
    dry = runs.call("run", "--config", name, "--dry-run", cwd=tmp_path)
    assert dry.returncode == 0, dry.stderr
    data = yaml.safe_load((root / f"{name}.yaml").read_text())
    with FakeModelServer(told) as server:
        for section in (data["model"], *(v for a in data["agents"].values() for v in a.values())):
            if isinstance(section, dict) and "base_url" in section:
                section["base_url"] = server.base_url
        data["limits"] = {"rounds": 1, "pages": 6}
        path = tmp_path / "own.yaml"
        path.write_text(yaml.safe_dump(data))
        done = runs.ended(path)
        assert done.returncode == 0, done.stderr
    assert runs.ids(tmp_path / "runs" / name)


def told(request) -> str:
    if request.schema is None:
        return "\n\n".join(scripted_model.REASONING.values())
    return scripted_model.reply(request)


def test_a_model_labels_documents_for_the_screen(tmp_path, serve):
    site = serve(gallery(PAGES))
    answers = json.dumps({"analysis": "filters for photos", "label": "design_knowledge"})
    with FakeModelServer(lambda request: answers) as server:
        path = runs.config(
            tmp_path,
            [site.origin],
            model={"base_url": server.base_url, "name": "fake", "api_key_env": None},
        )
        assert call(path).returncode == 0
        out = str(tmp_path / "labels.jsonl")
        label = ("screen", "label", "run", "--out", out, "--labeller", "vlm")
        done = runs.call(*label, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert runs.call(*label, cwd=tmp_path).returncode == 0
        assert server.calls == PAGES
    found = [json.loads(line) for line in Path(out).read_text().splitlines()]
    assert [line["label"] for line in found] == ["design_knowledge"] * PAGES
