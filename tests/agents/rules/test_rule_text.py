"""Captions and sentences: what is cut off, what is kept, how statements become requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.agents.rules.captions import file_words, unnumbered
from vqva_crawl.agents.rules.phrasing.imperative import imperative
from vqva_crawl.agents.rules.phrasing.parameters import parameters
from vqva_crawl.agents.rules.text import sentences, tidy


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Figure 17.104. Applying example", "Applying example"),
        ("Fig. 3a: The eye", "The eye"),
        ("A fern. (credit: “Synaptitude”/Wikimedia Commons)", "A fern."),
        ("A pump (see Figure 4) at work", "A pump at work"),
        ("A uniporter ([link]) carries", "A uniporter carries"),
        ("Filter “ Emboss (legacy) ” applied", 'Filter "Emboss (legacy)" applied'),
        ("(a) The front", "The front"),
    ],
)
def test_captions_lose_numbers_credits_and_references(raw, clean):
    assert tidy(raw).replace("()", "").replace("  ", " ") == clean


@given(st.text(max_size=200))
def test_tidying_is_done_once(text):
    once = tidy(text)
    assert once == once.strip()
    assert "  " not in once


@given(st.text(max_size=300))
def test_sentences_lose_nothing_but_spaces(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_abbreviations_end_no_sentence():
    assert len(sentences("Use e.g. Gaussian blur. It is soft.")) == 2


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        (
            "This filter stamps and carves the active layer or selection, giving it relief with "
            "bumps and hollows.",
            "Stamp and carve this photo, giving it relief with bumps and hollows.",
        ),
        (
            "The Old Look command gives the image the soft tones of an old print.",
            "Give this photo the soft tones of an old print.",
        ),
        (
            "It can be used to cover the image with falling snow and a little fog.",
            "Cover this photo with falling snow and a little fog.",
        ),
    ],
)
def test_a_manual_s_sentence_becomes_a_request(sentence, asked):
    assert imperative(sentence, "this photo") == asked


@pytest.mark.parametrize(
    "sentence",
    [
        "You can find this filter through Filters → Blur.",
        "This filter works only on RGB images.",
        "This filter is found in the image menu.",
        "This option sets the radius.",
        "The filter applies the kernel to the alpha channel of the image.",
    ],
)
def test_what_is_no_operation_on_a_picture_becomes_none(sentence):
    assert imperative(sentence, "this photo") == ""


def test_values_a_viewer_can_picture_are_kept():
    assert parameters("Angle = 45°") == "use an angle of 45 degrees"
    assert parameters("Threshold 0.5") == ""
    assert parameters("Angle 30, Radius 10") == ""


def test_file_names_and_headings_become_words():
    assert file_words("http://x.test/a/distort-taj_emboss2.jpg") == "distort taj emboss 2"
    assert unnumbered("5.19.1. Overview") == "Overview"
