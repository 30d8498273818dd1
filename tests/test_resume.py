"""A run that is killed anywhere continues and ends with the same dataset."""

from __future__ import annotations

import signal

import crashing
import runs
from webpages import gallery


def test_a_kill_at_every_named_point_loses_nothing(tmp_path, serve, monkeypatch):
    site = serve(gallery(5))
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    plugins = ["simple_agents", "crashing"]
    whole = runs.config(tmp_path / "whole", [site.origin], plugins=plugins)
    assert runs.call("run", "--config", str(whole), "--quiet", cwd=tmp_path).returncode == 0
    broken = runs.config(tmp_path / "broken", [site.origin], plugins=plugins)
    for point in crashing.POINTS:
        monkeypatch.setenv("CRASH_AT", point)
        died = runs.start_to_kill("run", "--config", str(broken), "--quiet", cwd=tmp_path).wait()
        assert died == -signal.SIGKILL, (point, (tmp_path / "output.txt").read_text())
    monkeypatch.delenv("CRASH_AT")
    done = runs.call("run", "--config", str(broken), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert runs.ids(tmp_path / "broken/runs/run") == runs.ids(tmp_path / "whole/runs/run") != []


def test_ctrl_c_and_sigterm_checkpoint_and_say_how_to_go_on(tmp_path, serve):
    site = serve(gallery(12))
    slow = {"fetch": {"allow_origins": [site.origin], "per_host": {"concurrency": 1, "delay": 0.2}}}
    config = runs.config(tmp_path, [site.origin], **slow)
    committed = 0
    for signum, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        process = runs.start("run", "--config", str(config), cwd=tmp_path)
        committed = runs.wait_for_commits(tmp_path / "runs/run", committed, process)
        process.send_signal(signum)
        _, err = process.communicate(timeout=30)
        assert process.returncode == code
        assert "same command goes on" in err
        assert "Traceback" not in err
    done = runs.call(
        "run", "--config", str(config), "--set", "fetch.per_host.delay=0", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 12


def test_two_processes_on_one_run_one_works_one_exits_75(tmp_path, serve):
    site = serve(gallery(9))
    slow = {"fetch": {"allow_origins": [site.origin], "per_host": {"concurrency": 1, "delay": 0.2}}}
    config = runs.config(tmp_path, [site.origin], **slow)
    first = runs.start("run", "--config", str(config), "--quiet", cwd=tmp_path)
    runs.wait_for_commits(tmp_path / "runs/run", 0, first)
    second = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert second.returncode == 75
    assert len(second.stderr.strip().splitlines()) == 1
    assert "held by process" in second.stderr
    _, err = first.communicate(timeout=90)
    assert first.returncode == 0, err


def test_a_document_that_kills_its_parser_is_quarantined_and_the_run_goes_on(tmp_path, serve):
    files = gallery(6)
    deep = b"<html><body>" + b"<div>" * 200_000 + b"x"  # quadratic in the parser: minutes
    files["/poison.html"] = ("text/html", deep)
    files["/"] = ("text/html", files["/"][1].replace(b"<ul>", b'<ul><a href="/poison.html">x</a>'))
    site = serve(files)
    extract = {"timeout": 2, "max_depth": 1_000_000}
    config = runs.config(tmp_path, [site.origin], extract=extract)
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    fate = runs.query(run, "SELECT stage, reason FROM urls WHERE url LIKE '%poison%'")
    assert fate == [("extract", "poison")]
    assert len(runs.ids(run)) == 6
