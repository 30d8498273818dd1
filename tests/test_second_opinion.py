"""Whole runs in which a second model judges beside the first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from webpages import gallery

DOC = Path(__file__).parents[1] / "docs/model-agents.md"
PAGES = 4


def divided() -> Callable[[ChatRequest], str]:
    """The strict model thinks little of every second pair that it sees."""
    seen: dict[bytes, int] = {}

    def reply(request: ChatRequest) -> str:
        title = (request.schema or {}).get("title")
        if title == "Judgement" and request.model == "strict" and request.images:
            number = seen.setdefault(request.images[0], len(seen))
            return json.dumps({"analysis": "blurred", "score": 1 + number % 2})
        return scripted_model.reply(request)

    return reply


def config(folder: Path, origin: str, server: FakeModelServer, **filter: object) -> Path:
    agents = {role: {"name": "vlm"} for role in runs.ROLES}
    agents["filter"] |= {"options": {"agreement": "kept"}, **filter}
    section = {"base_url": server.base_url, "name": "mild", "api_key_env": None}
    return runs.config(folder, [origin], agents=agents, model=section)


def judges(row: dict) -> list[str]:
    """The models that answered for a sample's filter."""
    return [a["model"] for a in row["lineage"]["agents"] if a["agent"] == "filter:vlm"]


def test_disagreements_are_kept_for_review_and_both_models_are_named(tmp_path, serve):
    site = serve(gallery(PAGES))
    with FakeModelServer(divided()) as server:
        path = config(tmp_path, site.origin, server, second={"name": "strict"})
        done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    listed = {}
    code = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)[0]
    exec(code.partition("\n\n\nfor ")[0], listed)
    queue = list(listed["disagreements"](tmp_path / "runs/run"))
    kept = runs.rows(tmp_path / "runs/run")
    assert len(queue) == len(kept) == PAGES / 2
    for page, what in queue:
        assert page.startswith(site.origin)
        assert what["instruction"].endswith("?")
        assert what["first"]["answer"] == 2
        assert what["second"]["answer"] == 1
    assert judges(kept[0]) == ["mild", "strict"]


def test_agreement_without_a_second_model_is_found_before_the_run(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server)
        refused = runs.call("run", "--config", str(path), "--dry-run", cwd=tmp_path)
    assert refused.returncode == 2
    assert "agents.filter.second" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_batches_of_both_models_are_collected(tmp_path, serve):
    site = serve(gallery(2))
    with FakeModelServer(scripted_model.reply) as server:
        path = config(tmp_path, site.origin, server, second={"name": "strict"})
        settings = ["--set", "model.mode=batch"]
        for _ in range(16):
            done = runs.call("run", "--config", str(path), "--quiet", *settings, cwd=tmp_path)
            if done.returncode != 6:
                break
        assert done.returncode == 0, done.stderr
    kept = runs.rows(tmp_path / "runs/run")
    assert [judges(row) for row in kept] == [["mild", "strict"]] * 2
