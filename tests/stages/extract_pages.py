"""Small pages for the extraction tests."""

from __future__ import annotations

from vqva_crawl import config
from vqva_crawl.records import Document, ImageItem, Page, Rejected, Target, TextItem
from vqva_crawl.stages.extract import document

URL = "http://site.example/dir/page.html"


def page(html: str | bytes, url: str = URL, **fields: str) -> Page:
    body = html if isinstance(html, bytes) else html.encode()
    return Page(
        target=Target(key=url, url=url),
        url=url,
        body=body,
        content_type="text/html",
        fetched_at="2025-01-01T00:00:00Z",
        **fields,
    )


def read(html: str | bytes, url: str = URL, **fields: str) -> Document:
    result = document(page(html, url, **fields), config.Extract())
    assert isinstance(result, Document), result
    return result


def refused(html: str | bytes, agent: str = "vqva-crawl/1", max_depth: int = 2_000) -> str:
    """Why the page was rejected."""
    result = document(page(html), config.Extract(max_depth=max_depth), agent)
    assert isinstance(result, Rejected), result
    return result.reason


def images(html: str) -> list[ImageItem]:
    return list(read(html).images())


def image(html: str) -> ImageItem:
    (only,) = images(html)
    return only


def names(html: str) -> list[str]:
    """The file names of its pictures, in order."""
    return [item.url.rpartition("/")[2] for item in images(html)]


def texts(html: str) -> list[str]:
    return [item.text for item in read(html).texts()]


def outline(html: str) -> list[tuple[str, int, str]]:
    """(role, level, text) of texts, ("image", figure, file name) of pictures, in reading order."""
    return [
        (i.role, i.level, i.text)
        if isinstance(i, TextItem)
        else ("image", i.figure, i.url.rpartition("/")[2])
        for i in read(html).items
    ]
