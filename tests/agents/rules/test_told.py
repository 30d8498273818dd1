"""Pictures whose relation is told in words: steps, days, before and after, cuts, versions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps
from rule_pages import Page, Triple, photo, triples

from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.rules.relations.clauses import clause
from vqva_crawl.agents.rules.relations.descriptions import description, split_subject
from vqva_crawl.agents.rules.relations.moments import between, moment


def scene(stage: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A meadow under a sky, with a plant that grows from stage to stage."""
    image = Image.new("RGB", size, (170, 210, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, size[1] // 2, *size], fill=(110, 150, 70))
    draw.ellipse([30, 20, 70, 60], fill=(250, 220, 90))
    top = size[1] - 30 - 45 * stage
    draw.rectangle([150, top, 170, size[1] - 20], fill=(60, 100, 40))
    draw.ellipse([160 - 18 * stage, top - 25, 160 + 18 * stage, top + 15], fill=(200, 40, 60))
    return image


def asked(page: Page) -> dict[tuple[str, str], str]:
    return {(t.pair.question, t.pair.answer): t.candidate.instruction for t in triples(page)}


def only(page: Page) -> Triple:
    found = triples(page)
    assert len(found) == 1
    return found[0]


DAYS = (
    "Day 2. The seedling has a thin stem and a small round bud.",
    "Day 6. The stem of the seedling has grown and the bud has swollen.",
    "Day 16. The bud has opened into a wide red flower on a tall stem.",
)


def diary(order: tuple[int, ...] = (0, 1, 2)) -> tuple[Page, list[Image.Image]]:
    drawn = [scene(n + 1) for n in range(3)]
    page = Page("A diary").text("We sowed it in spring and drew what had become of it.")
    for n in order:
        page.picture(drawn[n], DAYS[n], f"sheet-{n}")
    return page, drawn


def test_numbered_days_become_neighbouring_moments_with_the_time_between() -> None:
    page, (first, second, third) = diary()
    found = asked(page)
    assert set(found) == {
        (page.sha(first), page.sha(second)),
        (page.sha(second), page.sha(third)),
    }
    assert "four days later" in found[page.sha(first), page.sha(second)]
    assert "the bud has swollen" in found[page.sha(first), page.sha(second)]
    assert all("Day" not in ask for ask in found.values())


def test_time_gives_the_direction_not_the_order_on_the_page() -> None:
    page, (first, second, third) = diary((2, 1, 0))
    assert set(asked(page)) == {
        (page.sha(first), page.sha(second)),
        (page.sha(second), page.sha(third)),
    }


def test_steps_of_an_ordered_list() -> None:
    one, two = scene(1), scene(3)
    page = (
        Page("How it grows")
        .text("At first the plant is short and its flower is small.", "list", 1)
        .picture(one, alt="A short plant with a small flower")
        .text("The plant has grown tall and its flower is wide open.", "list", 2)
        .picture(two, alt="A tall plant with a wide flower")
    )
    triple = only(page)
    assert (triple.pair.question, triple.pair.answer) == (page.sha(one), page.sha(two))
    assert "its flower is wide open" in triple.candidate.instruction


def test_before_and_after_in_one_figure() -> None:
    before, after = scene(1), scene(3)
    page = (
        Page("The bed")
        .picture(before, "Before", alt="A bed with a short plant", figure=0)
        .picture(after, "After", alt="The same bed with a tall plant and a red flower", figure=0)
    )
    triple = only(page)
    assert triple.pair.question == page.sha(before)
    assert "with a tall plant and a red flower" in triple.candidate.instruction
    assert "bed" not in triple.candidate.instruction  # the picture shows what it is


def test_a_paragraph_beside_the_picture_tells_the_hour() -> None:
    noon = photo()
    dusk = Image.eval(noon, lambda v: int(v * 0.45))
    page = (
        Page("From noon to dusk")
        .picture(noon, alt="The lane at noon")
        .text("Noon. The sun stands high over the lane and the hills are green.")
        .picture(dusk, alt="The same lane at dusk")
        .text("Dusk, seven hours later. The lane lies in shadow and all colours have faded.")
    )
    triple = only(page)
    assert triple.pair.answer == page.sha(dusk)
    assert "at dusk" in triple.candidate.instruction
    assert "all colours have faded" in triple.candidate.instruction


def fruit(cut: bool) -> Image.Image:
    image = Image.new("RGB", (320, 240), (200, 225, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 200, 320, 240], fill=(150, 110, 70))
    draw.ellipse([90, 50, 230, 205], fill=(240, 150, 40))
    if cut:
        draw.ellipse([100, 60, 220, 195], fill=(250, 240, 210))
        draw.pieslice([105, 65, 215, 190], 0, 40, fill=(240, 150, 40))
        draw.pieslice([105, 65, 215, 190], 90, 130, fill=(240, 150, 40))
    return image


def test_a_cut_fruit_answers_the_whole_one_and_never_the_other_way_round() -> None:
    whole, cut = fruit(False), fruit(True)
    page = (
        Page("Fruits")
        .picture(cut, "The mandarin cut across: white pith and two segments.")
        .picture(whole, "The whole mandarin with its pith and segments still hidden.")
    )
    for items in (page.items, page.items[::-1]):
        page.items = list(items)
        triple = only(page)
        assert (triple.pair.question, triple.pair.answer) == (page.sha(whole), page.sha(cut))
        assert "cut across: white pith and two segments" in triple.candidate.instruction
        assert "mandarin" not in triple.candidate.instruction


def test_a_version_of_a_design_refers_to_the_first_one() -> None:
    first = scene(2)
    dark = ImageOps.invert(first)
    page = (
        Page("A mark")
        .picture(first, "The mark in full colour, a flower on its stem.")
        .picture(dark, "The same mark reversed: a light flower and stem on a dark ground.")
    )
    triple = only(page)
    assert triple.pair.relation == "variant"
    assert "this same design" in triple.candidate.instruction or (
        "design in this picture" in triple.candidate.instruction
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A blue teapot with white flowers", "A red lighthouse on a rock"),
        ("My aunt's teapot. It pours badly.", "We drew this again after lunch."),
    ],
)
def test_unrelated_pictures_give_nothing(one: str, other: str) -> None:
    page = Page("The shelf").picture(photo(1), one).picture(photo(9, (300, 260)), other)
    assert triples(page) == []


def test_one_picture_twice_gives_nothing() -> None:
    page = Page("Twice").picture(scene(2), DAYS[0]).picture(scene(2), DAYS[1])
    assert triples(page) == []


def test_software_manuals_are_left_to_the_effects() -> None:
    page, _ = diary()
    for _ in range(8):
        page.text("Select a layer, open the dialog and click the filter.")
    assert triples(page) == []


def test_a_text_that_only_chats_gives_nothing() -> None:
    page = (
        Page("Notes")
        .picture(scene(1), "Day 1. I was there with my brother.")
        .picture(scene(3), "Day 9. You should have seen it!")
    )
    assert triples(page) == []


def test_variants_and_reasoning_speak_of_the_change() -> None:
    page, _ = diary()
    for triple in triples(page):
        assert len(triple.variants) >= 3
        assert not any(fault(v) for v in triple.variants)
        assert "Its starting point:" in triple.reasoning
        assert "starting point: day" not in triple.reasoning.lower()


def test_the_same_page_gives_the_same_triples() -> None:
    assert triples(diary()[0]) == triples(diary()[0])


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [
        ("Day 16. The egg has become a caterpillar.", "day", 16),
        ("By week three the roots show.", "week", 3),
        ("Step 2: the working drawing", "step", 2),
        ("At nine it has been burning for three hours.", "hour", 9),
        ("Dusk, seven hours later.", "hour", 19),
        ("Winter. The tree is bare.", "season", 3),
        ("Before", "label", 0),
        ("After the redesign: two words.", "label", 1),
    ],
)
def test_moments(text: str, scale: str, value: float) -> None:
    found = moment(text)
    assert found is not None
    assert (found.scale, found.value) == (scale, value)


@pytest.mark.parametrize(
    "text", ["A whole orange", "The day was long.", "At first there is a bend.", ""]
)
def test_texts_without_a_moment(text: str) -> None:
    assert moment(text) is None


def test_the_time_between_two_moments() -> None:
    def apart(one: str, other: str) -> str:
        first, second = moment(one), moment(other)
        assert first is not None
        assert second is not None
        return between(first, second)

    assert apart("Day 4", "Day 5") == "a day later"
    assert apart("Day 1", "Day 16") == "fifteen days later"
    assert apart("At nine", "Just before midnight") == "three hours later"
    assert apart("Step 1", "Step 2") == "one step later"
    assert apart("Spring. Green.", "Winter. White.") == "in winter"


def test_clauses_lose_labels_asides_and_explanations() -> None:
    assert clause("Day 6. A first root grows straight down.") == "a first root grows straight down"
    assert clause("Now only a neck of land is left.") == "only a neck of land is left"
    assert clause("You see two chambers, side by side.") == "two chambers, side by side"
    assert clause("I drew this on a Saturday.") == ""
    assert clause("It is lighter so that it still glows.") == "it is lighter"


def test_what_was_done_is_split_from_the_thing() -> None:
    assert split_subject("the apple cut lengthwise, through the stem") == (
        "the apple",
        "cut lengthwise, through the stem",
    )
    assert split_subject("the seven pieces from the square laid as a boat") == (
        "the seven pieces",
        "laid as a boat",
    )
    assert split_subject("the gap is cut") == ("", "")


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_is_survived(text: str, alt: str) -> None:
    moment(text)
    assert description(text, alt) == description(text, alt)
    assert "\n" not in clause(text) or "\n" in text
