"""A fork has the documents of another run: what it may change, and what it may not."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import runs
from vqva_crawl.storage import fork


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    units = {"collect_urls": 1, "annotate_documents": 50}
    return runs.finished(tmp_path_factory.mktemp("finished"), 12, units=units)


@pytest.fixture
def project(finished, tmp_path) -> Path:
    return shutil.copytree(finished, tmp_path / "project")


def make(project: Path, *changes: str) -> runs.Done:
    """Forks the run, the site being gone."""
    sets = [word for change in changes for word in ("--set", change)]
    command = ("run", "--config", "config.yaml", "--quiet", "--fork", "other")
    return runs.call(*command, *sets, cwd=project)


@pytest.mark.parametrize(
    "change",
    ["fetch.robots=ignore", "extract.timeout=9", "images.min_side=99", "screen.min_words=9"],
)
def test_keys_that_decided_what_was_collected_are_refused(project, change):
    refused = make(project, change, "agents.filter.options.per_question_image=1")
    assert refused.returncode == 2
    [said] = refused.stderr.strip().splitlines()
    assert change.partition("=")[0] in said
    assert "decided what was collected" in said
    assert "a run of another name" in said
    assert "per_question_image" not in said
    assert not (project / "runs/other").exists()


def test_other_keys_may_differ(project):
    free = ("fetch.user_agent=vqva-crawl/2 (other contact)", "fetch.per_host.delay=0.5")
    forked = make(project, "seed=7", "agents.filter.options.per_question_image=1", *free)
    assert forked.returncode == 0, forked.stderr
    assert runs.ids(project / "runs/other") == runs.ids(project / "runs/run") != []


def test_a_fork_says_too_which_hosts_repeat(project):
    with closing(sqlite3.connect(project / "runs/run/ledger.sqlite")) as raw, raw:
        raw.execute("INSERT INTO repeats VALUES ('maze.test', '{}', 900, 400)")
        raw.execute("ALTER TABLE repeats DROP COLUMN pages")  # a run of an older version
    assert make(project).returncode == 0
    status = runs.call("status", "other", "--json", cwd=project).stdout
    assert json.loads(status)["repeating"] == {"maze.test": 400}


def test_a_fork_that_was_stopped_while_it_copied_goes_on(project, monkeypatch):
    def stopped(*args: object) -> None:
        real(*args)
        raise KeyboardInterrupt

    real = fork.add
    monkeypatch.setattr(fork, "add", stopped)
    assert make(project).returncode == 130
    assert len(list((project / "runs/other/parts").iterdir())) > 8, "more than a kill explains"
    monkeypatch.undo()
    forked = make(project)
    assert forked.returncode == 0, forked.stderr
    assert runs.ids(project / "runs/other") == runs.ids(project / "runs/run") != []
