"""Captions that stand beside a picture without being marked as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vqva_crawl.stages.extract.blocks import LABEL, Block, Shown, Text
from vqva_crawl.stages.extract.images import PICTURE_FILE
from vqva_crawl.stages.extract.parts import parts

LABELLED = 1_000  # characters of a paragraph that begins like "Figure 3"
SET_APART = 300  # characters of one in italics, small or centred

_EMPTY = re.compile(r"\W*(?:image|img|picture|photo|figure|fig|illustration)?\W*", re.IGNORECASE)


def settle(blocks: list[Block]) -> None:
    """Gives each group of pictures without caption the caption paragraph after or before it.

    Paragraphs that begin like "Figure 3" or are marked as captions count on both sides, those
    merely set apart only after the pictures. What is left takes its `title` attribute.
    """
    blocks[:] = [b for b in blocks if isinstance(b, Shown) or not _says_nothing(b)]
    pictures = [b for b in blocks if isinstance(b, Shown)]
    if not pictures:
        return
    for picture in pictures:
        _forget_empty_words(picture)
    figure = 1 + max(picture.figure for picture in pictures)
    for start, end in _groups(blocks):
        group = [b for b in blocks[start:end] if isinstance(b, Shown)]
        if any(image.captioned for image in group):
            continue
        text = _caption(blocks, start, end)
        if text is not None:
            text.claimed = True
            figure += _assign(group, text, figure)
    for picture in pictures:
        if not picture.captioned and _telling(picture):
            picture.caption = picture.title


def _says_nothing(text: Text) -> bool:
    return text.role == "caption" and _EMPTY.fullmatch(text.text) is not None


def _forget_empty_words(picture: Shown) -> None:
    """A caption that only says "image" is none."""
    if _EMPTY.fullmatch(picture.caption):
        picture.caption = ""
    if _EMPTY.fullmatch(picture.figure_caption):
        picture.figure_caption = ""


def _groups(blocks: list[Block]) -> Iterator[tuple[int, int]]:
    """(start, end) of pictures that follow each other directly and share their figure."""
    start = 0
    while start < len(blocks):
        end = start + 1
        first = blocks[start]
        if isinstance(first, Shown):
            while end < len(blocks) and _same(first, blocks[end]):
                end += 1
            yield start, end
        start = end


def _same(first: Shown, other: Block) -> bool:
    return isinstance(other, Shown) and other.figure == first.figure and not other.captioned


def _caption(blocks: list[Block], start: int, end: int) -> Text | None:
    after = blocks[end] if end < len(blocks) else None
    before = blocks[start - 1] if start else None
    # A labelled paragraph between two pictures belongs to the one above it.
    for block, follows in ((after, True), (before, False)):
        if isinstance(block, Text) and not block.claimed and _is_caption(block, follows):
            return block
    return None


def _is_caption(block: Text, follows: bool) -> bool:
    if block.role == "caption":
        return True
    if block.role not in ("paragraph", "table", "heading"):
        return False
    if LABEL.match(block.text):
        return len(block.text) <= LABELLED
    return follows and block.aside and block.role == "paragraph" and len(block.text) <= SET_APART


def _assign(group: list[Shown], text: Text, figure: int) -> int:
    """Writes the caption to the pictures; returns how many figures it made."""
    if text.role == "paragraph":
        text.role = "caption"
    if len(group) == 1:
        group[0].caption = text.text
        return 0
    own = parts(text.text, len(group)) or [""] * len(group)
    made = group[0].figure < 0
    for image, part in zip(group, own, strict=True):
        image.caption, image.figure_caption = part, text.text
        image.figure = figure if made else image.figure
    return int(made)


def _telling(image: Shown) -> bool:
    """Whether the title says more than a file name."""
    title = image.title
    return not _EMPTY.fullmatch(title) and title not in image.url and not PICTURE_FILE.search(title)
