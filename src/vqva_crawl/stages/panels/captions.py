"""What a figure's caption says of its panels."""

from __future__ import annotations

import re

from vqva_crawl.records import ImageItem
from vqva_crawl.stages.extract.parts import parts

_LETTERS = "abcdefghi"


def named_parts(caption: str) -> int:
    """How many parts a caption names: 3 for "(a) … (b) … (c)", 0 for fewer than (a) and (b)."""
    named = set(re.findall(r"\(([a-i])\)", caption.lower()))
    count = next((i for i, letter in enumerate(_LETTERS) if letter not in named), len(_LETTERS))
    return count if count >= 2 else 0


def caption_of(item: ImageItem) -> str:
    """The caption of a composite picture: its own before that of a figure with others."""
    return item.caption or item.figure_caption


def panel_captions(caption: str, count: int) -> list[str]:
    """The caption's own part for each of `count` panels in reading order, "" where it has none."""
    return parts(caption, count) or [""] * count
