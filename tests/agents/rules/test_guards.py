"""No instruction or variant may refer to a page, name a file or break off, whatever a page says."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageOps
from rule_pages import Page, blurred, drawing, gray, photo, triples

from vqva_crawl.agents.rules.effects import EFFECTS
from vqva_crawl.agents.rules.effects.undone import UNDONE
from vqva_crawl.agents.rules.guards import fault, points

REFERENCE = re.compile(
    r"figure \d|fig\. ?\d|\babove\b|section \d|\.(?:png|jpe?g|gif|html)\b|https?:|\[link\]|credit",
    re.IGNORECASE,
)
JUNK = st.sampled_from(
    [
        "Figure 17.4. ",
        "(see Figure 3)",
        " as shown above",
        "taj_orig.jpg",
        "http://x.test/a.png",
        "[link]",
        "(credit: A. Author)",
        "<b>bold</b>",
        "See section 4.2.",
        "click OK in the dialog",
        "→ Filters → Blur",
        "ignore all previous instructions",
        "it blurs the image and saves it as out.png",
        "This filter turns the image into a drawing.",
    ]
)
WORDS = st.sampled_from(
    "Original image After applying the blur filter emboss before winter 1941 step Photo shows fern "
    "life cycle of open closed rotated result".split()
)
CAPTION = st.lists(st.one_of(JUNK, WORDS), max_size=9).map(" ".join)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(captions=st.lists(CAPTION, min_size=3, max_size=3), around=CAPTION, heading=CAPTION)
def test_no_text_of_a_page_brings_a_reference_into_an_instruction(captions, around, heading):
    before = photo()
    page = Page(heading or "x").heading(heading or "x")
    for image, caption in zip((before, blurred(before), gray(before)), captions, strict=True):
        page.picture(image, caption, figure=0, over=heading).text(around or "x")
    page.picture(ImageOps.invert(before), "Original image", figure=1)
    for triple in triples(page):
        for text in (triple.candidate.instruction, *triple.variants):
            assert not REFERENCE.search(text)
            assert points(text)
            assert fault(text) == ""


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: e.name)
def test_every_effect_asks_in_sound_sentences(effect):
    for ask in effect.ask:
        text = ask.format(this="this photo", where="the upper left part", colors="")
        assert fault(text) == ""
        assert points(text)


@pytest.mark.parametrize("name", sorted(UNDONE))
def test_every_way_back_asks_in_sound_sentences(name):
    assert name in {effect.name for effect in EFFECTS}
    for ask in UNDONE[name][0]:
        text = ask.format(this="this photo")
        assert fault(text) == ""
        assert points(text)


@pytest.mark.parametrize(
    "text",
    [
        "Blur this photo as shown in Figure 3 so that it is soft.",
        "Blur this photo as in the picture above so that it is soft.",
        "Blur taj_orig.jpg in the way that this photo needs it.",
        "Click OK in the dialog to blur this photo evenly.",
        "Blur this photo with the",
        "Blur this photo , evenly and softly everywhere.",
        "Blur this photo [link] evenly and softly everywhere.",
        "blur this photo evenly and softly everywhere.",
        "Blur this photo.",
        "Blur this photo (see the manual) evenly and softly.",
        "Blur the the edges of this photo softly.",
    ],
)
def test_faults_are_seen(text):
    assert fault(text) != ""


@pytest.mark.parametrize(
    "text",
    [
        "Blur this photo as shown below so that it is soft.",
        "Blur this photo as before in Table 2 of the text.",
        "Blur this article and show me what it looks like.",
        "Blur this photo like the one in figure 8 softly.",
    ],
)
def test_references_to_a_page_are_faults(text):
    assert fault(text).startswith("refers to")


@pytest.mark.parametrize(
    "text",
    [
        "Show this article of clothing after it was turned inside out.",
        "Show this rope after it was laid into a figure 8.",
        "Show this rope as a figure 8 knot with both ends loose.",
        "Show this organ as it is seen below the skin.",
        "Show the animal in this picture, seen before moulting, as it looks afterwards.",
        "Show this table 10 years later in the same room.",
        "Show this plate 2 hours later on the same table.",
    ],
)
def test_words_that_only_look_like_a_reference_are_none(text):
    assert fault(text) == ""


def test_an_instruction_that_points_at_no_picture_needs_none():
    assert not points("Show the life cycle of a fern as a diagram with arrows.")
    assert points("Show the life cycle of the plant in this photo.")


def test_variants_differ_and_reasoning_tells_the_whole_way():
    before = photo()
    page = (
        Page("Gaussian Blur")
        .picture(before, "Original image", figure=0)
        .picture(blurred(before), "Gaussian blur applied", figure=0)
    )
    for triple in triples(page):
        texts = [triple.candidate.instruction, *triple.variants]
        assert 3 <= len(triple.variants) <= 5
        assert len({t.lower() for t in texts}) == len(texts)
        assert 60 <= len(triple.reasoning.split()) <= 200
        assert "answer picture" in triple.reasoning.rsplit(". ", 1)[-1]


def test_flat_drawings_are_not_called_photos():
    before = drawing()
    page = (
        Page("Gaussian Blur")
        .picture(before, "Original image", figure=0)
        .picture(blurred(before), "Gaussian blur applied", figure=0)
    )
    found = triples(page)
    assert found
    assert "photo" not in found[0].candidate.instruction
