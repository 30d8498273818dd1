"""A model whose hidden reasoning counts inside the limit of an answer, as OpenAI's do."""

from __future__ import annotations

import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, Reply
from webpages import gallery

THINKS = 3000  # tokens before each answer
ROOM = ("--set", "model.thinking_tokens=4000")


def thinking(request: ChatRequest) -> Reply | str:
    if request.raw["max_tokens"] < THINKS:
        return Reply("", finish_reason="length")
    return scripted_model.reply(request)


@pytest.mark.parametrize("mode", ["live", "batch"])
def test_without_room_to_think_a_run_says_what_to_do_and_that_helps(tmp_path, serve, mode):
    with FakeModelServer(thinking) as server:
        path = runs.with_model(tmp_path, serve(gallery(2)).origin, server, mode=mode)
        done = runs.ended(path)
        assert done.returncode == 0
        assert not runs.ids(tmp_path / "runs/run")
        said = " ".join(done.stderr.split())
        assert "no triple came out: retrieve rejected 2 (truncated 2)" in said
        assert "model.thinking_tokens" in said
        done = runs.ended(path, *ROOM, "--fork", "roomy")
        assert done.returncode == 0, done.stderr
        assert len(runs.ids(tmp_path / "runs/roomy")) == 2


def test_room_to_think_makes_no_answer_another_and_may_change_in_a_run(tmp_path, serve):
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, serve(gallery(2)).origin, server)
        assert runs.ended(path).returncode == 0
        asked = server.calls
        assert runs.ended(path, *ROOM).returncode == 0
        assert runs.ended(path, *ROOM, "--fork", "roomy").returncode == 0
        assert server.calls == asked
    assert runs.ids(tmp_path / "runs/roomy") == runs.ids(tmp_path / "runs/run")
