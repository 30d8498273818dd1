"""The panels stage: what a document shows in place of a composite figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drawn_figures import HIGH, WIDE, montage
from drawn_pictures import IMAGES, THEN, encoded, opened, photo
from PIL import Image

from vqva_crawl.clients.workers import Workers
from vqva_crawl.errors import StorageError, WorkerDied
from vqva_crawl.records import Document, ImageItem, Picture, Target, TextItem
from vqva_crawl.stages.boilerplate import boilerplate
from vqva_crawl.stages.images import CheckedPicture, check
from vqva_crawl.stages.panels import CutPanels, accepted

T = TypeVar("T")
SITE = "http://site.test"
PAGE = Target(key=f"{SITE}/page", url=f"{SITE}/page")
CAPTION = "Two amphibians. (a) A frog and (b) a newt."


class Here:
    """Runs work in this process."""

    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        return function(*args)


class Dying:
    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        raise WorkerDied("cut ended its process")


class Memory(dict[str, bytes]):
    def put(self, sha256: str, body: bytes) -> None:
        self[sha256] = body

    def get(self, sha256: str) -> bytes:  # type: ignore[override]
        if sha256 not in self:
            raise StorageError(f"{sha256}: not there")
        return self[sha256]


def composite(seed: int = 0) -> bytes:
    return encoded(montage([photo(WIDE, HIGH, s) for s in (seed, seed + 1)], 2), "PNG")


def accept(blobs: Memory, name: str, body: bytes) -> Picture:
    found = check(body, f"{SITE}/{name}", THEN, IMAGES)
    assert isinstance(found, CheckedPicture)
    blobs.put(found.picture.sha256, found.body)
    return found.picture


def shown(picture: Picture, **fields: Any) -> ImageItem:
    return ImageItem(url=picture.url, sha256=picture.sha256, **fields)


def page(*items: ImageItem | TextItem, pictures: list[Picture]) -> Document:
    return Document(url=PAGE.url, target=PAGE, items=items, pictures=tuple(pictures))


async def run(document: Document, blobs: Memory, cpu: Any = None) -> Document:
    return await CutPanels(cpu or Here(), blobs, blobs.get, IMAGES)(document)


async def test_panels_stand_in_their_figures_place() -> None:
    blobs = Memory()
    figure, single = accept(blobs, "f.png", composite()), accept(blobs, "s.png", whole_photo())
    before, after = TextItem(text="Before."), TextItem(text="After.")
    items = (before, shown(figure, caption=CAPTION, figure=0), after, shown(single))
    result = await run(page(*items, pictures=[figure, single]), blobs)

    first, frog, newt, last, other = result.items
    assert (first, last, other) == (before, after, items[3])
    assert isinstance(frog, ImageItem)
    assert isinstance(newt, ImageItem)
    assert (frog.caption, newt.caption) == ("A frog", "a newt.")
    assert frog.figure_caption == newt.figure_caption == CAPTION
    assert frog.figure == newt.figure == 0
    assert [p.sha256 for p in result.pictures] == [frog.sha256, newt.sha256, single.sha256]


async def test_the_parent_is_named_but_no_longer_shown() -> None:
    blobs = Memory()
    figure = accept(blobs, "f.png", composite())
    result = await run(page(shown(figure), pictures=[figure]), blobs)
    assert {p.parent for p in result.pictures} == {figure.sha256}
    assert figure.sha256 not in {i.sha256 for i in result.images()}
    for item, picture in zip(result.images(), result.pictures, strict=True):
        assert item.url == picture.url
        assert item.url.startswith(f"{figure.url}#xywh=")
        assert opened(blobs[item.sha256]).size == (item.width, item.height)


async def test_a_picture_outside_any_figure_becomes_one_of_its_own() -> None:
    blobs = Memory()
    one, two = accept(blobs, "1.png", composite(0)), accept(blobs, "2.png", composite(5))
    items = (shown(one, alt="Frog and newt"), shown(two))
    result = await run(page(*items, pictures=[one, two]), blobs)
    assert [i.figure for i in result.images()] == [0, 0, 1, 1]
    first = next(result.images())
    assert (first.caption, first.alt, first.figure_caption) == ("", "", "Frog and newt")


async def test_a_caption_with_other_parts_keeps_the_figure() -> None:
    blobs = Memory()
    figure = accept(blobs, "f.png", composite())
    document = page(shown(figure, caption="(a) Egg, (b) larva, (c) frog"), pictures=[figure])
    assert await run(document, blobs) == document


async def test_a_child_that_dies_keeps_the_figure() -> None:
    blobs = Memory()
    figure = accept(blobs, "f.png", composite())
    document = page(shown(figure), pictures=[figure])
    assert await run(document, blobs, Dying()) == document


async def test_boilerplate_knows_the_size_of_panels() -> None:
    blobs = Memory()
    figure = accept(blobs, "f.png", composite())
    result = await run(page(shown(figure), pictures=[figure]), blobs)
    assert boilerplate([result]) == [result]


async def test_a_figure_of_an_earlier_round_gives_the_same_panels() -> None:
    blobs, empty = Memory(), Memory()
    figure = accept(blobs, "f.png", composite())
    document = page(shown(figure), pictures=[figure])

    def committed(sha256: str) -> Image.Image:
        return opened(blobs[sha256]).convert("RGB")

    def stored(sha256: str) -> bytes:
        return accepted(sha256, empty, committed)  # type: ignore[arg-type]

    again = await CutPanels(Here(), Memory(), stored, IMAGES)(document)
    assert again == await run(document, blobs)


async def test_the_work_is_done_in_a_child() -> None:
    blobs = Memory()
    figure = accept(blobs, "f.png", composite())
    workers = Workers(1)
    try:
        result = await run(page(shown(figure), pictures=[figure]), blobs, workers)
    finally:
        await workers.aclose()
    assert len(list(result.images())) == 2


def whole_photo() -> bytes:
    return encoded(photo(300, 240, 9), "PNG")
