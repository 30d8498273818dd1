"""Furniture that only shows when many pages of a site are seen together."""

from __future__ import annotations

import pytest
from extract_pages import read

from vqva_crawl.records import Document, ImageItem, Picture, TextItem
from vqva_crawl.stages.boilerplate import Boilerplate, boilerplate

SITE = "http://site.example/"


def document(number: int, *items: TextItem | ImageItem, site: str = SITE) -> Document:
    base = read(f"<p>{number}", url=f"{site}{number}.html")
    return base.model_copy(update={"items": items})


def picture(name: str, **fields: object) -> ImageItem:
    return ImageItem.model_validate({"url": SITE + name, **fields})


def names(found: Document) -> list[str]:
    return [i.url.removeprefix(SITE) for i in found.images()]


def test_a_logo_on_every_page_goes_and_what_stands_on_one_stays() -> None:
    pages = [document(n, picture("header.png"), picture(f"{n}.png")) for n in range(10)]
    assert [names(d) for d in boilerplate(pages)] == [[f"{n}.png"] for n in range(10)]


def test_a_source_picture_in_the_figures_of_many_pages_stays() -> None:
    source = picture("taj.jpg", caption="Original image", figure_caption="Figure 1", figure=0)
    pages = [document(n, source, picture(f"{n}.png")) for n in range(10)]
    sizes = {source.url: (300, 225)}
    assert all("taj.jpg" in names(d) for d in boilerplate(pages, sizes))


def test_a_small_picture_on_every_page_goes_whatever_stands_beside_it() -> None:
    logo = picture("mark.png", caption="Project 4.6")
    pages = [document(n, logo) for n in range(10)]
    assert all(names(d) == [] for d in boilerplate(pages, {logo.url: (54, 90)}))


def test_hosts_are_judged_apart() -> None:
    other = "http://other.example/"
    pages = [document(n, picture("a.png"), site=other if n else SITE) for n in range(3)]
    assert all(names(d) == ["a.png"] for d in boilerplate(pages))


@pytest.mark.parametrize(
    ("item", "size"),
    [
        (picture("note.png"), (48, 48)),
        (picture("rule.gif"), (600, 4)),
        (picture("site-logo.png"), (120, 60)),
        (picture("x.png", alt="Company Logo"), (140, 60)),
        (picture("icons/a.png", link=f"{SITE}next.html"), (90, 70)),
        (picture("math/f1.png"), (120, 20)),
        (picture("small.png", width=16, height=16), (0, 0)),
    ],
)
def test_one_page_alone_shows_symbols(item: ImageItem, size: tuple[int, int]) -> None:
    sizes = {item.url: size} if any(size) else {}
    (found,) = boilerplate([document(1, item)], sizes)
    assert names(found) == []


@pytest.mark.parametrize(
    ("item", "size"),
    [
        (picture("a.png"), (0, 0)),
        (picture("small.png"), (128, 100)),
        (picture("strip.png"), (236, 38)),
        (picture("icon-of-christ.jpg"), (800, 600)),
        (picture("thumb.jpg", link=f"{SITE}wiki/File:Thumb.jpg"), (120, 90)),
        (picture("thumb.jpg", link=f"{SITE}big.jpg", full_url=f"{SITE}big.jpg"), (120, 90)),
    ],
)
def test_one_page_alone_keeps_content(item: ImageItem, size: tuple[int, int]) -> None:
    (found,) = boilerplate([document(1, item)], {item.url: size})
    assert len(names(found)) == 1


def test_lines_on_most_pages_go_but_headings_and_captions_stay() -> None:
    common = (
        TextItem(text="Section Summary", role="heading", level=2),
        TextItem(text="Original image", role="caption"),
    )
    pages = [
        document(
            n,
            TextItem(text=f"Generated on May {n}"),
            *common[: n or None],
            TextItem(text=f"Own {n}a"),
        )
        for n in range(8)
    ]
    texts = [[t.text for t in d.texts()] for d in boilerplate(pages)]
    assert not any("Generated" in text for page in texts for text in page)
    assert sum("Original image" in page for page in texts) == 7


def test_the_true_size_is_that_of_the_accepted_picture() -> None:
    found = Picture(
        sha256="0" * 64, url=f"{SITE}a.png", width=40, height=40, format="png",
        phash="0" * 16, size=100, fetched_at="2025-01-01T00:00:00Z",
    )  # fmt: skip
    item = picture("a.png", sha256=found.sha256, width=400, height=400)
    page = document(1, item).model_copy(update={"pictures": (found,)})
    (cleaned,) = Boilerplate().whole_unit([page])
    assert isinstance(cleaned, Document)
    assert (cleaned.items, cleaned.pictures) == ((), ())


def test_it_is_safe_to_run_again() -> None:
    pages = [
        document(n, picture("h.png"), picture(f"{n}.png"), TextItem(text="Foot")) for n in range(9)
    ]
    once = boilerplate(pages)
    assert boilerplate(once) == once
