"""OmniCorpus-CC (arXiv 2406.08418): `images` and `texts` with nulls between, `metadata` a list of
structs for the pictures, `general_metadata` a struct with the page's URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vqva_crawl.clients.search.corpus.content import (
    Layout,
    interleaved,
    page_licence,
    page_url,
    pixels,
)


def _facts(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"width": pixels(said.get("width")), "height": pixels(said.get("height"))}


LAYOUT = Layout(
    listed=("general_metadata",),
    fits=lambda row: isinstance(row.get("general_metadata"), dict),
    url=page_url,
    items=lambda row: interleaved(row, _facts),
    licence=page_licence,
)
