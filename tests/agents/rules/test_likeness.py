"""What is measured of two pictures."""

from __future__ import annotations

import pytest
from PIL import Image, ImageOps
from rule_pages import blurred, drawing, photo

from vqva_crawl.agents.rules.colours import turning_words
from vqva_crawl.agents.rules.likeness import Likeness, turned
from vqva_crawl.agents.rules.look import look


def like(one: Image.Image, other: Image.Image) -> Likeness:
    return Likeness(look(one), look(other))


def test_a_picture_is_indistinguishable_from_itself_only():
    assert like(photo(), photo()).indistinguishable
    assert not like(photo(), blurred(photo())).indistinguishable
    assert not like(photo(1), photo(2)).indistinguishable


@pytest.mark.parametrize(
    ("operation", "turn"),
    [
        (ImageOps.mirror, "mirrored"),
        (ImageOps.flip, "upside_down"),
        (lambda i: i.rotate(180), "half_turn"),
        (lambda i: i.rotate(-90, expand=True), "quarter_right"),
        (lambda i: i.rotate(90, expand=True), "quarter_left"),
    ],
)
def test_flips_and_rotations_are_told_apart(operation, turn):
    name, score = like(photo(), operation(photo())).turn
    assert name == turn
    assert score > 0.9


def test_a_cut_out_is_found_where_it_was_cut():
    whole = photo(size=(400, 300))
    score, box = like(whole, whole.crop((200, 150, 360, 270))).crop
    assert score > 0.85
    assert box[0] == pytest.approx(0.5, abs=0.08)
    assert box[1] == pytest.approx(0.5, abs=0.08)


def test_a_strange_picture_is_no_cut_out():
    assert like(photo(1), photo(2)).crop[0] < 0.9


def test_colours_are_named_by_what_they_become():
    square = Image.new("RGB", (200, 200), (220, 20, 20))
    square.paste((20, 20, 220), (0, 0, 200, 60))
    other = Image.new("RGB", (200, 200), (20, 200, 20))
    other.paste((20, 20, 220), (0, 0, 200, 60))
    assert turning_words(like(square, other)) == "its red areas turn green"


def test_photos_and_drawings_look_different():
    assert look(photo()).photographic
    assert not look(drawing()).photographic


def test_twice_the_same_in_one_file_is_seen():
    double = Image.new("RGB", (640, 240))
    double.paste(photo(), (0, 0))
    double.paste(blurred(photo()), (320, 0))
    assert look(double).doubled
    assert not look(photo()).doubled


def test_turning_back_and_forth_gives_the_original():
    gray = look(photo()).gray
    assert (turned(turned(gray, "quarter_right"), "quarter_left") == gray).all()


def test_a_local_change_is_located():
    after = photo().copy()
    after.paste("white", (10, 10, 60, 50))
    box = like(photo(), after).changed_box
    assert box is not None
    assert box[2] < 0.4
    assert box[3] < 0.4
