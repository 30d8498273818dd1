"""Boxes between gutters: whatever is drawn, they lie inside, do not overlap and hold something."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vqva_crawl.stages.panels.gutters import (
    MOST_LEAVES,
    Box,
    Ink,
    backgrounds,
    ink_on,
    leaves,
    reading_order,
    trimmed,
    whole,
)

inks = arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 40)))


@st.composite
def blocks(draw: st.DrawFn) -> Ink:
    """Rectangles scattered over a page."""
    ink = np.zeros((draw(st.integers(1, 120)), draw(st.integers(1, 120))), np.bool_)
    for _ in range(draw(st.integers(0, 8))):
        top, left = (draw(st.integers(0, side - 1)) for side in ink.shape)
        ink[top : top + draw(st.integers(1, 60)), left : left + draw(st.integers(1, 60))] = True
    return ink


def overlap(a: Box, b: Box) -> bool:
    wide = min(a.right, b.right) > max(a.left, b.left)
    return wide and min(a.bottom, b.bottom) > max(a.top, b.top)


@given(inks | blocks(), st.integers(1, 8))
def test_leaves_lie_inside_apart_and_are_not_empty(ink: Ink, gutter: int) -> None:
    found = leaves(ink, gutter)
    for box in found:
        assert 0 <= box.left < box.right <= ink.shape[1]
        assert 0 <= box.top < box.bottom <= ink.shape[0]
        assert box.of(ink).any()
    assert not any(overlap(a, b) for a, b in combinations(found, 2))


@given(blocks(), st.integers(1, 8))
def test_all_that_is_drawn_lies_in_a_leaf(ink: Ink, gutter: int) -> None:
    left = ink.copy()
    for box in leaves(ink, gutter):
        box.of(left)[:] = False
    assert not left.any()


@given(blocks(), st.integers(1, 8), st.randoms())
def test_reading_order_keeps_every_box_whatever_their_order_was(ink, gutter, random) -> None:
    found = leaves(ink, gutter)
    mixed = random.sample(found, len(found))
    assert reading_order(mixed) == reading_order(found)
    assert sorted(reading_order(mixed)) == sorted(found)


@given(inks)
def test_a_trimmed_box_lies_in_its_box(ink: Ink) -> None:
    box = trimmed(ink, whole(ink))
    assert (box is None) == (not ink.any())
    if box:
        assert box.of(ink).sum() == ink.sum()


def test_a_narrow_gap_is_no_gutter() -> None:
    ink = np.ones((20, 43), np.bool_)
    ink[:, 20:23] = False
    assert leaves(ink, 3) == [(0, 0, 20, 20), (23, 0, 43, 20)]
    assert leaves(ink, 4) == [(0, 0, 43, 20)]


def test_rows_come_before_columns() -> None:
    ink = np.ones((40, 40), np.bool_)
    ink[15:25] = ink[:, 15:25] = False
    corners = [(0, 0), (25, 0), (0, 25), (25, 25)]
    assert [(b.left, b.top) for b in leaves(ink, 5)] == corners


def test_a_column_beside_a_tall_panel_is_read_downwards() -> None:
    tall, upper, lower = Box(50, 0, 90, 80), Box(0, 0, 40, 30), Box(0, 40, 40, 80)
    assert reading_order([lower, tall, upper]) == [upper, lower, tall]


def test_a_page_of_specks_is_given_up() -> None:
    ink = np.zeros((600, 600), np.bool_)
    ink[::8, ::8] = True
    assert ink.sum() > MOST_LEAVES
    assert leaves(ink, 2) == []


def test_noise_of_a_jpeg_does_not_close_a_gutter() -> None:
    pixels = np.full((100, 210, 3), 255, np.uint8)
    pixels[:, :100] = pixels[:, 110:] = 90
    pixels[:, 100:110] -= np.random.default_rng(1).integers(0, 20, (100, 10, 3), dtype=np.uint8)
    assert len(leaves(ink_on(pixels, (255, 255, 255)), 3)) == 2


def test_a_coloured_rim_may_be_the_gutters_colour() -> None:
    pixels = np.full((50, 50, 3), (20, 40, 60), np.uint8)
    assert backgrounds(pixels) == [(255, 255, 255), (20, 40, 60)]
    assert backgrounds(np.full((50, 50, 3), 250, np.uint8)) == [(255, 255, 255)]
