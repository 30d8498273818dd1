"""A host that asks for a long rest has it, over calls of the program."""

from __future__ import annotations

import re
import time

import pytest

import runs
from vqva_crawl.clients.rest import Rest
from vqva_crawl.errors import RateLimited
from vqva_crawl.storage.rests import Rests
from webpages import gallery


def test_a_long_rest_holds_for_the_next_call_and_ends(tmp_path, serve, monkeypatch) -> None:
    site = serve(gallery(4))
    site.resting = {"/page-1.html": 7200}
    config = runs.config(tmp_path, [site.origin], limits={"rounds": 9})

    def run(told: int = 0) -> str:
        done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
        assert done.stderr.count("left alone, as asked for: until 2") == told
        return " ".join(runs.call("status", "runs/run", cwd=tmp_path).stdout.split())

    assert "may be asked again (http_429)" in run()
    before = site.requests.copy()
    retried = runs.call("retry", "run", "--only", "429", cwd=tmp_path)
    assert re.search(r"at (a host|hosts) left alone, as asked for: until 2", retried.stdout)
    assert "may be asked again (http_429)" in run(told=1)
    assert site.requests == before
    in_time = time.time() + 7300
    monkeypatch.setattr(time, "time", lambda: in_time)
    assert "(http_429)" not in run()
    assert site.requests["/page-1.html"] == 2
    assert len(runs.ids(tmp_path / "runs/run")) == 4


def test_a_host_that_asks_for_thousands_of_years_is_asked_again_in_a_week(tmp_path) -> None:
    rests, asked = Rests(tmp_path / "rests.txt"), RateLimited("http_503", "", "")
    rest = Rest(rests)
    rest.leave_alone("host:shop.test", 2.5e11, asked)
    rest.leave_alone("host:news.test", 86_400, asked)
    left = {name: kept.until - time.time() for name, kept in rests.now().items()}
    assert left["shop.test"] == pytest.approx(7 * 86_400, abs=60)
    assert left["news.test"] == pytest.approx(86_400, abs=60)


def test_a_host_that_refuses_for_good_is_given_up_with_a_line_and_asked_another_time(
    tmp_path, serve
) -> None:
    files = gallery(9)
    site, good = serve(files), serve(gallery(2, first=20))
    site.failing |= set(files) - {"/", "/robots.txt"}
    # One at a time, since of those under way together only one counts.
    one = {"per_host": {"concurrency": 1, "delay": 0}}
    fetch = runs.hasty(site) | one | {"allow_origins": [site.origin, good.origin]}
    limits = {"rounds": 9}
    config = runs.config(tmp_path, [site.origin, good.origin], fetch=fetch, limits=limits)
    began = time.monotonic()
    done = runs.call("run", "--config", str(config), "--quiet", "--rounds", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 60
    name = site.origin.partition("//")[2]
    assert done.stderr.count(f"{name} is left alone for 300 s") == 1
    assert len(runs.ids(tmp_path / "runs/run")) == 2
    site.failing.clear()  # what was found in one call does not bind the next
    runs.call("run", "--config", str(config), "--quiet", "--rounds", "1", cwd=tmp_path)
    assert len(runs.ids(tmp_path / "runs/run")) == 11
