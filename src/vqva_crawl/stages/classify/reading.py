"""What labeller and classifier read of a document."""

from __future__ import annotations

from collections.abc import Iterator

from vqva_crawl.records import Document, ImageItem, TextItem

MOST = 20_000  # characters; what a page is about shows long before


def text_of(document: Document) -> str:
    """Title, text and captions in reading order; headings as in Markdown, cut at 20,000 letters."""
    return "\n".join([f"# {document.title}", *map(_line, document.items)])[:MOST]


def _line(item: TextItem | ImageItem) -> str:
    if isinstance(item, ImageItem):
        return f"[{caption}]" if (caption := _caption(item)) else ""
    mark = "#" * max(item.level, 1) + " " if item.role == "heading" else ""
    return mark + item.text


def captions_of(document: Document) -> tuple[str, ...]:
    """What is said of each picture, each text once."""
    said: Iterator[str] = (_caption(image) for image in document.images())
    return tuple(dict.fromkeys(filter(None, said)))


def _caption(image: ImageItem) -> str:
    return image.caption or image.figure_caption or image.alt or image.title
