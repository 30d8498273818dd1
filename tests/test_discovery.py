"""How far the site backend goes into a site."""

from __future__ import annotations

import runs


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
