"""--json: stdout is JSON whatever happens, with the keys that docs/operating.md promises."""

from __future__ import annotations

import contextlib
import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

import runs
from vqva_crawl.cli.main import app
from webpages import gallery

PAGE = (Path(__file__).parents[1] / "docs/operating.md").read_text()
END = {"event", "seconds", "exit_code", "error", "stopped_because", "status"}


def promised(after: str) -> set[str]:
    """The names in the first column of the table that follows some words of the page."""
    table = PAGE.split(after, 1)[1].split("\n\n", 2)[1]
    rows = table.splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def objects(done: runs.Done) -> list[dict[str, Any]]:
    """All of stdout, a JSON object a line."""
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(isinstance(each, dict) for each in found)
    return found


def test_a_run_tells_its_events_and_its_end_and_status_the_same(tmp_path, serve):
    files = gallery(3)
    files["/"] = ("text/html", files["/"][1].replace(b"<ul>", b'<ul><a href="/gone.html">x</a>'))
    config = runs.config(tmp_path, [serve(files).origin])
    done = runs.call("run", "--config", str(config), "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    *events, end = objects(done)
    assert {event["event"] for event in events} == {"phase", "committed"}
    assert {"round", "phase", "units"} < events[0].keys()
    assert events[-1]["accepted"] == 3
    assert end.keys() == END
    assert (end["event"], end["exit_code"], end["error"]) == ("end", 0, None)
    assert end["stopped_because"] == "limits.rounds reached (1)"
    [status] = objects(runs.call("status", "run", "--json", cwd=tmp_path))
    assert status == end["status"]
    assert status.keys() == promised("`vqva-crawl status RUN --json`")
    assert status["counts"].keys() == counts_promised()
    assert status["counts"]["samples"] == 3
    [lost] = status["lost"]["pages"]
    assert lost.keys() == {"cause", "meaning", "urls", "hosts", "example"}
    assert (lost["cause"], lost["hosts"][0]["urls"]) == ("http_404", 1)
    assert status["stages"]["fetch"]["reasons"] == {"http_404": 1}
    again = runs.call("run", "--config", str(config), "--json", "--quiet", cwd=tmp_path)
    assert [each["event"] for each in objects(again)] == ["end"]


def counts_promised() -> set[str]:
    [row] = [row for row in PAGE.splitlines() if row.startswith("| `counts` | `queries`")]
    return set(re.findall(r"`(\w+)`", row.split("|")[2]))


def test_all_events_are_promised():
    assert promised("`vqva-crawl run --config FILE --json`") == {
        *("phase", "committed", "message", "wait", "end")
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "--json", "--config", "nowhere.yaml"], 2, "no file 'nowhere.yaml'"),
        (["run", "--json"], 2, "--config"),
        (["run", "--json", "--config", "quickstart", "--set", "storage.root=/proc/x"], 74, "/proc"),
        (["status", "nothing", "--json"], 2, "no run 'nothing'"),
        (["retry", "nothing", "--only", "dns", "--json"], 2, "no run 'nothing'"),
    ],
)
def test_an_error_is_an_object_too_and_a_line_as_ever(tmp_path, arguments, code, said):
    done = runs.call(*arguments, cwd=tmp_path)
    assert done.returncode == code
    [end] = objects(done)
    assert end.keys() == END
    assert (end["event"], end["exit_code"]) == ("end", code)
    assert said in end["error"]
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_that_is_well_says_so(tmp_path):
    dry = ("run", "--config", "quickstart", "--dry-run", "--json")
    [end] = objects(runs.call(*dry, cwd=tmp_path))
    assert (end["exit_code"], end["error"], end["stopped_because"]) == (0, None, "--dry-run")


def test_a_gate_that_is_not_met_comes_with_the_figures(tmp_path):
    config = runs.config(tmp_path, ["http://127.0.0.1:9"], fetch={"retries": 0})
    done = runs.call("run", "--config", str(config), "--json", cwd=tmp_path)
    assert done.returncode == 3
    end = objects(done)[-1]
    assert end["exit_code"] == 3
    assert "no document was collected" in end["error"]
    assert end["status"]["counts"]["documents"] == 0


def test_a_defect_ends_a_run_with_its_figures_too(tmp_path, serve, monkeypatch, capsys):
    config = runs.config(tmp_path, [serve(gallery(3)).origin])
    monkeypatch.setattr("vqva_crawl.running.publish_run", defective)
    monkeypatch.setattr("sys.argv", ["vqva-crawl", "run", "--config", str(config), "--json"])
    with contextlib.chdir(tmp_path), pytest.raises(RuntimeError):
        app()
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [end] = [each for each in found if each["event"] == "end"]
    assert (end["exit_code"], end["error"]) == (1, "RuntimeError: a defect")
    assert end["seconds"] is not None
    assert end["status"]["counts"]["samples"] == 3


def defective(*_):
    raise RuntimeError("a defect")


def test_what_a_run_says_before_it_is_stopped_or_killed_is_whole(tmp_path, serve):
    site = serve(gallery(12))
    slow = {"fetch": {"allow_origins": [site.origin], "per_host": {"concurrency": 1, "delay": 0.2}}}
    config = runs.config(tmp_path, [site.origin], **slow)
    committed = 0
    for signum, code in ((signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        process = runs.start("run", "--config", str(config), "--json", cwd=tmp_path)
        committed = runs.wait_for_commits(tmp_path / "runs/run", committed, process)
        process.send_signal(signum)
        out, err = process.communicate(timeout=30)
        assert process.returncode == code
        events = objects(runs.Done(code, out, err))
        assert events[0]["event"] == "phase"
        ends = [event for event in events if event["event"] == "end"]
        assert [end["exit_code"] for end in ends] == ([143] if code == 143 else [])
        if ends:
            assert "same command goes on" in ends[0]["error"]
            assert ends[0]["status"]["counts"]["committed"] >= 1
    [status] = objects(runs.call("status", "run", "--json", cwd=tmp_path))
    assert status["stopped_because"] == "not finished"
