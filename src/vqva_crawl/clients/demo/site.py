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

    `headers` are response headers beyond the usual ones; `topic` is "domain/subject"; `expect` is
    "keep" or the reason for which a correct pipeline rejects the page.
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


_PLACES: tuple[tuple[str, str, Expect], ...] = (
    ("meadow.demo.test/", "index", "icons_only"),
    ("meadow.demo.test/pond/common-frog.html", "world_knowledge/life cycles", "keep"),
    ("meadow.demo.test/hedge/monarch.html", "world_knowledge/life cycles", "keep"),
    ("meadow.demo.test/diary/runner-bean.html", "world_knowledge/plant growth", "keep"),
    ("meadow.demo.test/sky/moon-phases.html", "world_knowledge/astronomy", "keep"),
    ("meadow.demo.test/orchard/one-tree-four-seasons.html", "world_knowledge/seasons", "keep"),
    ("meadow.demo.test/valley/noon-to-night.html", "world_knowledge/day and night", "keep"),
    ("meadow.demo.test/rivers/oxbow-lake.html", "world_knowledge/landforms", "keep"),
    ("meadow.demo.test/islands/volcano.html", "world_knowledge/landforms", "keep"),
    ("meadow.demo.test/table/candle.html", "world_knowledge/cause and effect", "keep"),
    ("meadow.demo.test/table/rusting-nails.html", "world_knowledge/cause and effect", "opt_out_header"),
    ("meadow.demo.test/table/ice-water.html", "world_knowledge/cause and effect", "opt_out_meta"),
    ("meadow.demo.test/collection/pressed-leaves.html", "world_knowledge/plants", "too_small"),
    ("meadow.demo.test/de/sonnenuhr.html", "world_knowledge/day and night", "language"),
    ("meadow.demo.test/contact.html", "index", "icons_only"),
    ("atelier.demo.test/", "index", "icons_only"),
    ("atelier.demo.test/rooms/north-room.html", "design_knowledge/interiors", "keep"),
    ("atelier.demo.test/print/harbour-nights.html", "design_knowledge/posters", "keep"),
    ("atelier.demo.test/identity/rye-and-sparrow.html", "design_knowledge/identity", "keep"),
    ("atelier.demo.test/workshop/three-legged-stool.html", "design_knowledge/furniture", "keep"),
    ("atelier.demo.test/interface/six-pictograms.html", "design_knowledge/interfaces", "keep"),
    ("atelier.demo.test/gardens/plot-for-two.html", "design_knowledge/gardens", "keep"),
    ("atelier.demo.test/drafts/chair-three-ways.html", "design_knowledge/furniture", "robots"),
    ("atelier.demo.test/journal/window-shelf.html", "design_knowledge/drawings", "unrelated"),
    ("lab.demo.test/", "index", "icons_only"),
    ("lab.demo.test/electricity/one-loop.html", "reasoning/circuits", "keep"),
    ("lab.demo.test/cuts/three-fruits.html", "reasoning/cross-sections", "keep"),
    ("lab.demo.test/light/lenses.html", "reasoning/optics", "keep"),
    ("lab.demo.test/machines/levers-and-gears.html", "reasoning/machines", "keep"),
    ("lab.demo.test/numbers/sixteen-shapes.html", "reasoning/charts", "keep"),
    ("lab.demo.test/puzzles/tangram.html", "reasoning/puzzles", "keep"),
    ("lab.demo.test/paper/hat.html", "reasoning/folding", "keep"),
    ("lab.demo.test/mirror/oxbow.html", "world_knowledge/landforms", "duplicate"),
)

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
    return tuple(_read(place, topic, expect) for place, topic, expect in _PLACES)


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
    """At most `limit` pages that share words with `query`, best first; front pages left out.

    A word in the title counts three times as much as one in the text; ties keep the order of
    `pages`. Words are compared without their endings -s, -es, -ed and -ing.
    """
    wanted = _words(query)
    scored = [(_score(wanted, page), page) for page in pages() if not page.url.endswith("/")]
    found = sorted((s for s in scored if s[0]), key=lambda scored: -scored[0])
    return [page for _, page in found[:limit]]


def _score(wanted: frozenset[str], page: DemoPage) -> int:
    title, text = _index(page)
    return 3 * len(wanted & title) + len(wanted & text)


@functools.cache
def _index(page: DemoPage) -> tuple[frozenset[str], frozenset[str]]:
    return _words(page.title), _words(page.text)


_STOP = frozenset(
    "a an and are as at be by for from how in into is it its of off on or out over that the this "
    "to was what when where which who why with".split()
)


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"[a-zäöüß0-9]+", text.lower())
    return frozenset(re.sub(r"(?<=\w{3})(?:es|s|ed|ing)$", "", w) for w in found if w not in _STOP)


def _read(place: str, topic: str, expect: Expect) -> DemoPage:
    host, _, path = place.partition("/")
    folder = resources.files(__package__) / "pages" / host
    source = (folder / (path or "index.html")).read_text("utf-8")
    parts = {name: (folder / f"_{name}.html").read_text("utf-8") for name in ("nav", "footer")}
    title = re.search(r"<title>(.*?)</title>", source)
    assert title is not None, place
    headers = NO_AI if expect == "opt_out_header" else {}
    return DemoPage(
        url=f"http://{place}",
        title=html.unescape(title[1]),
        html=Template(source).substitute(parts),
        headers=MappingProxyType(headers),
        topic=topic,
        expect=expect,
    )
