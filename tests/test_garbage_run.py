"""Runs against an endpoint that does not speak HTTP: no record is lost, and the key is nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import runs
from raw_server import of_chain, serving_apart
from test_threats_stored import written
from webpages import gallery

KEY = "sk-canary-9876543210"
GARBAGE = b"Bearer " + KEY.encode() + b" is no status line\r\n\r\n"
PAGES = 3
PLUGIN = f"""
import vqva_crawl as vc

class Headers(Exception):
    def __repr__(self):
        return "Headers('authorization: Bearer {KEY}')"

@vc.agent("planner", name="telling")
async def plan(state, context):
    raise Headers("Bearer {KEY}")

@vc.agent("retriever", name="telling")
async def retrieve(document, context):
    raise Headers("Bearer {KEY}")
"""


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("SOME_KEY", KEY)


def garbage(n: int, body: bytes) -> bytes:
    return GARBAGE


def config(folder: Path, site, server, **more: object) -> Path:
    agents = {role: {"name": "vlm"} for role in runs.ROLES}
    model = {"base_url": server.base_url, "name": "fake", "api_key_env": "SOME_KEY", "retries": 1}
    return runs.config(folder, [site.origin], agents=agents, model=model, **more)


def call(path: Path, command: str, *more: str) -> runs.Done:
    return runs.call(command, "--config", str(path), *more, cwd=path.parent)


def check_key(folder: Path, *dones: runs.Done) -> None:
    for done in dones:
        assert KEY not in done.stdout + done.stderr
    for content in written(folder / "runs"):
        assert KEY.encode() not in content


def annotated(run: Path) -> list[tuple[object, ...]]:
    return runs.query(run, "SELECT id FROM units WHERE id LIKE 'annotate%' AND committed = 1")


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["lines", "json"])
def test_the_planner_falls_back_the_run_ends_with_4_and_goes_on_later(tmp_path, serve, more):
    site, mended = serve(gallery(PAGES)), []

    def answer(n: int, body: bytes) -> bytes:
        return of_chain(body) if mended else GARBAGE

    with serving_apart(answer) as server:
        path = config(tmp_path, site, server, plan={"agent": {"name": "vlm"}})
        done = call(path, "run", *(more or ("--quiet",)))
        assert done.returncode == 4, done.stderr
        told = done.stderr + done.stdout
        assert told.count("plan: the rules plan round 1, the model does not: ") == 1
        line = done.stderr.strip().splitlines()[-1]
        assert line.startswith("vqva-crawl: ")
        assert "not answer in HTTP" in line
        assert not annotated(tmp_path / "runs/run")
        assert "planner_falls_back" in (tmp_path / "runs/run/logs/run.jsonl").read_text()
        mended.append(True)
        again = call(path, "run", "--quiet")
    assert again.returncode == 0, again.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == PAGES
    check_key(tmp_path, done, again)
    if more:
        assert json.loads(done.stdout.splitlines()[-1])["exit_code"] == 4


def test_garbage_now_and_then_is_outlasted(tmp_path, serve):
    site = serve(gallery(PAGES))
    with serving_apart(lambda n, body: of_chain(body) if n % 3 else GARBAGE) as server:
        path = config(tmp_path, site, server)
        done = call(path, "run", "--quiet", "--set", "model.retries=8")
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == PAGES
    check_key(tmp_path, done)


def test_the_other_commands_that_ask_say_so_without_the_key(tmp_path, serve):
    site = serve(gallery(PAGES))
    with serving_apart(garbage) as server:
        path = config(tmp_path, site, server)
        assert call(path, "run", "--quiet", "--collect-only").returncode == 0
        label = ("label", "run", "--out", "labels.jsonl", "--labeller", "vlm")
        dones = [
            call(path, "estimate"),
            call(path, "estimate", "--json"),
            call(path, "doctor"),
            call(path, "doctor", "--json"),
            runs.call("screen", *label, cwd=tmp_path),
        ]
    for done in dones:
        assert done.returncode == 4, done.stdout + done.stderr
        assert "not answer in HTTP" in done.stdout + done.stderr
    check_key(tmp_path, *dones)


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["lines", "json"])
@pytest.mark.parametrize(("role", "code"), [("plan.agent", 2), ("agents.retriever", 3)])
def test_what_an_agent_of_a_users_own_raises_is_told_without_the_key(
    tmp_path, serve, role, code, more
):
    site = serve(gallery(PAGES))
    (tmp_path / "telling_agents.py").write_text(PLUGIN)  # imported once
    with serving_apart(garbage) as server:
        path = config(tmp_path, site, server, plugins=["telling_agents"])
        done = call(path, "run", "--set", f"{role}.name=telling", *more)
    assert done.returncode == code, done.stderr
    assert "Headers: Bearer ***" in done.stderr
    check_key(tmp_path, done)
