"""Which figures are cut, into what, and which are left whole."""

from __future__ import annotations

import hashlib

import imagehash
import pytest
from drawn_figures import HIGH, WIDE, drawing, marked, montage, places
from drawn_pictures import IMAGES, THEN, diagram, dialog, encoded, opened, photo, plot
from PIL import Image, ImageDraw

from vqva_crawl.stages.images import CheckedPicture, check
from vqva_crawl.stages.panels import cut, find_panels
from vqva_crawl.stages.panels.captions import named_parts, panel_captions
from vqva_crawl.stages.panels.gutters import Box

URL = "http://site.test/figure.jpg"


def photos(count: int) -> list[Image.Image]:
    return [photo(WIDE, HIGH, seed) for seed in range(count)]


def drawings(count: int) -> list[Image.Image]:
    return [drawing(c) for c in ("orange", "teal", "pink", "gold")[:count]]


def checked(body: bytes) -> CheckedPicture:
    found = check(body, URL, THEN, IMAGES)
    assert isinstance(found, CheckedPicture)
    return found


def pieces(figure: Image.Image, letters: int = 0, format: str = "PNG") -> list[CheckedPicture]:
    parent = checked(encoded(figure, format))
    return cut(parent.body, parent.picture, letters, IMAGES)


def near(box: tuple[int, ...], place: tuple[int, ...], pixels: int = 5) -> bool:
    return all(abs(a - b) <= pixels for a, b in zip(box, place, strict=True))


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (2, 1), (3, 3), (4, 2), (6, 3), (9, 3)])
def test_photographs_between_gutters_are_panels(count: int, columns: int) -> None:
    figure = montage(photos(count), columns)
    assert find_panels(figure, 0, 150) == places(photos(count), columns)


def test_photographs_survive_jpeg() -> None:
    figure = opened(encoded(montage(photos(4), 2), "JPEG", quality=85))
    found = find_panels(figure, 4, 150)
    assert len(found) == 4
    assert all(map(near, found, places(photos(4), 2)))


def test_gutters_may_be_black() -> None:
    figure = montage(photos(4), 2, "black")
    assert find_panels(figure, 0, 150) == places(photos(4), 2)


def test_letters_under_photographs_are_no_panels() -> None:
    figure = marked(montage(photos(2), 2), "ab", places(photos(2), 2))
    assert find_panels(figure, 2, 150) == places(photos(2), 2)


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (3, 3), (4, 2)])
def test_drawings_are_cut_by_their_letters(count: int, columns: int) -> None:
    where = places(drawings(count), columns)
    figure = marked(montage(drawings(count), columns), "abcd"[:count], where)
    found = find_panels(figure, count, 140)
    assert len(found) == count
    assert all(map(near, found, where))


def test_drawings_without_letters_stay_together() -> None:
    assert find_panels(montage(drawings(2), 2), 0, 150) == []
    assert find_panels(montage(drawings(2), 2), 2, 150) == []


def test_drawings_whose_caption_names_no_parts_stay_together() -> None:
    figure = marked(montage(drawings(2), 2), "ab", places(drawings(2), 2))
    assert find_panels(figure, 0, 150) == []


def test_a_caption_with_another_number_of_parts_is_believed() -> None:
    assert find_panels(montage(photos(4), 2), 2, 150) == []


def test_an_arrow_across_the_gutter_keeps_a_figure_together() -> None:
    figure = montage(photos(2), 2)
    ImageDraw.Draw(figure).line((WIDE - 20, 80, WIDE + 40, 80), fill="red", width=4)
    assert find_panels(figure, 0, 150) == []


@pytest.mark.parametrize("picture", [photo(500, 400), diagram(), plot(), dialog()])
def test_one_picture_is_not_cut(picture: Image.Image) -> None:
    for letters in (0, 2, 3):
        assert find_panels(picture, letters, 100) == []


def test_a_colour_bar_is_no_panel() -> None:
    figure = Image.new("RGB", (520, 320), "white")
    figure.paste(photo(420, 300), (10, 10))
    figure.paste(photo(30, 300, 2), (450, 10))
    assert find_panels(figure, 0, 150) == []


def test_columns_of_a_table_are_no_panels() -> None:
    figure = Image.new("RGB", (640, 400), "white")
    draw = ImageDraw.Draw(figure)
    for left in (0, 330):
        draw.rectangle((left, 0, left + 309, 399), fill=(200, 220, 200))
        for top in range(10, 380, 18):
            draw.text((left + 8, top), "Illinois, milling, will fill it until", fill="black")
    assert find_panels(figure, 0, 150) == []


def test_more_than_nine_panels_are_a_gallery() -> None:
    assert find_panels(montage(photos(10), 5), 0, 150) == []


def test_a_panel_carries_its_place_its_parent_and_its_own_hashes() -> None:
    figure = montage(photos(2), 2)
    parent = checked(encoded(figure, "PNG")).picture
    one, two = pieces(figure)
    assert one.picture.url == f"{URL}#xywh=0,0,{WIDE},{HIGH}"
    assert two.picture.url == f"{URL}#xywh={WIDE + 14},0,{WIDE},{HIGH}"
    for panel in (one, two):
        assert panel.picture.parent == parent.sha256
        assert panel.picture.fetched_at == THEN
        assert panel.picture.sha256 == hashlib.sha256(panel.body).hexdigest()
        assert panel.picture.phash == str(imagehash.phash(opened(panel.body).convert("RGB")))
        assert opened(panel.body).size == (panel.picture.width, panel.picture.height)


def test_photographs_become_jpeg_and_flat_drawings_png() -> None:
    assert [p.picture.format for p in pieces(montage(photos(2), 2))] == ["jpeg", "jpeg"]
    flat = [drawing(c, 240, 200) for c in ("teal", "pink")]
    figure = marked(montage(flat, 2), "ab", places(flat, 2))
    one, two = pieces(figure, 2)
    assert [p.picture.format for p in (one, two)] == ["png", "png"]
    left, top, width, height = map(int, one.picture.url.rpartition("=")[2].split(","))
    shown = figure.crop(Box(left, top, left + width, top + height))
    assert opened(one.body).convert("RGB").tobytes() == shown.tobytes()


def test_the_same_figure_gives_the_same_bytes() -> None:
    figure = montage(photos(3), 3)
    assert pieces(figure) == pieces(figure)


def test_one_panel_that_would_be_refused_keeps_the_figure_whole() -> None:
    small = [photo(WIDE, 120, seed) for seed in range(2)]
    assert pieces(montage(small, 2)) == []
    blank = Image.new("RGB", (WIDE, HIGH), "yellow")
    assert pieces(montage([photo(WIDE, HIGH), blank], 2)) == []


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("(a) A frog and (b) a newt.", 2),
        ("Shown are (A) root, (B) stem, (C) leaf.", 3),
        ("The (b) stromatolites of Lake Thetis.", 0),
        ("A frog (a).", 0),
        ("A frog.", 0),
    ],
)
def test_parts_that_a_caption_names(caption: str, count: int) -> None:
    assert named_parts(caption) == count


def test_each_panel_has_its_part_of_the_caption() -> None:
    assert panel_captions("(a) A frog and (b) a newt.", 2) == ["A frog", "a newt."]
    assert panel_captions("Left: before. Right: after.", 2) == ["before", "after."]
    assert panel_captions("Two amphibians.", 2) == ["", ""]
