"""Opening a run again: what is refused, what is forgiven, and what nobody may touch."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import yaml

import runs
from vqva_crawl.config import deciding, differences, load, shipped
from vqva_crawl.errors import ConfigConflict
from webpages import gallery

TOPICS = shipped("topics/vqva.yaml").read_text()


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """With a taxonomy of its own."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "mine.yaml").write_text(TOPICS)
    return runs.finished(folder, 3, topics="mine.yaml")


@pytest.fixture
def project(finished, tmp_path) -> Path:
    """A copy of it: the project as it is after it was moved."""
    return shutil.copytree(finished, tmp_path / "moved")


def again(project: Path, *more: str) -> runs.Done:
    return runs.call("run", "--config", "config.yaml", "--quiet", *more, cwd=project)


def one_line(done: runs.Done) -> str:
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr.strip()


def orphans(project: Path, count: int) -> list[Path]:
    folders = [project / f"runs/run/parts/collect-0009-{n:016x}" for n in range(count)]
    for folder in folders:
        folder.mkdir()
        (folder / "documents.parquet").touch()
    return folders


def test_publish_and_report_delete_nothing_and_leave_the_config_alone(project):
    run = project / "runs/run"
    left = orphans(project, 2)
    config = (run / "config.yaml").read_bytes()
    assert yaml.safe_load(config)["storage"]["root"] == "runs"
    facts = runs.query(run, "SELECT * FROM facts ORDER BY name")
    for command in ("publish", "report"):
        assert runs.call(command, "run", cwd=project).returncode == 0
    assert all(folder.exists() for folder in left)
    assert (run / "config.yaml").read_bytes() == config
    assert runs.query(run, "SELECT * FROM facts ORDER BY name") == facts


def test_run_clears_a_kills_leavings_and_nothing_of_the_users(project):
    left = orphans(project, 2)
    parts = project / "runs/run/parts"
    (parts / "README.txt").write_text("mine")
    (parts / "my notes").mkdir()
    assert again(project).returncode == 0
    assert not any(folder.exists() for folder in left)
    assert (parts / "README.txt").read_text() == "mine"
    assert (parts / "my notes").is_dir()


def test_a_ledger_that_is_an_older_copy_costs_no_part(project):
    left = orphans(project, 9)
    refused = again(project)
    assert refused.returncode == 74
    said = one_line(refused)
    assert str(project / "runs/run/ledger.sqlite") in said
    assert "older copy" in said
    assert "bring back the newer one" in said
    assert all(folder.exists() for folder in left)
    # A kill of an engine with that many units under way explains them.
    assert again(project, "--set", "engine.units=9").returncode == 0
    assert not any(folder.exists() for folder in left)
    # And it still does when the engine is set to fewer after it, once.
    for code in (0, 74):
        orphans(project, 9)
        assert again(project).returncode == code


def test_a_moved_project_is_no_conflict_and_an_edited_taxonomy_is_one(finished, project):
    for command in ("status", "report"):
        hidden = (finished / "mine.yaml").rename(finished / "hidden.yaml")  # as after a real move
        try:
            looked = runs.call(command, "run", cwd=project)
        finally:
            hidden.rename(finished / "mine.yaml")
        assert looked.returncode == 0, looked.stderr
    moved = again(project)
    assert moved.returncode == 0, moved.stderr
    (project / "mine.yaml").write_text(TOPICS.replace("tadpole", "newt"))
    edited = again(project)
    assert edited.returncode == 2
    assert "other values of topics; " in one_line(edited)
    assert "--fork NAME" in edited.stderr


def test_of_the_user_agent_only_the_name_decides(project):
    contact = "fetch.user_agent=VQVA-crawl/9.9 (write to me@example.org)"
    other = "fetch.user_agent=another/9.9 (write to me@example.org)"
    done = again(project, "--set", contact)
    assert done.returncode == 0, done.stderr
    refused = again(project, "--set", other)
    assert refused.returncode == 2
    assert "fetch.user_agent" in one_line(refused)


@pytest.mark.parametrize(
    ("keys", "said", "not_said"),
    [
        (["seed=9"], "--fork NAME", "another name"),
        (["screen.min_words=31"], "a run of another name", "--fork"),
        (
            ["seed=9", "fetch.robots=ignore"],
            "values of fetch.robots, seed; fetch.robots decided what was collected",
            "--fork",
        ),
    ],
)
def test_a_conflict_tells_the_way_out_that_works(project, keys, said, not_said):
    refused = again(project, *(word for key in keys for word in ("--set", key)))
    assert refused.returncode == 2
    assert said in one_line(refused)
    assert not_said not in refused.stderr


def test_a_conflict_names_both_kinds_of_keys():
    error = ConfigConflict("run", ["images.min_side", "seed"], ["images.min_side"])
    assert (error.keys, error.collecting) == (["images.min_side", "seed"], ["images.min_side"])


def test_an_endpoint_may_be_another_and_the_model_may_not():
    place = "{base_url: 'http://127.0.0.1:9/v1', concurrency: 2}"
    known = deciding(load("quickstart"))
    labeller = f"screen.labeller={{name: keywords, model: {place}}}"
    moved = deciding(load("quickstart", [f"agents.filter.model={place}", labeller]))
    assert differences(known, moved) == []
    other = deciding(load("quickstart", ["agents.filter.model={name: x}"]))
    assert differences(known, other) == ["agents.filter.model.name"]


def test_a_damaged_picture_part_is_named_by_publish(project):
    [(unit,)] = runs.query(project / "runs/run", "SELECT DISTINCT unit FROM images LIMIT 1")
    path = project / f"runs/run/parts/{unit}/images.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    failed = runs.call("publish", "run", cwd=project)
    assert failed.returncode == 74
    said = one_line(failed)
    assert str(path) in said
    assert unit in said
    assert "restore it from a copy, or collect again in a run of another name" in said


def read_only(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs a command that sees a folder as on a read-only disk; skips where that cannot be had."""
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" || exit 99; '
    script = mount + '! touch probe 2>/dev/null || exit 99; exec "$@"'
    if shutil.which("unshare") is None:
        pytest.skip("needs mounts of our own")
    command = ["unshare", "-rm", "sh", "-c", script, str(folder), *command]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=runs.environment()
    )
    if done.returncode == 99 or "unshare" in done.stderr:
        pytest.skip("mounts are not allowed here")
    return done


def test_status_of_a_run_on_a_read_only_disk(project):
    files = sorted(project.rglob("*"))
    looked = read_only(project, [*runs.COMMAND, "status", "run"])
    assert looked.returncode == 0, looked.stderr
    assert "retrieve" in looked.stdout
    assert sorted(project.rglob("*")) == files


def test_status_changes_no_byte_of_the_ledger(project):
    ledger = project / "runs/run/ledger.sqlite"
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("DROP TABLE hits")  # as in a ledger of another version
    before = ledger.read_bytes()
    assert runs.call("status", "run", cwd=project).returncode == 0
    assert ledger.read_bytes() == before


def test_a_run_without_documents_takes_the_config_that_was_put_right(tmp_path, serve):
    site = serve(gallery(2))
    mistyped = {"kind": "site", "options": {"start": [f"{site.origin}/examples/"]}}
    config = runs.config(tmp_path, [site.origin], search={"backends": [mistyped]})
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 3
    private = runs.config(tmp_path, [site.origin], fetch={})
    refused = runs.call("run", "--config", str(private), "--quiet", cwd=tmp_path)
    assert refused.returncode == 3
    assert "named in fetch.allow_origins" in refused.stderr
    picky = runs.config(tmp_path, [site.origin], screen={"min_words": 5000, "max_words": 9000})
    assert runs.call("run", "--config", str(picky), "--quiet", cwd=tmp_path).returncode == 3
    right = runs.config(tmp_path, [site.origin])
    done = runs.call("run", "--config", str(right), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 2
    bound = runs.call(
        "run", "--config", str(right), "--quiet", "--set", "images.min_side=99", cwd=tmp_path
    )
    assert bound.returncode == 2
    assert "images.min_side" in bound.stderr
