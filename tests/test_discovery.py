"""How far the site backend goes into a site."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

import runs
from webpages import gallery


def links(*paths: str) -> tuple[str, bytes]:
    return "text/html", "".join(f'<a href="{path}">x</a>' for path in paths).encode()


def test_max_pages_bounds_the_pages_of_all_waves(tmp_path, serve):
    leaves = [f"/{branch}{leaf}.html" for branch in "ab" for leaf in range(9)]
    site = serve(
        {
            "/": links("/b.html", "/a.html"),
            "/a.html": links(*leaves[:9], "/"),
            "/b.html": links(*leaves[9:], "/a1.html"),
            **{leaf: links("/deep.html") for leaf in leaves},
        }
    )
    options = {"start": [f"{site.origin}/"], "sitemap": False, "max_pages": 6}
    config = runs.config(
        tmp_path, [site.origin], search={"backends": [{"kind": "site", "options": options}]}
    )
    runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    asked = [path for path in site.requests if path != "/robots.txt"]
    assert sorted(asked) == ["/", "/a.html", "/a0.html", "/a1.html", "/a2.html", "/b.html"]


def test_a_domain_gets_no_more_pages_than_its_cap_in_all_rounds(tmp_path, serve):
    first, second = serve(gallery(4)), serve(gallery(4, first=4))  # two hosts of one domain
    origins = [first.origin, second.origin]
    config = runs.config(tmp_path, origins, limits={"rounds": 9, "pages_per_domain": 5})

    def asked(*more: str) -> int:
        done = runs.call("run", "--config", str(config), "--json", "--quiet", *more, cwd=tmp_path)
        end = json.loads(done.stdout)
        assert done.returncode == 0, end
        said.append(end["stopped_because"])
        return sum(1 for s in (first, second) for p in s.requests if p == "/" or "page" in p)

    said: list[str] = []
    assert asked() == 5
    assert "limits.pages_per_domain (5; 5 URLs beyond it)" in said[-1]
    assert asked("--set", "fetch.refresh=0") == 5, "start pages are asked again, and no others"
    assert asked("--set", "limits.pages_per_domain=7") == 7
    assert asked("--set", "limits.pages_per_domain=null") == 10
    assert len(runs.ids(tmp_path / "runs/run")) == 8


@pytest.mark.parametrize("sitemap", [False, True])
def test_a_new_round_on_another_day_finds_the_pages_that_are_new(tmp_path, serve, sitemap):
    site = serve(night(2, sitemap))
    options = {"start": [f"{site.origin}/"], "sitemap": sitemap, "exhaust": True}
    config = runs.config(
        tmp_path,
        [site.origin],
        limits={"rounds": 100},
        search={"backends": [{"kind": "site", "options": options}]},
    )
    run = tmp_path / "runs/run"

    def nightly(*more: str) -> int:
        done = runs.call(
            "run", "--config", str(config), "--rounds", "1", "--quiet", *more, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        return len(runs.ids(run))

    assert nightly() == 2
    assert site.requests["/robots.txt"] == 1
    first = set(runs.ids(run))
    site.files |= night(5, sitemap)
    asked = site.requests.copy()
    assert nightly() == 2  # within the hours of fetch.refresh nothing is asked again
    assert site.requests == asked, "robots.txt neither"
    site.failing |= set(site.files)  # a night without an answer loses nothing
    assert nightly("--set", "fetch.refresh=0", "--set", "fetch.retries=0") == 2
    site.failing.clear()
    assert nightly("--set", "fetch.refresh=0") == 5
    assert first < set(runs.ids(run))
    for path in site.files:
        if path not in ("/", "/robots.txt", "/sitemap.xml"):
            assert site.requests[path] == 1 or path not in asked, path


SPOILED: dict[str, dict[str, tuple[str, bytes]]] = {
    "gone": {"/": ("", b"")},
    "opted out": {"/": ("text/html", b"<meta name=robots content=noai><p>Away for a day.")},
    "another type": {"/": ("application/pdf", b"%PDF-1.7")},
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_start_page_that_failed_on_one_day_is_asked_for_on_the_next(tmp_path, serve, how):
    site = serve(gallery(2))
    config = runs.config(tmp_path, [site.origin], limits={"rounds": 100})

    def nightly(files: dict[str, tuple[str, bytes]]) -> int:
        site.files = {path: file for path, file in files.items() if file[0]}
        command = ["run", "--config", str(config), "--rounds", "1", "--set", "fetch.refresh=0"]
        done = runs.call(*command, "--quiet", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return len(runs.ids(tmp_path / "runs/run"))

    assert nightly(gallery(2)) == 2
    assert nightly({**gallery(2), **SPOILED[how]}) == 2
    assert nightly(gallery(5)) == 5


def test_a_run_of_before_start_pages_were_noted_asks_for_them_again(tmp_path, serve):
    site = serve(gallery(2))
    play = ["run", "--config", str(runs.config(tmp_path, [site.origin])), "--quiet"]
    assert runs.call(*play, cwd=tmp_path).returncode == 0
    with closing(sqlite3.connect(tmp_path / "runs/run/ledger.sqlite")) as raw, raw:
        assert raw.execute("DELETE FROM facts WHERE name = 'starts_asked'").rowcount == 1
    for rounds in (2, 3):
        done = runs.call(*play, "--set", f"limits.rounds={rounds}", cwd=tmp_path)
        assert (done.returncode, site.requests["/"]) == (0, 2)


def test_a_sitemap_that_is_not_there_is_asked_for_again_on_another_day(tmp_path, serve):
    site = serve(gallery(2))
    backends = [{"kind": "site", "options": {"start": [f"{site.origin}/"], "exhaust": True}}]
    config = runs.config(tmp_path, [site.origin], search={"backends": backends})
    for rounds, refresh, asked in ((1, 12, 1), (2, 12, 1), (3, 0, 2)):
        more = ("--set", f"limits.rounds={rounds}", "--set", f"fetch.refresh={refresh}")
        done = runs.call("run", "--config", str(config), "--quiet", *more, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert site.requests["/sitemap.xml"] == asked


def test_refreshes_and_frames_lead_into_a_site_under_the_rules_of_links(tmp_path, serve):
    def html(text: str) -> tuple[str, bytes]:
        return "text/html", text.encode()

    site = serve(
        {
            "/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /m/no.html"),
            "/m/": html('<meta http-equiv="refresh" content="0; url=en/">'),
            "/m/en/": html("<h1>Moved</h1>"),
            "/m/en/frames.html": html(
                "<frameset><frame src=menu.html><frame src=/outside.html></frameset>"
            ),
            "/m/en/menu.html": html(
                "<iframe src=deep.html></iframe><iframe src=/m/no.html></iframe>"
            ),
            "/m/en/deep.html": html('<meta http-equiv="refresh" content="0; url=deeper.html">'),
            "/m/en/deeper.html": html("<p>Too deep."),
            "/outside.html": html("<p>Out of scope."),
        }
    )
    site.refreshing["/m/en/"] = "0; url=frames.html"
    options = {"start": [f"{site.origin}/m/"], "sitemap": False, "max_depth": 4}
    config = runs.config(
        tmp_path, [site.origin], search={"backends": [{"kind": "site", "options": options}]}
    )
    runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    pages = ["/m/", "/m/en/", "/m/en/deep.html", "/m/en/frames.html", "/m/en/menu.html"]
    assert sorted(site.requests) == [*pages, "/robots.txt"]


def night(pages: int, sitemap: bool) -> dict[str, tuple[str, bytes]]:
    """A gallery that its start page, or its sitemap alone, leads to."""
    files = gallery(pages)
    if sitemap:
        named = "".join(f"<url><loc>{p}</loc></url>" for p in files if p.endswith(".html"))
        files["/sitemap.xml"] = ("application/xml", f"<urlset>{named}</urlset>".encode())
        files["/"] = links()
    return files
