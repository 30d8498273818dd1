"""URLs that a trap makes (threat 12), and those of honest deep sites, which look similar."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

import runs
from vqva_crawl.urls import endless, url_key


@pytest.mark.parametrize(
    "path",
    [
        "/a/a/a/",
        "/x/about/about/about",
        "/shop/a/b/a/b/a/b/index.html",
        "/a/b/c/d/a/b/c/d/a/b/c/d",
        "/en/1/a/1/a/1/a",
        "/" + "/".join(f"s{n}" for n in range(21)),
        "/?q=" + "x" * 2000,
    ],
)
def test_what_repeats_or_never_ends_is_a_trap(path: str) -> None:
    assert endless(f"http://a.test{path}")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/a/a/",
        "/docs/4.x/modules/core/core/basic_structures/mat/mat.html",
        "/usr/share/doc/opencv/opencv4/html/d9/d61/tutorial_py_morphological_ops.html",
        "/2026/11/11/11/why",
        "/book/1/1/1/1/page",
        "/a/b/a/b/a",
        "/aa/a/aaa/aaaa",
        "/src/main/java/org/example/project/module/impl/internal/deep/Thing/page.html",
        "/?a=1&a=1&a=1&b=/x/x/x/",
    ],
)
def test_honest_deep_pages_are_none(path: str) -> None:
    assert not endless(f"http://a.test{path}")


def test_long_hostile_paths_are_judged_at_once() -> None:
    began = time.process_time()
    for path in ("/" + "a" * 1900, "/a" * 900, "/" + "/".join(["ab" * 45] * 19) + "x", "/" * 1900):
        endless(f"http://a.test{path}")
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "url",
    [
        "http://a.test/shop/list.jsp;jsessionid=0A1B2C?page=2",
        "http://a.test/shop/list.jsp;JSESSIONID=ffff?page=2&PHPSESSID=12",
        "http://a.test/shop/list.jsp?sid=99&page=2",
    ],
)
def test_a_session_makes_no_other_page(url: str) -> None:
    assert url_key(url) == "http://a.test/shop/list.jsp?page=2"


def test_parameters_of_a_path_that_are_no_session_stay() -> None:
    assert url_key("http://a.test/map;lat=1;sid=3/b;v=2") == "http://a.test/map;lat=1/b;v=2"


def links(*paths: str) -> tuple[str, bytes]:
    return "text/html", "".join(f'<a href="{path}">x</a>' for path in paths).encode()


def test_a_run_leaves_a_path_that_repeats_and_goes_down_an_honest_one(tmp_path, serve):
    chain = ["/" + "/".join(f"part-{n}" for n in range(depth)) + "/" for depth in range(1, 10)]
    around = {"/loop/" + "loop/" * n: links("loop/") for n in range(8)}
    site = serve({"/": links(chain[0], "/loop/"), **around})
    site.files |= {a: links(b) for a, b in pairwise(chain)}
    site.files[chain[-1]] = links()
    path = runs.config(tmp_path, [site.origin])
    runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    asked = set(site.requests)
    assert set(chain) <= asked
    assert {p for p in asked if "loop" in p} == {"/loop/", "/loop/loop/"}
