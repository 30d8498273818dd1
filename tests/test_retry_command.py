"""`retry` has the next run ask again for what was lost, once, and for nothing else."""

from __future__ import annotations

import json
import re
import shutil
import sys
from contextlib import closing
from pathlib import Path

import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.storage import barrier
from vqva_crawl.storage.lease import Lease
from vqva_crawl.storage.ledger import Ledger
from webpages import Site, gallery

ROUNDS = "SELECT round, phase FROM rounds"
WAITING = "SELECT count(*) FROM urls WHERE state = 'new'"


def retry(folder: Path, *more: str) -> runs.Done:
    return runs.call("retry", "run", *more, cwd=folder)


def played(config: Path) -> None:
    done = runs.call("run", "--config", str(config), "--quiet", cwd=config.parent)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The site of `broken`, and the folder in which its run was played."""
    files = gallery(4)
    files["/"] = ("text/html", files["/"][1].replace(b"<ul>", b'<ul><a href="/gone.html">x</a>'))
    site, folder = Site(files), tmp_path_factory.mktemp("once")
    site.failing |= {"/page-0.html", "/page-1.html"}
    played(runs.config(folder, [site.origin], fetch=runs.hasty(site)))
    site.failing.clear()
    yield site, folder
    site.close()


@pytest.fixture
def broken(tmp_path, once):
    """A run whose only round is over, with two pages failed and one that is not there."""
    site, folder = once
    shutil.copytree(folder / "runs", tmp_path / "runs")
    site.requests.clear()
    return site, runs.config(tmp_path, [site.origin], fetch=runs.hasty(site))


def test_what_failed_is_asked_for_again_although_all_rounds_are_played(broken, tmp_path):
    site, config = broken
    played(config)
    assert not site.requests
    done = retry(tmp_path, "--only", "5xx,timeout")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "http_503: 2 pages",
        "2 pages and 0 documents will be tried again by the next vqva-crawl run",
    ]
    played(config)
    pages = {path for path in site.requests if path.endswith(".html")}
    assert pages == {"/page-0.html", "/page-1.html"}
    assert len(runs.ids(tmp_path / "runs/run")) == 4
    assert dict(runs.query(tmp_path / "runs/run", ROUNDS)) == {1: "done", 2: "done"}
    site.requests.clear()
    played(config)
    assert not site.requests


def test_a_dry_run_and_a_second_one_change_nothing(broken, tmp_path):
    run = tmp_path / "runs/run"
    before = runs.query(run, ROUNDS)
    dry = retry(tmp_path, "--only", "503,404", "--dry-run")
    assert "http_503: 2 pages" in dry.stdout
    assert "3 pages and 0 documents would be" in dry.stdout
    assert (runs.query(run, ROUNDS), runs.query(run, WAITING)) == (before, [(0,)])
    assert retry(tmp_path, "--only", "503").returncode == 0
    after = runs.query(run, ROUNDS)
    again = retry(tmp_path, "--only", "503", "--json")
    assert json.loads(again.stdout) == {"dry_run": False, "pages": 0, "documents": 0, "reasons": {}}
    assert (runs.query(run, ROUNDS), runs.query(run, WAITING)) == (after, [(2,)])
    assert "1 page and" in retry(tmp_path, "--only", "http_404").stdout
    assert runs.query(run, ROUNDS) == after, "the round that waits takes up more"


@pytest.mark.parametrize("only", [["no_images", "--stage", "gate"], ["404"]])
def test_a_second_one_for_the_same_is_no_error(broken, tmp_path, only):
    assert "1 page and" in retry(tmp_path, "--only", *only).stdout
    again = retry(tmp_path, "--only", *only)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("0 pages and 0 documents")


@pytest.mark.parametrize("reason", ["timeout", "418", "budget", "no_pair"])
def test_a_known_reason_that_a_run_does_not_have_is_no_error(broken, tmp_path, reason):
    done = retry(tmp_path, "--only", reason)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 pages and 0 documents")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--only", "nonsense"],
            "unknown reason; this run has http_503 2, http_404 1, no_images 1",
        ),
        (["--only", ""], "--only names no reason; this run has http_503 2, http_404 1"),
        (["--only", "503", "--stage", "reason"], "nothing was lost there; stages: fetch, gate"),
        (["--only", "503", "--host", "other.test"], "--host other.test: this run has no page of"),
        (["--only", "503", "--host", ""], "--host names no host"),
        (["--only", "503", "--host", "127.0.0.1:9"], "--host 127.0.0.1:9: this run has no page"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_there_is(broken, tmp_path, arguments, said):
    done = retry(tmp_path, *arguments)
    assert done.returncode == 2
    [line] = done.stderr.strip().splitlines()
    assert said in line


def test_a_host_narrows_it_down(broken, tmp_path):
    host = broken[0].origin.removeprefix("http://")
    assert "2 pages" in retry(tmp_path, "--only", "503", "--host", "127.0.0.1", "--dry-run").stdout
    assert "2 pages" in retry(tmp_path, "--only", "503", "--host", host, "--stage", "fetch").stdout
    again = retry(tmp_path, "--only", "503", "--host", "127.0.0.1")
    assert (again.returncode, again.stdout[:7]) == (0, "0 pages")


def test_a_kill_in_between_leaves_all_as_it_was(broken, tmp_path, monkeypatch):
    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    run = tmp_path / "runs/run"
    before = runs.query(run, ROUNDS)
    monkeypatch.setattr(barrier, "annotate_again", killed)
    assert retry(tmp_path, "--only", "503").returncode == 130
    assert (runs.query(run, ROUNDS), runs.query(run, WAITING)) == (before, [(0,)])
    monkeypatch.undo()
    assert "2 pages" in retry(tmp_path, "--only", "503").stdout


def test_a_run_that_is_held_is_left_alone(broken, tmp_path):
    with closing(Ledger(f"sqlite:///{tmp_path}/runs/run/ledger.sqlite")) as ledger:
        lease = Lease(ledger, "run")
        assert retry(tmp_path, "--only", "503").returncode == 75
        assert retry(tmp_path, "--only", "503", "--dry-run").returncode == 0
        lease.release()


def test_a_site_that_has_changed_its_mind_is_asked_only_where_it_is_named(tmp_path, serve):
    files = gallery(3)
    kind, body = files["/page-0.html"]
    against = body.replace(b"<title>", b'<meta name="robots" content="noai"><title>')
    files["/page-0.html"] = (kind, against)
    site = serve(files)
    config = runs.config(tmp_path, [site.origin])
    played(config)
    files["/page-0.html"] = (kind, body)
    assert "0 pages" in retry(tmp_path, "--only", "4xx,5xx,timeout").stdout
    assert "opt_out: 1 page\n" in retry(tmp_path, "--only", "opt_out").stdout
    site.requests.clear()
    played(config)
    assert site.requests["/page-0.html"] == 1, "not read out of the cache"
    assert len(runs.ids(tmp_path / "runs/run")) == 3


HITS = """
from contextlib import asynccontextmanager
import vqva_crawl as vc

class Fixed:
    name = "fixed"
    def __init__(self, urls):
        self.urls = urls
    async def search(self, query, limit):
        facts = {"query": query.text, "topic": query.topic, "backend": self.name}
        return [vc.Hit(url=url, rank=n, **facts) for n, url in enumerate(self.urls, 1)]

@vc.search_backend("fixed")
@asynccontextmanager
async def fixed(options, context):
    yield Fixed(options["urls"])
"""


def test_pages_that_a_search_found_go_to_the_chain_when_they_come_at_last(tmp_path, serve):
    (tmp_path / "fixed.py").write_text(HITS)
    sys.modules.pop("fixed", None)
    site = serve(gallery(3))
    site.failing |= {"/page-0.html"}
    urls = [f"{site.origin}/page-{n}.html" for n in range(3)]
    search = {"backends": [{"kind": "fixed", "options": {"urls": urls}}]}
    plugins = ["simple_agents", "fixed"]
    more = {"search": search, "plugins": plugins, "fetch": runs.hasty(site)}
    config = runs.config(tmp_path, [site.origin], **more)
    played(config)
    assert len(runs.ids(tmp_path / "runs/run")) == 2
    site.failing.clear()
    queries = "SELECT count(*) FROM queries"
    before = runs.query(tmp_path / "runs/run", queries)
    assert "1 page and" in retry(tmp_path, "--only", "503").stdout
    played(config)
    assert len(runs.ids(tmp_path / "runs/run")) == 3
    assert runs.query(tmp_path / "runs/run", queries) == before
    assert all(row["source"]["query"] for row in runs.rows(tmp_path / "runs/run"))


# the chain ------------------------------------------------------------------------------------


def test_records_that_an_endpoint_lost_are_made_up_for(tmp_path, serve):
    site = serve(gallery(4))
    with FakeModelServer(scripted_model.reply) as server:
        config = runs.with_model(tmp_path, site.origin, server, retries=0)
        for page in (1, 2):
            server.fail(faults.on(f"word{page}b", faults.server_error()))
        played(config)
        run = tmp_path / "runs/run"
        before = runs.ids(run)
        server.heal()
        calls = server.calls
        done = retry(tmp_path, "--only", "endpoint_failed")
        assert re.fullmatch(
            r"endpoint_failed: [234] records\n0 pages and [234] documents will be .*\n", done.stdout
        )
        assert retry(tmp_path, "--only", "endpoint_failed").stdout.startswith("0 pages and 0")
        site.requests.clear()
        played(config)
        assert not site.requests
        more = server.calls - calls
        assert retry(tmp_path, "--only", "endpoint_failed").stdout.startswith("0 pages and 0")
    after = runs.ids(run)
    assert set(before) < set(after)
    assert len(after) == len(set(after)) == 4
    assert 2 <= more < calls, "what was answered is not asked again"


def test_documents_that_met_a_cap_are_taken_up_when_it_is_raised(tmp_path, serve):
    site = serve(gallery(2))
    with FakeModelServer(scripted_model.reply) as server:
        config = runs.with_model(tmp_path, site.origin, server, caps={"document_tokens": 1})
        done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "budget: 2 records" in retry(tmp_path, "--only", "budget").stdout
        raised = ("--set", "model.caps.document_tokens=1000000")
        done = runs.call("run", "--config", str(config), "--quiet", *raised, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 2


def test_rules_of_a_site_that_has_changed_its_mind_are_read_anew_where_they_are_named(
    tmp_path, serve
):
    files = gallery(3)
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /page-0.html\n")
    site = serve(files)
    config = runs.config(tmp_path, [site.origin])
    played(config)
    files["/robots.txt"] = ("text/plain", b"")
    assert "robots: 1 page\n" in retry(tmp_path, "--only", "robots").stdout
    played(config)
    assert site.requests["/robots.txt"] == 2
    assert len(runs.ids(tmp_path / "runs/run")) == 3
