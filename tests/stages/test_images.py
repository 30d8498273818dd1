"""The images stage: what is fetched, what the document knows afterwards, what is rejected."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from drawn_pictures import THEN, diagram, dialog, encoded, photo, qr_code

from vqva_crawl import config
from vqva_crawl.clients.base import Kind, Response
from vqva_crawl.clients.workers import Workers
from vqva_crawl.errors import Refused, WorkerTimeout
from vqva_crawl.records import Document, ImageItem, Picture, Rejected, Target, TextItem
from vqva_crawl.stages.images import CheckedPicture, Images, Refusal, check, stage

T = TypeVar("T")
SITE = "http://site.test"
PAGE = Target(key=f"{SITE}/page", url=f"{SITE}/page")
POISON = b"kills its reader"


class FakeFetcher:
    """Serves bytes by path; counts what was asked for and how much at once."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {f"{SITE}/{name}": body for name, body in files.items()}
        self.asked: Counter[str] = Counter()
        self.most_at_once = self._now = 0

    async def get(self, url: str, kind: Kind) -> Response:
        assert kind == "image"
        self.asked[url.removeprefix(f"{SITE}/")] += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        await asyncio.sleep(0)
        self._now -= 1
        if url not in self.files:
            raise Refused("http_404", url, "not found")
        return Response(url, 200, {}, self.files[url], THEN)

    async def aclose(self) -> None: ...


class Here:
    """Runs work in this process."""

    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        return function(*args)


class Memory(dict[str, bytes]):
    def put(self, sha256: str, body: bytes) -> None:
        self[sha256] = body


def image(name: str, full: str = "", **fields: Any) -> ImageItem:
    return ImageItem(url=f"{SITE}/{name}", full_url=f"{SITE}/{full}" if full else "", **fields)


def page(*items: ImageItem | TextItem) -> Document:
    return Document(url=PAGE.url, target=PAGE, items=items)


def build(
    fetcher: FakeFetcher,
    blobs: Memory | None = None,
    cpu: Any = None,
    known: dict[str, Picture] | None = None,
    **options: Any,
) -> Images:
    return Images(
        fetcher,
        cpu or Here(),
        Memory() if blobs is None else blobs,
        (known or {}).get,
        config.Images(**options),
    )


async def run(stage: Images, document: Document) -> tuple[Document, dict[str, str]]:
    """(the document, reasons of what was rejected by file name)."""
    first, *others = await stage(document)
    assert isinstance(first, Document)
    rejected = [r for r in others if isinstance(r, Rejected)]
    assert len(rejected) == len(others)
    return first, {r.url.removeprefix(f"{SITE}/"): r.reason for r in rejected}


async def test_pictures_are_known_by_their_bytes_in_reading_order() -> None:
    a, b = encoded(photo(seed=1), "PNG"), encoded(diagram(), "PNG")
    blobs = Memory()
    fetcher = FakeFetcher({"a.png": a, "copy-of-a.png": a, "b.png": b})
    before = page(
        image("b.png"),
        TextItem(text="words"),
        image("a.png"),
        image("copy-of-a.png"),
        image("b.png"),
    )
    document, rejected = await run(build(fetcher, blobs), before)
    assert not rejected
    shas = [item.sha256 for item in document.images()]
    assert shas[0] == shas[3]
    assert shas[1] == shas[2]
    assert [p.sha256 for p in document.pictures] == [shas[0], shas[1]]
    assert document.id == before.id
    assert [item.kind for item in document.items] == [item.kind for item in before.items]
    assert {sha: blobs[sha] for sha in blobs} == {shas[0]: b, shas[1]: a}
    assert fetcher.asked == {"a.png": 1, "copy-of-a.png": 1, "b.png": 1}


async def test_every_refusal_is_data() -> None:
    fetcher = FakeFetcher(
        {
            "small.png": encoded(photo(100, 100), "PNG"),
            "page.png": b"<html>",
            "code.png": encoded(qr_code(), "PNG"),
            "window.png": encoded(dialog(), "PNG"),
            "good.jpg": encoded(photo(), "JPEG"),
        }
    )
    names = ["small.png", "page.png", "code.png", "window.png", "gone.png", "good.jpg"]
    document, rejected = await run(build(fetcher), page(*map(image, names)))
    assert rejected == {
        "small.png": "too_small",
        "page.png": "wrong_type",
        "code.png": "qr_code",
        "window.png": "screenshot",
        "gone.png": "http_404",
    }
    assert [bool(item.sha256) for item in document.images()] == [False] * 5 + [True]
    assert len(document.pictures) == 1


async def test_screenshots_can_be_kept() -> None:
    fetcher = FakeFetcher({"window.png": encoded(dialog(), "PNG")})
    document, rejected = await run(build(fetcher, screenshots="keep"), page(image("window.png")))
    assert not rejected
    assert len(document.pictures) == 1


async def test_a_thumbnail_gives_way_to_the_linked_picture() -> None:
    fetcher = FakeFetcher(
        {
            "thumb.jpg": encoded(photo(200, 150), "JPEG"),
            "full.jpg": encoded(photo(800, 600), "JPEG"),
        }
    )
    document, _ = await run(build(fetcher), page(image("thumb.jpg", full="full.jpg", width=200)))
    assert document.pictures[0].width == 800
    assert document.pictures[0].url == f"{SITE}/full.jpg"
    assert fetcher.asked == {"full.jpg": 1}


@pytest.mark.parametrize("full", [None, b"<html>a gallery page</html>"], ids=["gone", "a page"])
async def test_the_inline_picture_stands_in_for_a_full_one(full: bytes | None) -> None:
    files = {"inline.jpg": encoded(photo(), "JPEG")} | ({"full.jpg": full} if full else {})
    document, rejected = await run(
        build(FakeFetcher(files)), page(image("inline.jpg", full="full.jpg"))
    )
    assert document.pictures[0].url == f"{SITE}/inline.jpg"
    assert not rejected


async def test_a_large_inline_picture_is_good_enough() -> None:
    fetcher = FakeFetcher({"inline.jpg": encoded(photo(700, 600), "JPEG")})
    item = image("inline.jpg", full="full.jpg", width=700, height=600)
    await run(build(fetcher), page(item))
    assert fetcher.asked == {"inline.jpg": 1}


async def test_icons_are_not_asked_for() -> None:
    fetcher = FakeFetcher({})
    _, rejected = await run(build(fetcher), page(image("next.png", width=24, height=24)))
    assert rejected == {"next.png": "too_small"}
    assert not fetcher.asked


async def test_what_the_run_holds_is_not_fetched_again() -> None:
    held = check(encoded(photo(), "PNG"), f"{SITE}/a.png", THEN, config.Images())
    assert isinstance(held, CheckedPicture)
    fetcher = FakeFetcher({})
    stage = build(fetcher, known={f"{SITE}/a.png": held.picture})
    document, rejected = await run(stage, page(image("a.png")))
    assert document.pictures == (held.picture,)
    assert not rejected
    assert not fetcher.asked


async def test_no_more_than_the_limit_in_reading_order() -> None:
    body = encoded(photo(), "PNG")
    names = [f"{n}.png" for n in range(5)]
    fetcher = FakeFetcher(dict.fromkeys(names, body))
    document, rejected = await run(build(fetcher, max_per_document=3), page(*map(image, names)))
    assert [bool(item.sha256) for item in document.images()] == [True] * 3 + [False] * 2
    assert rejected == {"3.png": "limit", "4.png": "limit"}
    assert fetcher.asked.total() == 3


async def test_pictures_are_fetched_at_once_but_not_all() -> None:
    body = encoded(photo(160, 160), "PNG")
    names = [f"{n}.png" for n in range(30)]
    fetcher = FakeFetcher(dict.fromkeys(names, body))
    await run(build(fetcher), page(*map(image, names)))
    assert 2 <= fetcher.most_at_once <= stage.IN_HAND


async def test_a_document_without_pictures_passes_unchanged() -> None:
    document = page(TextItem(text="nothing to see"))
    assert await build(FakeFetcher({}))(document) == [document]


def dies_on_poison(body: bytes, *args: Any) -> CheckedPicture | Refusal:
    if body == POISON:
        os._exit(9)
    return check(body, *args)


async def test_a_picture_that_kills_its_reader_harms_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stage, "check", dies_on_poison)
    fetcher = FakeFetcher({"bad.png": POISON, "good.png": encoded(photo(), "PNG")})
    workers = Workers(1)
    try:
        document, rejected = await run(
            build(fetcher, cpu=workers), page(image("bad.png"), image("good.png"))
        )
    finally:
        await workers.aclose()
    assert rejected == {"bad.png": "poison"}
    assert len(document.pictures) == 1


async def test_a_picture_that_takes_too_long_is_poison() -> None:
    class Slow:
        async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
            raise WorkerTimeout(f"took longer than {timeout:g} s")

    fetcher = FakeFetcher({"a.png": b"anything"})
    _, rejected = await run(build(fetcher, cpu=Slow()), page(image("a.png")))
    assert rejected == {"a.png": "poison"}
