"""Multimodal C4 (arXiv 2304.06939): sentences in `text_list`, and in `image_info` the pictures,
each matched to one sentence.

A picture stands before its sentence, as in the trainers that read this corpus.
"""

from __future__ import annotations

from vqva_crawl.clients.search.corpus.content import Layout, image, paragraphs, web
from vqva_crawl.clients.search.corpus.rows import BadRow, Row
from vqva_crawl.records import ImageItem, Item


def _items(row: Row) -> list[Item]:
    sentences, pictures = row.get("text_list"), row.get("image_info")
    if not isinstance(sentences, list) or not isinstance(pictures, list):
        raise BadRow("text_list or image_info is no list")
    before: dict[int, list[ImageItem]] = {}
    for number, picture in enumerate(pictures):
        said = picture if isinstance(picture, dict) else {}
        place = said.get("matched_text_index")
        if not isinstance(place, int) or not 0 <= place < len(sentences):
            raise BadRow(f"image {number} is matched to no sentence: {place!r}")
        before.setdefault(place, []).append(image(said.get("raw_url"), number, {}))
    items: list[Item] = []
    for place, sentence in enumerate(sentences):
        items += before.get(place, [])
        items += paragraphs(sentence) if isinstance(sentence, str) else ()
    return items


LAYOUT = Layout(
    listed=("url", "text_list"),
    fits=lambda row: "text_list" in row,
    url=lambda row: web(row.get("url")),
    items=_items,
)
