"""The pages of the demo site, what a correct pipeline does with each, and a plain search.

The HTML lies in `pages/<host>/<path>`: ordinary files that can be read and edited. `$nav` and
`$footer` stand for the host's `_nav.html` and `_footer.html`.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from string import Template
from types import MappingProxyType
from typing import Literal

from vqva_crawl.clients import wording

IMAGE_HOST = "img.demo.test"
PAGE_HOSTS = ("meadow.demo.test", "atelier.demo.test", "lab.demo.test")

Expect = Literal[
    "keep",
    "icons_only",
    "unrelated",
    "opt_out_header",
    "opt_out_meta",
    "duplicate",
    "too_small",
    "robots",
    "language",
]

NO_AI = {"X-Robots-Tag": "noai, noimageai"}


@dataclass(frozen=True)
class DemoPage:
    """One page: where it is, what it says, and what must become of it.

    `headers` are response headers beyond the usual ones; `topic` is a name of the shipped
    taxonomy, "" where none fits; `expect` is "keep" or the reason for which a correct pipeline
    rejects the page.
    """

    url: str
    title: str
    html: str = field(repr=False)
    headers: Mapping[str, str] = field(hash=False)
    topic: str
    expect: Expect

    @property
    def text(self) -> str:
        """The words of the page's own part, alt texts included, navigation and footer left out."""
        main = re.search(r"<main>(.*)</main>", self.html, re.DOTALL)
        spoken = re.sub(r'<img[^>]*?alt="([^"]*)"[^>]*>', r" \1 ", main[1] if main else self.html)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", spoken)).split())


_PLACES: Mapping[str, tuple[tuple[str, str, Expect], ...]] = {
    "meadow.demo.test": (
        ("/", "", "icons_only"),
        ("/pond/common-frog.html", "animal life cycles", "keep"),
        ("/hedge/monarch.html", "animal life cycles", "keep"),
        ("/diary/runner-bean.html", "plant growth", "keep"),
        ("/sky/moon-phases.html", "seasons and sky", "keep"),
        ("/orchard/one-tree-four-seasons.html", "seasons and sky", "keep"),
        ("/valley/noon-to-night.html", "places and landmarks", "keep"),
        ("/rivers/oxbow-lake.html", "earth and weather", "keep"),
        ("/islands/volcano.html", "earth and weather", "keep"),
        ("/table/candle.html", "physics and chemistry at home", "keep"),
        ("/table/rusting-nails.html", "physics and chemistry at home", "opt_out_header"),
        ("/table/ice-water.html", "physics and chemistry at home", "opt_out_meta"),
        ("/collection/pressed-leaves.html", "plant growth", "too_small"),
        ("/de/sonnenuhr.html", "seasons and sky", "language"),
        ("/contact.html", "", "icons_only"),
    ),
    "atelier.demo.test": (
        ("/", "", "icons_only"),
        ("/rooms/north-room.html", "rooms and gardens", "keep"),
        ("/print/harbour-nights.html", "graphics and type", "keep"),
        ("/identity/rye-and-sparrow.html", "graphics and type", "keep"),
        ("/workshop/three-legged-stool.html", "furniture and products", "keep"),
        ("/interface/six-pictograms.html", "graphics and type", "keep"),
        ("/gardens/plot-for-two.html", "rooms and gardens", "keep"),
        ("/drafts/chair-three-ways.html", "furniture and products", "robots"),
        ("/journal/window-shelf.html", "furniture and products", "unrelated"),
    ),
    "lab.demo.test": (
        ("/", "", "icons_only"),
        ("/electricity/one-loop.html", "light and circuits", "keep"),
        ("/cuts/three-fruits.html", "fruit and food", "keep"),
        ("/light/lenses.html", "light and circuits", "keep"),
        ("/machines/levers-and-gears.html", "machines and parts", "keep"),
        ("/numbers/sixteen-shapes.html", "charts and measures", "keep"),
        ("/puzzles/tangram.html", "folding and assembly", "keep"),
        ("/paper/hat.html", "folding and assembly", "keep"),
        ("/mirror/oxbow.html", "earth and weather", "duplicate"),
    ),
}
"""Of each page of each host: its path, its topic, and what is to become of it."""

DISALLOWED = MappingProxyType(
    {
        "meadow.demo.test": "/private/",
        "atelier.demo.test": "/drafts/",
        "lab.demo.test": "/scratch/",
        IMAGE_HOST: "/originals/",
    }
)
"""The one path that each host's robots.txt keeps crawlers out of."""


@functools.cache
def pages() -> tuple[DemoPage, ...]:
    """All pages, in a fixed order."""
    return tuple(
        _read(host, path, topic, expect)
        for host, places in _PLACES.items()
        for path, topic, expect in places
    )


def robots(host: str) -> str:
    """The robots.txt of a host."""
    lines = ["User-agent: *", f"Disallow: {DISALLOWED[host]}", "Allow: /"]
    if host in PAGE_HOSTS:
        lines += ["", f"Sitemap: http://{host}/sitemap.xml"]
    return "\n".join(lines) + "\n"


def sitemap(host: str) -> str:
    """The sitemap of a page host; what robots.txt disallows is not in it."""
    start = f"http://{host}/"
    urls = (p.url for p in pages() if p.url.startswith(start) and p.expect != "robots")
    entries = "".join(f"<url><loc>{html.escape(url)}</loc></url>\n" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</urlset>\n"
    )


def search(query: str, limit: int) -> list[DemoPage]:
    """At most `limit` pages that hold more than half of the telling words of `query`, best first.

    A word in the title counts three times as much as one in the text; ties keep the order of
    `pages`. Front pages are left out.
    """
    words, needed = (_stemmed(part(query)) for part in (wording.sought, wording.telling))
    least = wording.enough(len(needed))
    hits = [p for p in pages() if not p.url.endswith("/") and _held(needed, p) >= least]
    return sorted(hits, key=lambda page: -_score(words, page))[:limit]


def _held(needed: frozenset[str], page: DemoPage) -> int:
    title, text = _index(page)
    return len(needed & (title | text))


def _score(words: frozenset[str], page: DemoPage) -> int:
    title, text = _index(page)
    return 3 * len(words & title) + len(words & text)


@functools.cache
def _index(page: DemoPage) -> tuple[frozenset[str], frozenset[str]]:
    return _stemmed(wording.words(page.title)), _stemmed(wording.words(page.text))


def _stemmed(words: list[str]) -> frozenset[str]:
    return frozenset(map(wording.stem, words))


def _read(host: str, path: str, topic: str, expect: Expect) -> DemoPage:
    folder = resources.files(__package__) / "pages" / host
    source = (folder / (path.removeprefix("/") or "index.html")).read_text("utf-8")
    parts = {name: (folder / f"_{name}.html").read_text("utf-8") for name in ("nav", "footer")}
    title = re.search(r"<title>(.*?)</title>", source)
    assert title is not None, path
    return DemoPage(
        url=f"http://{host}{path}",
        title=html.unescape(title[1]),
        html=Template(source).substitute(parts),
        headers=MappingProxyType(NO_AI if expect == "opt_out_header" else {}),
        topic=topic,
        expect=expect,
    )
