"""What comes out of whole pages: the right pairs, in the right direction, or nothing."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageOps
from rule_pages import (
    Page,
    Triple,
    blurred,
    drawing,
    embossed,
    gray,
    pairs,
    photo,
    triples,
)


def forward(page: Page, question: Image.Image, answer: Image.Image) -> Triple | None:
    """The accepted triple from one picture to another."""
    want = (page.sha(question), page.sha(answer))
    return next((t for t in triples(page) if (t.pair.question, t.pair.answer) == want), None)


def manual(original: Image.Image, processed: Image.Image, name: str) -> Page:
    over = f"Figure 17.4. Applying example for the {name} filter"
    return (
        Page(f"5.19. {name}")
        .heading(f"5.19. {name}")
        .picture(original, "Original image", "taj_orig", figure=0, over=over)
        .picture(processed, f"Filter “{name}” applied", "distort-taj", figure=0, over=over)
        .text("This filter stamps and carves the active layer or selection.")
    )


def test_a_manual_s_figure_with_two_captions_gives_the_edit() -> None:
    before = photo()
    after = embossed(before)
    triple = forward(manual(before, after, "Emboss (legacy)"), before, after)
    assert triple is not None
    assert "relief" in triple.candidate.instruction
    assert "this photo" in triple.candidate.instruction
    assert "Emboss (legacy)" not in triple.candidate.instruction


def test_the_direction_comes_from_the_captions_not_from_the_order() -> None:
    before = photo()
    after = embossed(before)
    page = (
        Page("Emboss")
        .picture(after, "Filter Emboss applied", figure=0)
        .picture(before, "Original image", figure=0)
    )
    assert forward(page, before, after) is not None
    assert forward(page, after, before) is None  # nobody can foresee colours from a relief


def test_a_special_blur_is_not_taken_for_a_plain_one() -> None:
    before = photo()
    after = blurred(before)
    page = (
        Page("Motion Blur (zoom)")
        .picture(before, "Original", figure=0, over="Figure 3. The Zoom Motion Blur filter")
        .picture(after, "Blur applied", figure=0, over="Figure 3. The Zoom Motion Blur filter")
    )
    triple = forward(page, before, after)
    assert triple is not None
    assert "zoom" in triple.candidate.instruction


def test_a_picture_that_belies_its_caption_is_dropped() -> None:
    before = photo()
    page = manual(before, ImageOps.mirror(photo(5)), "Sepia")
    assert triples(page) == []


def test_what_can_be_restored_is_also_asked_for_backwards() -> None:
    before = photo()
    after = blurred(before)
    triple = forward(manual(before, after, "Gaussian Blur"), after, before)
    assert triple is not None
    assert "focus" in triple.candidate.instruction or "blur" in triple.candidate.instruction


def test_unrelated_pictures_give_nothing() -> None:
    page = Page("My holidays")
    for seed in range(5):
        page.text(f"On day {seed} we saw something else.").picture(photo(seed), f"Place {seed}")
    assert pairs(page) == []


def test_nearly_identical_pictures_give_nothing() -> None:
    before = photo()
    after = before.copy()
    after.putpixel((3, 3), (255, 0, 0))
    assert triples(manual(before, after, "Gaussian Blur")) == []


def test_windows_and_dialogs_are_never_used() -> None:
    before = photo()
    page = (
        Page("Blur")
        .picture(before, "Original image", figure=0)
        .picture(blurred(before), "The Blur dialog", "blur-dialog", figure=0)
    )
    assert pairs(page) == []


def test_several_pictures_in_one_file_are_never_used() -> None:
    before = photo()
    page = (
        Page("Blur")
        .picture(before, "Original image", figure=0)
        .picture(blurred(before), "Left: original. Right: blur applied", figure=0)
    )
    assert pairs(page) == []


def test_a_result_of_two_sources_is_not_asked_of_one() -> None:
    one, other = photo(1), photo(2)
    page = (
        Page("Blend")
        .picture(one, "Source image 1", figure=0)
        .picture(other, "Source image 2", figure=0)
        .picture(Image.blend(one, other, 0.5), "Result, blurred at the limit", figure=0)
    )
    assert pairs(page) == []


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (ImageOps.mirror, ("mirror", "horizontally", "left and right")),
        (lambda i: i.transpose(Image.Transpose.ROTATE_90), ("counter-clockwise", "left")),
        (lambda i: i.transpose(Image.Transpose.ROTATE_270), ("clockwise", "right")),
        (ImageOps.invert, ("negative",)),
        (gray, ("gray", "color", "black-and-white")),
    ],
)
def test_what_the_pictures_show_decides_over_loose_words(operation, words) -> None:
    before = photo()
    after = operation(before)
    page = (
        Page("Operations")
        .picture(before, "Source image", figure=0)
        .picture(after, "Image flipped horizontal or rotated, inverted, desaturated", figure=0)
    )
    triple = forward(page, before, after)
    assert triple is not None
    assert any(word in triple.candidate.instruction.lower() for word in words)


def test_an_operation_nobody_knows_is_asked_for_in_the_page_s_own_words() -> None:
    before = photo()
    after = ImageOps.posterize(before, 2)
    page = (
        Page("Foozle")
        .picture(before, "Original image", figure=0, over="Foozle example")
        .picture(after, "Foozle applied", figure=0, over="Foozle example")
        .text("This filter gives the image the flat look of a screen print. See section 3.")
    )
    triple = forward(page, before, after)
    assert triple is not None
    assert triple.candidate.instruction.startswith(
        "Give this photo the flat look of a screen print"
    )


def test_a_textbook_s_photo_leads_to_the_life_cycle() -> None:
    plant, cycle = photo(3), drawing(3)
    page = (
        Page("Ferns")
        .heading("Seedless plants")
        .picture(plant, alt="Photo shows a potted tree fern.", caption="A fern can grow very tall.")
        .picture(
            cycle,
            caption="This life cycle of a fern shows alternation of generations.",
            alt="The fern life cycle begins with a diploid sporophyte.",
        )
    )
    triple = forward(page, plant, cycle)
    assert triple is not None
    assert "fern" not in triple.candidate.instruction.lower()  # the picture has to say it
    assert triple.pair.relation == "temporal"


def test_other_subjects_of_the_same_page_do_not() -> None:
    page = (
        Page("Animals")
        .picture(photo(3), caption="Conifers cover the hills.", alt="Photo shows conifers.")
        .picture(drawing(3), caption="The life cycle of a moss is shown.", alt="In mosses, ...")
    )
    assert pairs(page) == []


def test_years_are_asked_for_forwards_only() -> None:
    old, new = photo(1), photo(2)
    page = (
        Page("A glacier")
        .picture(new, "Muir Glacier, Alaska, 2004", figure=0)
        .picture(old, "Muir Glacier, Alaska, 1941", figure=0)
    )
    assert forward(page, new, old) is None
    triple = forward(page, old, new)
    assert triple is not None
    assert "2004" in triple.candidate.instruction


def test_one_scene_in_another_state() -> None:
    day, night = photo(1), photo(1).point(lambda v: v // 4)
    page = (
        Page("The harbor")
        .picture(day, "The old harbor of the town by day", figure=0)
        .picture(night, "The old harbor of the town at night", figure=0)
    )
    triple = forward(page, day, night)
    assert triple is not None
    assert "at night" in triple.candidate.instruction
    assert "harbor" not in triple.candidate.instruction


def test_numbered_steps_lead_to_the_next_one() -> None:
    first = drawing(1)
    second = first.copy()
    second.paste("red", (40, 40, 120, 90))
    page = (
        Page("How to fold a boat")
        .text("Crease the sheet along its middle.", role="list", level=1)
        .picture(first)
        .text("Fold the two upper corners down to the middle line.", role="list", level=2)
        .picture(second)
    )
    triple = forward(page, first, second)
    assert triple is not None
    assert "fold the two upper corners down" in triple.candidate.instruction
    assert forward(page, second, first) is None


def test_the_second_half_of_a_process() -> None:
    first, second = drawing(1), drawing(2)
    page = (
        Page("Glycolysis")
        .picture(first, "The first half of glycolysis uses two ATP molecules.")
        .picture(second, "The second half of glycolysis yields four ATP molecules.")
    )
    triple = forward(page, first, second)
    assert triple is not None
    assert "second half" in triple.candidate.instruction


def test_options_limit_the_pairs() -> None:
    before = photo()
    page = Page("Filters")
    for number, operation in enumerate((blurred, gray, ImageOps.invert, ImageOps.mirror)):
        name = ("Blur", "Grayscale", "Negative", "Mirror")[number]
        page.picture(before, "Original", figure=number)
        page.picture(operation(before), f"{name} applied", figure=number)
    assert len(pairs(page, max_pairs=3)) == 3
    assert len(pairs(page, min_strength=1.01)) == 0


def test_the_same_page_gives_the_same_triples() -> None:
    before = photo()
    page = manual(before, blurred(before), "Gaussian Blur")
    assert triples(page) == triples(page)


def test_a_chapter_s_figures_are_not_taken_for_states_of_one_thing() -> None:
    page = (
        Page("Bones")
        .heading("Cartilage")
        .picture(
            photo(1), "Hyaline cartilage consists of a matrix with cells.", alt="Photo of cells."
        )
        .heading("Compact bone")
        .picture(
            drawing(2, (300, 330)),
            "Compact bone is a dense matrix, here in cross section.",
            alt="Illustration shows a cross section of bone.",
        )
    )
    assert triples(page) == []


@pytest.mark.parametrize(("colour", "found"), [("white", True), ("black", False)])
def test_rays_that_darken_are_no_burst_of_light(colour: str, found: bool) -> None:
    before = photo()
    after = before.copy()
    pen, (width, height) = ImageDraw.Draw(after), before.size
    for x in range(0, width, 8):
        pen.line((x, 0, width / 2, height / 2), fill=colour, width=2)
        pen.line((x, height, width / 2, height / 2), fill=colour, width=2)
    over = "Figure 17.4. Applying example for the Line Nova filter"
    page = (
        Page("Line Nova")
        .heading("Line Nova")
        .picture(before, "Original image", "taj_orig", figure=0, over=over)
        .picture(after, "Filter “Line Nova” applied", "nova-taj", figure=0, over=over)
        .text("This filter fills a layer with rays outward from its center.")
    )
    assert (forward(page, before, after) is not None) == found
