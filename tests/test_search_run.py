"""Whole runs over search services: several at once, refusals, used-up quotas, kills."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from runs import call, config, ids, query, start
from search_service import Asked, Reply, SearchService, search_service
from vqva_crawl.records import Hit
from vqva_crawl.rounds.searching import merged
from webpages import Site, gallery

KEY = "canary-key-0123456789"
PAGES = 4


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERPER_API_KEY", KEY)
    monkeypatch.setenv("TAVILY_API_KEY", KEY)


@pytest.fixture
def site(serve) -> Site:
    return serve(gallery(PAGES))


def finds(site: Site, *numbers: int, results: str = "organic", url: str = "link") -> Any:
    """An answer with pages of a gallery."""
    found = [{url: f"{site.origin}/page-{n}.html", "title": f"Example {n}"} for n in numbers]
    return {results: found}


def project(folder: Path, site: Site, **services: SearchService) -> Path:
    """A config that searches with services by their kinds, three queries a round."""
    backends = [
        {"kind": kind, "options": {"base_url": service.origin}}
        for kind, service in services.items()
    ]
    origins = [site.origin, *(service.origin for service in services.values())]
    return config(
        folder,
        origins,
        search={"backends": backends},
        plan={"queries_per_round": 3},
        fetch={
            "allow_origins": origins,
            "per_host": {"concurrency": 4, "delay": 0},
            "retries": 0,
            "refresh": 0,
        },
    )


def run(path: Path, *more: str):
    return call("run", "--config", str(path), "--quiet", *more, cwd=path.parent)


def written(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_a_service_with_a_key_gives_triples_and_the_key_is_nowhere(tmp_path: Path, site: Site):
    with search_service(lambda asked: (200, {}, finds(site, *range(PAGES)))) as serper:
        done = run(project(tmp_path, site, serper=serper))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(ids(tmp_path / "runs/run")) == PAGES
    assert {asked.headers["x-api-key"] for asked in serper.asked} == {KEY}
    assert KEY.encode() not in written(tmp_path) + done.stdout.encode()


def test_what_services_were_asked_is_counted_apart_over_all_calls(tmp_path: Path, site: Site):
    with search_service(lambda asked: (200, {}, finds(site, *range(PAGES)))) as serper:
        path = project(tmp_path, site, serper=serper)
        run(path)
        run(path, "--set", "limits.rounds=2")
    told = call("status", "run", "--json", cwd=tmp_path)
    counts = json.loads(told.stdout)["counts"]
    assert counts["asked"] == len(serper.asked) == 6
    assert counts["requests"] == 3 * PAGES  # a page and its two pictures
    assert "6 (search services" in call("status", "run", cwd=tmp_path).stdout


def test_without_its_key_a_run_does_not_begin_and_a_dry_run_does(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SERPER_API_KEY")
    with search_service(lambda asked: (200, {}, {})) as serper:
        path = project(tmp_path, site, serper=serper)
        done, dry = run(path), run(path, "--dry-run")
    assert (done.returncode, dry.returncode) == (2, 0)
    assert done.stderr == (
        "vqva-crawl: search.backends.0: 'serper': $SERPER_API_KEY is not set; set it to the key "
        "of the service, or name another variable in key_env\n"
    )
    assert serper.asked == []
    assert not site.requests


def test_a_wrong_key_ends_the_run_at_once_and_the_right_one_goes_on(tmp_path: Path, site: Site):
    answers: list[Reply] = [(403, {}, {"message": f"Unauthorized: {KEY}"})]
    with search_service(lambda asked: answers[0]) as serper:
        path = project(tmp_path, site, serper=serper)
        done = run(path)
        assert len(serper.asked) == 1
        assert not site.requests
        answers[0] = (200, {}, finds(site, *range(PAGES)))
        again = run(path)
    said = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(said) == 2
    assert said[0].startswith("search: serper: the service refuses the key in $SERPER_API_KEY")
    assert said[0].endswith("not asked again in this round")
    assert said[1].startswith("vqva-crawl: no search backend answered in round 1: serper: ")
    assert (again.returncode, again.stderr) == (0, "")
    assert len(ids(tmp_path / "runs/run")) == PAGES
    assert len({asked.given["q"] for asked in serper.asked}) == 3
    assert KEY.encode() not in written(tmp_path) + (done.stderr + again.stderr).encode()


def test_a_day_of_rest_ends_the_round_with_exit_3_when_nobody_else_is_there(
    tmp_path: Path, site: Site
):
    rest: Reply = (429, {"Retry-After": "86400"}, {"message": "Too many"})
    with search_service(lambda asked: rest) as serper:
        done = run(project(tmp_path, site, serper=serper))
    assert done.returncode == 3
    assert len(serper.asked) == 1
    assert "serper: the server answered 429: " in done.stderr
    assert "The same command asks again" in done.stderr


def test_a_backend_that_refuses_leaves_the_round_to_the_others(tmp_path: Path, site: Site):
    refusal: Reply = (432, {}, {"detail": {"error": "This request exceeds your plan's limit"}})
    with (
        search_service(lambda asked: refusal) as tavily,
        search_service(lambda asked: (200, {}, finds(site, *range(PAGES)))) as serper,
    ):
        done = run(project(tmp_path, site, tavily=tavily, serper=serper))
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("search: tavily: its quota is used up; wait for its renewal")
    assert "exceeds your plan's limit" in line
    assert (len(tavily.asked), len(serper.asked)) == (1, 3)
    assert len(ids(tmp_path / "runs/run")) == PAGES


def test_other_failures_are_told_a_few_times_and_then_counted(tmp_path: Path, site: Site):
    with (
        search_service(lambda asked: (500, {}, {"message": "oops"})) as tavily,
        search_service(lambda asked: (200, {}, finds(site, *range(PAGES)))) as serper,
    ):
        path = project(tmp_path, site, tavily=tavily, serper=serper)
        done = run(path, "--set", "plan.queries_per_round=4")
        other = run(path, "--set", "plan.queries_per_round=8", "--set", "name=other")
    said = done.stderr.splitlines()
    assert [line.count("': tavily: the server answered 500: ") for line in said] == [1, 1, 1, 0]
    assert said[3] == "search: tavily: 1 more of its queries failed"
    assert done.returncode == other.returncode == 0
    assert other.stderr.splitlines()[-1].endswith("not asked again in this round")
    assert len(tavily.asked) == 4 + 5


def test_a_dead_service_is_told_once_in_a_round_while_it_has_its_rest(tmp_path: Path, site: Site):
    with search_service(lambda asked: (200, {}, {})) as tavily:
        pass  # its port is closed now
    with search_service(lambda asked: (200, {}, finds(site, *range(PAGES)))) as serper:
        path = project(tmp_path, site, tavily=tavily, serper=serper)
        limits = ("--set", "limits.rounds=2", "--set", "plan.queries_per_round=5")
        done = run(path, *limits, "--set", "fetch.retries=1")
    assert done.returncode == 0
    (resting,) = [line for line in done.stderr.splitlines() if "too many failures" in line]
    assert resting.startswith("search: tavily: too many failures in a row, ")
    assert resting.endswith("not asked again in this round")
    assert "ssl:" not in done.stderr
    assert f"Cannot connect to host 127.0.0.1:{tavily.origin.rpartition(':')[2]} [" in done.stderr


def test_queries_that_nobody_could_answer_wait_for_the_next_round(tmp_path: Path, site: Site):
    """A quota that ends in the midst of a round costs no query."""

    def answer(asked: Asked) -> Reply:
        if len(serper.asked) == 2:
            return 400, {}, {"message": "Not enough credits", "statusCode": 400}
        return 200, {}, finds(site, len(serper.asked) - 1)

    with search_service(answer) as serper:
        path = project(tmp_path, site, serper=serper)
        done = run(path, "--set", "limits.rounds=2")
    assert done.returncode == 0, done.stderr
    assert "search: 2 of 3 queries got no answer and wait for the next round" in done.stderr
    texts = Counter(asked.given["q"] for asked in serper.asked)
    first = [asked.given["q"] for asked in serper.asked]
    assert sorted(texts.values()) == [1] * 5 + [2]
    assert first[1] == first[2]  # it comes first in the second round
    assert query(tmp_path / "runs/run", "SELECT count(*) FROM queries WHERE answered = 0") == [(0,)]
    assert len(ids(tmp_path / "runs/run")) == 3


def test_a_page_that_two_backends_find_is_one_and_of_the_one_that_ranked_it_best(
    tmp_path: Path, site: Site
):
    of_tavily = finds(site, 2, 1, 0, results="results", url="url")
    with (
        search_service(lambda asked: (200, {}, finds(site, 0, 1, 3))) as serper,
        search_service(lambda asked: (200, {}, of_tavily)) as tavily,
    ):
        done = run(project(tmp_path, site, serper=serper, tavily=tavily))
    assert done.returncode == 0
    found = query(tmp_path / "runs/run", "SELECT DISTINCT url, backend FROM hits ORDER BY url")
    assert found == [
        (f"{site.origin}/page-0.html", "serper"),
        (f"{site.origin}/page-1.html", "serper"),
        (f"{site.origin}/page-2.html", "tavily"),
        (f"{site.origin}/page-3.html", "serper"),
    ]


def hit(url: str, backend: str) -> Hit:
    return Hit(url=url, rank=1, query="q", topic="t", backend=backend)


def test_hits_are_taken_in_turns_so_that_no_backend_crowds_out_another():
    a = [hit(f"http://a.test/{n}", "a") for n in range(5)]
    b = [hit("http://a.test/0?utm_source=b", "b"), hit("nothing", "b"), hit("http://b.test/", "b")]
    found = merged([a, b, []], 4)
    assert [key for key, _ in found] == [
        "http://a.test/0",
        "http://a.test/1",
        "http://a.test/2",
        "http://b.test/",
    ]
    assert [one.backend for _, one in found] == ["a", "a", "a", "b"]


def test_a_kill_in_the_midst_of_the_search_repeats_no_answered_query(tmp_path: Path, site: Site):
    stuck, released = threading.Event(), threading.Event()

    def answer(asked: Asked) -> Reply:
        if len(serper.asked) == 3:
            stuck.set()
            released.wait(30)
        return 200, {}, finds(site, *range(PAGES))

    with search_service(answer) as serper:
        path = project(tmp_path, site, serper=serper)
        process = start("run", "--config", str(path), "--quiet", cwd=tmp_path)
        try:
            assert stuck.wait(60)
        finally:
            process.kill()
            process.communicate()
            released.set()
        deadline = time.monotonic() + 90
        while (done := run(path)).returncode == 75 and time.monotonic() < deadline:
            time.sleep(1)
    assert done.returncode == 0, done.stderr
    texts = Counter(asked.given["q"] for asked in serper.asked)
    assert sorted(texts.values()) == [1, 1, 2]
    assert len(ids(tmp_path / "runs/run")) == PAGES
