"""The Python API as its users write it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import fsspec
import pyarrow.parquet as pq
import pytest

import runs
import vqva_crawl as vc
from forked import forked_children
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from vqva_crawl.clients.model.roles import asking_roles
from vqva_crawl.errors import ModelError
from vqva_crawl.running import check
from webpages import gallery

TESTS = Path(__file__).parent
DOC = TESTS.parent / "docs/custom-agents.md"
NAMES = """AgentContext Candidate Config Document Drop Hit ImageItem Options Pair Picture PlanState
Query Rejected RunReport Sample Scores Target TextItem Topic VqvaError __version__ agent load
picture_screen run search_backend source""".split()


def test_the_public_names_are_these():
    assert sorted(vc.__all__) == sorted(NAMES)
    assert all(getattr(vc, name) is not None for name in NAMES)


def python(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    (cwd / "script.py").write_text(code)
    return subprocess.run(
        [sys.executable, "script.py"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": f"{cwd}:{TESTS}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_plain_script_without_a_main_guard(tmp_path, serve):
    runs.config(tmp_path, [serve(gallery(4)).origin])
    code = (
        "import vqva_crawl as vc\nreport = vc.run('config.yaml')\nprint('triples', report.samples)"
    )
    done = python(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("triples ")
    assert int(done.stdout.split()[1]) == 4


async def test_a_notebook_cell_with_a_running_loop(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(4)).origin])
    report = vc.run(config)
    assert report.samples == 4
    assert report.report.exists()


def test_drops_are_made_as_documented():
    for made in re.findall(r"`(vc\.Drop\(.*?\))`", DOC.read_text()):
        assert eval(made, {"vc": vc}).reason
    assert "`Drop(" not in DOC.read_text()


def test_the_documented_agent_is_short_and_works(tmp_path, serve):
    blocks = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)
    strict = blocks[0]
    assert len(strict.strip().splitlines()) < 15
    (tmp_path / "my_agents.py").write_text(strict)
    origin = serve(gallery(4)).origin
    agents = {"filter": {"name": "strict", "options": {"max_words": 1}}}  # the others by rules
    runs.config(tmp_path, [origin], plugins=["my_agents"], agents=agents)
    assert "too_long" in ran(tmp_path, "my_agents").survival["filter"].reasons


def ran(folder: Path, plugin: str) -> vc.RunReport:
    """A run from the plug-in's folder, as if nobody had imported it before."""
    sys.modules.pop(plugin, None)
    path = sys.path[:]  # a run adds the folder it starts from
    try:
        with contextlib.chdir(folder), forked_children():
            return vc.run("config.yaml")
    finally:
        sys.path[:] = path


def asking(folder: Path, origin: str, plugin: str, server: FakeModelServer, **reasoner: object):
    """Runs the plug-in's reasoner `thoughts` behind simple agents."""
    (folder / "my_thoughts.py").write_text(plugin)
    agents = {role: {"name": "simple"} for role in runs.ROLES}
    runs.config(
        folder,
        [origin],
        plugins=["simple_agents", "my_thoughts"],
        model={"base_url": server.base_url, "name": "small", "api_key_env": None},
        agents=agents | {"reasoner": {"name": "thoughts", **reasoner}},
    )
    return ran(folder, "my_thoughts").samples


def thoughts(request: ChatRequest) -> str:
    return json.dumps({"reasoning": f"{len(request.images)} pictures: one was made of the other."})


@pytest.mark.parametrize("own", [{}, {"model": {"name": "large"}}])
def test_the_documented_agent_that_asks_works(tmp_path, serve, own):
    plugin = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)[1]
    with FakeModelServer(thoughts) as server:
        assert asking(tmp_path, serve(gallery(3)).origin, plugin, server, **own) == 3
        names = {request.raw["model"] for request in server.requests}
        assert names == {"large" if own else "small"}
    row = runs.rows(tmp_path / "runs/run")[0]
    assert row["reasoning"] == "2 pictures: one was made of the other."


def test_an_agent_that_was_given_a_model_need_not_say_that_it_asks(tmp_path, serve):
    plugin = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)[1].replace(", asks=True", "")
    with FakeModelServer(thoughts) as server:
        model = {"name": "large"}
        assert asking(tmp_path, serve(gallery(3)).origin, plugin, server, model=model) == 3


def test_an_agent_that_asks_unsaid_ends_the_run_and_costs_no_record(tmp_path, serve):
    plugin = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)[1].replace(", asks=True", "")
    origin = serve(gallery(3)).origin
    with FakeModelServer(thoughts) as server:
        said = "reasoner 'thoughts' asks context.model and has none.*asks=True"
        with pytest.raises(ModelError, match=f"(?s){said}"):
            asking(tmp_path, origin, plugin, server)
        mended = plugin.replace('name="thoughts"', 'name="thoughts", asks=True')
        # The same run goes on, nothing is lost.
        assert asking(tmp_path, origin, mended, server) == 3


def test_agents_by_rules_need_no_endpoint_though_the_config_names_a_model_for_one():
    config = vc.load("vllm", ["agents.reasoner.name=rules", "agents.reasoner.options={}"])
    check(config)
    assert "reasoner" not in asking_roles(config)
    assert "filter" in asking_roles(config)


def test_the_documented_backend_works(tmp_path, serve):
    backend = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)[2]
    (tmp_path / "my_search.py").write_text(backend)
    site = serve(gallery(3))
    urls = [f"{site.origin}/page-{n}.html?frog=stages-parts-of-before" for n in range(3)]
    for url in urls:
        path = url.removeprefix(site.origin)
        site.files[path] = site.files[path.partition("?")[0]]
    runs.config(
        tmp_path,
        [site.origin],
        plugins=["simple_agents", "my_search"],
        search={"backends": [{"kind": "bookmarks", "options": {"urls": urls}}]},
    )
    assert ran(tmp_path, "my_search").counts["documents"] == 3


def test_the_documented_fake_server_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(re.findall(r"```python\n(.*?)```", DOC.read_text(), re.S)[4])


def test_errors_are_ours_and_carry_their_exit_code(tmp_path):
    with pytest.raises(vc.VqvaError, match="no file") as caught:
        vc.run(tmp_path / "none.yaml")
    assert caught.value.exit_code == 2


def test_no_rounds_are_refused_as_on_the_command_line():
    with pytest.raises(vc.VqvaError, match="rounds: 1 or more is expected, not 0") as caught:
        vc.run("quickstart", rounds=0)
    assert caught.value.exit_code == 2


def test_parts_and_dataset_at_an_fsspec_url(tmp_path, serve):
    path = runs.config(tmp_path, [serve(gallery(4)).origin])
    report = vc.run(vc.load(path, ["storage.parts=memory://bucket/data"]))
    assert report.samples == 4
    assert report.dataset == "memory://bucket/data/run/dataset"
    memory = fsspec.filesystem("memory")
    shards = memory.glob("/bucket/data/run/dataset/train-*.parquet")
    with memory.open(shards[0]) as file:
        assert pq.read_table(file).num_rows == 4
    assert not (report.folder / "parts").exists()
    assert vc.run(vc.load(path, ["storage.parts=memory://bucket/data"])).samples == 4
