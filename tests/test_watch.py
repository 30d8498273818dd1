"""What a person sees while a run waits."""

from __future__ import annotations

import re
import time
from io import StringIO

from rich.console import Console

import runs
import scripted_model
from vqva_crawl import tally
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.tally import Progress
from vqva_crawl.watch import Plain, Screen
from webpages import gallery


def test_a_run_says_once_that_it_waits_for_a_host(tmp_path, serve, monkeypatch) -> None:
    monkeypatch.setattr(tally, "SHORT", 1.5)
    site = serve(gallery(4))
    site.resting = {"/page-1.html": 3, "/page-2.html": 3}
    config = runs.config(tmp_path, [site.origin])
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    host = site.origin.removeprefix("http://")
    said = [line.strip() for line in done.stderr.splitlines() if "waits" in line]
    assert len(said) == 1  # both pages were refused in one pause
    assert re.fullmatch(rf"waits: {re.escape(host)} for [23] s \(asked to slow down\)", said[0])
    assert len(runs.ids(tmp_path / "runs" / "run")) == 4


def test_a_run_says_once_that_it_waits_for_a_model(tmp_path, serve, monkeypatch) -> None:
    monkeypatch.setattr(tally, "SHORT", 1.5)
    site = serve(gallery(4))
    with FakeModelServer(scripted_model.reply) as server:
        server.fail(faults.unavailable(retry_after=3), calls=[0])
        config = runs.with_model(tmp_path, site.origin, server)
        done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    host = server.base_url.removeprefix("http://").removesuffix("/v1")
    said = [line.strip() for line in done.stderr.splitlines() if "waits" in line]
    assert len(said) == 1  # one pause, though several calls wait for its end
    assert re.fullmatch(rf"waits: {re.escape(host)} for [23] s \(asked to slow down\)", said[0])


def test_a_wait_for_a_model_that_names_no_time_is_said_too(tmp_path, serve, monkeypatch) -> None:
    monkeypatch.setattr(tally, "SHORT", 0.5)
    site = serve(gallery(4))
    with FakeModelServer(scripted_model.reply) as server:
        server.fail(faults.too_many(), calls=range(1))
        config = runs.with_model(tmp_path, site.origin, server)
        done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "for 1 s (asked to slow down)" in done.stderr
    assert "model_waits" in (tmp_path / "runs/run/logs/run.jsonl").read_text()


def test_a_model_that_wants_a_day_ends_a_quiet_run_with_a_word(tmp_path, serve) -> None:
    site = serve(gallery(4))
    with FakeModelServer(scripted_model.reply) as server:
        server.fail(faults.too_many(retry_after=86400))
        config = runs.with_model(tmp_path, site.origin, server)
        done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
        assert done.returncode == 4
        assert "wants to be left alone until" in done.stderr
        server.heal()
        again = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert again.returncode == 0, again.stderr


def test_a_short_pause_and_one_that_grows_a_little_are_not_worth_a_line() -> None:
    out = StringIO()
    progress = Progress()
    Plain(Console(file=out, width=200), progress)
    progress.wait("host:quick.test", 3)
    assert not out.getvalue()
    progress.wait("host:slow.test", 420)
    progress.wait("host:slow.test", 421)  # of a request that was under way
    assert out.getvalue().split() == "waits: slow.test for 7 min (asked to slow down)".split()
    progress.wait("host:slow.test", 3000)
    assert "slow.test for 50 min" in out.getvalue()


def test_the_screen_counts_down_the_pauses_that_last() -> None:
    progress = Progress()
    out = StringIO()
    console = Console(file=out, width=200)
    screen = Screen(console, progress, time.monotonic)
    progress.wait("host:over.test", -1)
    console.print(screen._view())
    assert "waits" not in out.getvalue()
    for n in range(6):
        progress.wait(f"host:{n}.test", 60 + 60 * n)
    console.print(screen._view())
    assert "waits: 5.test for 6 min, 4.test for 5 min, 3.test for 4 min" in out.getvalue()
    assert "and 2 more" in out.getvalue()
    assert "over.test" not in out.getvalue()
