"""The layouts of rows that are known, and which of them a row has."""

from __future__ import annotations

from typing import Literal

from vqva_crawl.clients.search.corpus import mmc4, obelics, omnicorpus
from vqva_crawl.clients.search.corpus.content import Layout
from vqva_crawl.clients.search.corpus.rows import Row

Name = Literal["auto", "omnicorpus", "obelics", "mmc4"]

LAYOUTS: dict[str, Layout] = {
    "omnicorpus": omnicorpus.LAYOUT,
    "obelics": obelics.LAYOUT,
    "mmc4": mmc4.LAYOUT,
}
LISTED = tuple({name for layout in LAYOUTS.values() for name in layout.listed})


def layout_of(row: Row, name: Name) -> Layout | None:
    """The layout of that name; with `auto` the one that fits the row, None when none does."""
    if name != "auto":
        return LAYOUTS[name]
    return next((layout for layout in LAYOUTS.values() if layout.fits(row)), None)
