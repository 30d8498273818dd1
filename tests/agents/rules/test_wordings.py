"""What is said about a triple is true of it: reasoning, variants, and the filter's reasons."""

from __future__ import annotations

import asyncio
import re

import pytest
from PIL import Image, ImageOps
from rule_pages import Page, Triple, blurred, drawing, embossed, gray, pairs, photo, triples

from vqva_crawl.agents.rules.effects import EFFECTS
from vqva_crawl.agents.rules.effects.kept import KEPT, kept
from vqva_crawl.records import Candidate, Scores
from vqva_crawl.registry import lookup


def one(after: Image.Image, caption: str, before: Image.Image | None = None) -> Triple:
    """The triple from an original to what was made of it."""
    before = before or photo()
    page = (
        Page(caption)
        .picture(before, "Original image", figure=0)
        .picture(after, f"{caption} applied", figure=0)
    )
    return next(t for t in triples(page) if t.pair.question == page.sha(before))


# Reasoning


@pytest.mark.parametrize(
    ("operation", "caption", "keeps", "not_kept"),
    [
        (ImageOps.mirror, "Mirrored", "every shape and every color", "composition"),
        (lambda i: i.rotate(90, expand=True), "Rotated left", "what is up", "composition"),
        (embossed, "Emboss", "contours", "color"),
        (gray, "Desaturated", "all shapes", "color"),
        (blurred, "Gaussian blur", "large shapes", "detail"),
    ],
)
def test_what_stays_is_what_the_operation_leaves(operation, caption, keeps, not_kept):
    reasoning = one(operation(photo()), caption).reasoning
    stays = re.search(r"[^.]*(?:stays|keep|[Ll]eft as it is|take over)[^.]*\.", reasoning)
    assert stays is not None
    assert keeps in stays[0]
    assert not_kept not in stays[0]


def test_a_frame_that_changes_is_not_called_kept():
    turned = one(photo().rotate(90, expand=True), "Rotated left").reasoning
    assert "The frame changes as well, from wider than high to higher than wide." in turned
    assert "frame keeps" not in turned
    assert "The frame keeps its size." in one(gray(photo()), "Desaturated").reasoning


def test_colours_are_compared_only_where_things_stay_in_place():
    before = photo()
    assert (
        " turn " not in one(before.rotate(180), "Rotated 180").reasoning.split("180 degrees", 2)[-1]
    )
    negative = one(ImageOps.invert(before), "Inverted").reasoning
    assert " turn " in negative


def test_the_wording_varies_from_pair_to_pair_but_not_from_run_to_run():
    made = [one(embossed(photo(seed)), "Emboss", photo(seed)).reasoning for seed in range(6)]
    again = [one(embossed(photo(seed)), "Emboss", photo(seed)).reasoning for seed in range(2)]
    assert made[:2] == again
    openings = {" ".join(text.split()[:3]) for text in made}
    assert len(openings) > 1


def test_the_table_of_what_is_kept_names_known_operations():
    assert KEPT.keys() <= {effect.name for effect in EFFECTS}
    assert kept("oil painting") == "the motif and the composition"


# Variants


def skeleton(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def test_variants_differ_by_more_than_what_stands_before_them():
    for after, caption in ((embossed(photo()), "Emboss"), (gray(photo()), "Desaturated")):
        triple = one(after, caption)
        texts = [triple.candidate.instruction, *triple.variants]
        assert len(texts) >= 4
        for text in triple.variants:
            words, own = skeleton(text), skeleton(texts[0])
            assert len(words & own) < 0.8 * len(own), (text, texts[0])
        assert any(text.endswith("?") for text in triple.variants)


def test_no_question_is_wrapped_around_an_order_with_a_colon():
    diary = (
        Page("Bean diary")
        .picture(scene(0), "Day 2. The seed has swollen. No root yet.")
        .picture(scene(1), "Day 6. A first root has broken out of the seed and grows down.")
    )
    (triple,) = triples(diary)
    assert len(triple.variants) >= 3
    for text in triple.variants:
        assert not re.match(r"(?:could|would|can|please|kindly|next|now)\b", text, re.IGNORECASE)
        assert not re.search(r": [^?]*\?$", text)


def scene(more: int) -> Image.Image:
    image = drawing(3)
    for n in range(more):
        image.paste("brown", (40 + 30 * n, 150, 60 + 30 * n, 230))
    return image


# Filter


def judged(page: Page, instruction: str) -> Scores:
    pair = pairs(page)[0]
    candidate = Candidate(pair=pair, instruction=instruction, expectation="x")
    return asyncio.run(lookup("filter", "rules")(candidate, page.context()))


def test_reasons_say_what_was_measured_and_read():
    triple = one(embossed(photo()), "Emboss")
    assert re.search(r"structures agree \w+ ?\w* \(0\.\d\d\)", triple.scores.answer_reason)
    assert "'emboss'" in triple.scores.answer_reason
    assert triple.scores.context_reason == (
        "It points with 'this photo': only the question picture tells what is meant."
    )
    other = one(blurred(photo(4)), "Gaussian blur", photo(4))
    assert triple.scores.answer_reason != other.scores.answer_reason


def garden() -> Page:
    return (
        Page("A plot for two")
        .picture(scene(0), "Before: a bare lawn behind the house, with a washing line.")
        .picture(scene(2), "After: two brown beds along the lower edge of the lawn.")
    )


def test_a_request_that_speaks_of_what_is_not_there_is_no_good_question():
    good = judged(garden(), "Show the lawn in this picture with two brown beds along its edge.")
    bad = judged(garden(), "Show the giraffe in this picture with two brown beds along its edge.")
    assert good.question == 2
    assert bad.question == 1
    assert "giraffe" in bad.question_reason


def test_a_caption_copied_into_the_request_gives_the_answer_away_where_nothing_else_is_needed():
    said = "A red kite with a long striped tail flies over the empty yellow beach"
    unlike = Image.new("RGB", (200, 320), "yellow")
    for left in range(0, 200, 40):
        unlike.paste("red", (left, 0, left + 20, 320))
    page = Page("Two views").picture(photo(1), "The windy coast").picture(unlike, said)
    request = f"After this picture, {said[0].lower()}{said[1:]}."
    document = page.document()
    pair = pairs(garden())[0].model_copy(
        update={
            "document": document.id,
            "question": document.pictures[0].sha256,
            "answer": document.pictures[1].sha256,
            "question_item": 0,
            "answer_item": 1,
        }
    )
    candidate = Candidate(pair=pair, instruction=request, expectation="x")
    scores = asyncio.run(lookup("filter", "rules")(candidate, page.context()))
    assert scores.context == 1
    assert "word for word" in scores.context_reason
    free = candidate.model_copy(update={"instruction": "Show what flies over this scene later."})
    assert asyncio.run(lookup("filter", "rules")(free, page.context())).context == 2
