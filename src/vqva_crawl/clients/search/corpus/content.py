"""What a row of an interleaved corpus comes to, and what its layouts have in common."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vqva_crawl.clients.plain import sound
from vqva_crawl.clients.search.corpus.rows import TOLD, BadRow, Row
from vqva_crawl.records import ImageItem, Item, TextItem
from vqva_crawl.urls import join

PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a corpus are read.

    `listed` are the columns that tell a row's URL and layout; `items` raises BadRow; `licence` is
    "" where the layout has none.
    """

    listed: tuple[str, ...]
    fits: Callable[[Row], bool]
    url: Callable[[Row], str]
    items: Callable[[Row], list[Item]]
    licence: Callable[[Row], str] = lambda row: ""


def web(value: object) -> str:
    """A value as an absolute http(s) URL, "" when it is none."""
    return join(value, "") if isinstance(value, str) else ""


def paragraphs(text: str) -> Iterator[TextItem]:
    return (TextItem(text=part.strip()) for part in PARAGRAPHS.split(text) if part.strip())


def image(value: object, number: int, facts: Mapping[str, Any]) -> ImageItem:
    """An image item; `number` is for messages. Raises BadRow when `value` is no http(s) URL."""
    if not (url := web(value)):
        raise BadRow(f"image {number} is no http(s) URL: {str(value)[:TOLD]!r}")
    return ImageItem(url=url, **facts)


def interleaved(row: Row, facts: Callable[[Mapping[str, Any]], dict[str, Any]]) -> list[Item]:
    """The items of `images` and `texts`, lists of one length of which at each place one is null.

    `metadata` says more of the pictures, by place or in their order; `facts` makes fields of an
    ImageItem of it. Raises BadRow.
    """
    images, texts = _list(row, "images"), _list(row, "texts")
    if len(images) != len(texts):
        raise BadRow(f"{len(images)} images and {len(texts)} texts: they are to be of one length")
    said = decoded(row.get("metadata"))
    about = said if isinstance(said, list) else []
    if len(about) != len(images):  # one for each picture, or of no use
        mine = iter(about if len(about) == sum(i is not None for i in images) else [])
        about = [next(mine, None) if i is not None else None for i in images]
    items: list[Item] = []
    for place, (url, text) in enumerate(zip(images, texts, strict=True)):
        if url is not None:
            known = about[place]
            items.append(image(url, place, facts(known) if isinstance(known, dict) else {}))
        if isinstance(text, str):
            items += paragraphs(text)
    return items


def decoded(value: object) -> Any:
    """JSON in a string, undone; other values as they are. Raises BadRow."""
    if not isinstance(value, str):
        return value
    try:
        return sound(json.loads(value))
    except (ValueError, RecursionError) as error:
        raise BadRow(f"no JSON: {value[:TOLD]!r}") from error


def about_page(row: Row) -> Mapping[str, Any]:
    """`general_metadata`, empty where it cannot be read."""
    try:
        said = decoded(row.get("general_metadata"))
    except BadRow:
        return {}
    return said if isinstance(said, dict) else {}


def page_url(row: Row) -> str:
    return web(about_page(row).get("url"))


def page_licence(row: Row) -> str:
    said = about_page(row)
    return str(said.get("license") or said.get("licence") or "")


def pixels(value: object) -> int:
    """A declared size, 0 when it is none."""
    return int(value) if isinstance(value, int | float) and 0 < value < 1e6 else 0


def _list(row: Row, name: str) -> list[Any]:
    value = row.get(name)
    if not isinstance(value, list):
        raise BadRow(f"{name} is no list")
    return value
