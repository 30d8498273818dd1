"""A whole run over a real searx, which finds pages of a gallery by an engine of the test's."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from runs import call, config, query, rows
from search_service import Asked, Reply, search_service
from searx_server import searx
from webpages import gallery

PAGES = 6
A_PAGE = 3  # results


def test_a_run_over_a_real_searx_gives_triples(tmp_path: Path, serve):
    site = serve(gallery(PAGES))

    def find(asked: Asked) -> Reply:
        first = (int(asked.given["page"]) - 1) * A_PAGE
        found = [
            {"url": f"{site.origin}/page-{n}.html", "title": f"Example {n}", "content": "A filter."}
            for n in range(first, min(first + A_PAGE, PAGES))
        ]
        return 200, {}, {"results": [*found, {"title": "without a URL"}]}

    with (
        search_service(find) as engine,
        searx(tmp_path, f"{engine.origin}/find?q={{query}}&page={{pageno}}") as origin,
    ):
        backend = {"kind": "searxng", "options": {"base_url": f"{origin}/"}}
        path = config(
            tmp_path,
            [site.origin, origin],
            search={"backends": [backend], "hits_per_query": 5},
            plan={"queries_per_round": 2},
        )
        done = call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    run = tmp_path / "runs/run"
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    published = rows(run)
    assert len(published) == 5
    assert {row["source"]["page_url"] for row in published} <= {
        f"{site.origin}/page-{n}.html" for n in range(PAGES)
    }
    hits = query(run, "SELECT backend, rank FROM hits ORDER BY query, rank")
    assert hits == [("searxng", rank) for rank in range(1, 6)] * 2
    assert {asked.given["page"] for asked in engine.asked} == {"1", "2"}


def test_an_engine_that_is_down_is_named_and_the_run_says_that_nobody_answered(tmp_path: Path):
    with searx(tmp_path, "http://127.0.0.1:9/find?q={query}&page={pageno}") as origin:
        backend = {"kind": "searxng", "options": {"base_url": origin}}
        path = config(
            tmp_path, [origin], search={"backends": [backend]}, plan={"queries_per_round": 2}
        )
        done = call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 3
    assert "no engine answered the instance (catalogue: " in done.stderr
    assert "vqva-crawl: no search backend answered in round 1" in done.stderr


def test_searx_is_really_asked(tmp_path: Path):
    """The fixture: what comes up is searx, and it answers in JSON."""
    with searx(tmp_path, "http://127.0.0.1:9/?q={query}") as origin:
        said = urllib.request.urlopen(f"{origin}/config", timeout=10).read()
    assert b'"version":"1.' in said.replace(b" ", b"")
