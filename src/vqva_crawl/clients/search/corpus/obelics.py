"""OBELICS (arXiv 2306.16527): as OmniCorpus, but `metadata` and `general_metadata` are JSON in
strings, and the former has a picture's alt text."""

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
    return {
        "alt": str(said.get("alt_text") or ""),
        "width": pixels(said.get("original_width") or said.get("rendered_width")),
        "height": pixels(said.get("original_height") or said.get("rendered_height")),
    }


LAYOUT = Layout(
    listed=("general_metadata",),
    fits=lambda row: isinstance(row.get("general_metadata"), str),
    url=page_url,
    items=lambda row: interleaved(row, _facts),
    licence=page_licence,
)
