"""Which pages count as the same: by their words, numbers apart, and their pictures."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.records import Document, ImageItem, Target, TextItem
from vqva_crawl.stages.signature import SMALLEST, signature

WORDS = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
DAYS = [date(2031, 1, 1) + timedelta(days=n) for n in range(400)]


def page(*items: str) -> Document:
    """Of texts and of pictures, which begin with a slash."""
    made = (
        ImageItem(url=f"http://a.test{item}") if item.startswith("/") else TextItem(text=item)
        for item in items
    )
    key = f"http://a.test/{random.random()}"
    return Document(url=key, items=tuple(made), target=Target(key=key, url=key))


def signatures(*pages: tuple[str, ...]) -> set[str]:
    return {signature(page(*items)) for items in pages}


def prose(seed: int, words: int) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def test_a_page_has_one_in_every_process() -> None:
    assert signature(page("The quick brown fox.", "/fox.png")) == "5bdecb2c6f41ec96"
    assert signature(page("Foxes.", *(f"/{n}.png" for n in range(9)))) == "e5785d4ce9684b1b"


def test_pages_of_a_calendar_are_one_page() -> None:
    spelled = ("%A %d %B %Y", "%d. %b %Y", "%B %d, %Y", "%Y-%m-%d", "%d/%m", "%d %B")
    for form in spelled:
        text = f"There is nothing on {{:{form}}}. Go back to the week before or on to the next one."
        assert len(signatures(*((text.format(day), "Home") for day in DAYS))) == 1, form


def test_sentences_of_scripts_without_spaces_count_beside_numbers() -> None:
    def titles(n: int) -> tuple[str, ...]:
        drawn = random.Random(n)
        made = ("".join(chr(drawn.randrange(0x4E00, 0x9000)) for _ in range(12)) for _ in range(4))
        return tuple(f"2024年1月1日 {title}" for title in made)

    assert len(signatures(*map(titles, range(90)))) == 90
    numbered = (tuple(f"{n}. {title}" for n, title in enumerate(titles(k))) for k in range(90))
    assert len(signatures(*numbered)) == 90


def test_months_without_a_number_beside_them_are_twelve_pages_at_most() -> None:
    assert len(signatures(*((f"Events in {day:%B}.", "Nothing yet.") for day in DAYS))) == 12


def test_pages_that_count_or_name_a_visitor_are_one_page() -> None:
    texts = [(f"You are visitor {n} of this page.", "Nothing here.") for n in range(50)]
    assert len(signatures(*texts)) == 1
    pictures = [("Nothing here.", f"/a.png?sid={n}") for n in range(50)]
    assert len(signatures(*pictures)) == 1


def test_other_pictures_make_another_page() -> None:
    photos = [(f"Photo {n}", "Next", f"/{n}.jpg") for n in range(60)]
    assert len(signatures(*photos)) == 60
    shop = [(f"Photo {n}", "Next", f"/show?id={n}") for n in range(60)]
    assert len(signatures(*shop)) == 60


def test_nothing_tells_lists_that_differ_in_numbers_alone() -> None:
    lists = [("Photos,", *(f"Photo {n}" for n in range(k, k + 20))) for k in range(40)]
    assert signatures(*lists) == {""}


def test_short_pages_with_other_words_are_other_pages() -> None:
    index = [("Modules", f"{name} module", "More...") for name in WORDS]
    assert len(signatures(*index)) == len(WORDS)


def test_three_words_are_enough_to_tell_a_page() -> None:
    assert len(signatures(("Moved", "to", "Rome"), ("Moved", "to", "Oslo"))) == 2


def test_a_phrase_that_stands_often_does_not_hide_the_rest_of_a_page() -> None:
    shop = [("Add to cart. " * 9, " ".join(prose(seed, 12))) for seed in range(60)]
    assert len(signatures(*shop)) == 60


@pytest.mark.parametrize("items", [(), ("",), ("- * |", "..."), ("12 13", "3.5"), ("Moved", "Go")])
def test_nothing_tells_pages_of_too_few_words_unless_pictures_do(items: tuple[str, ...]) -> None:
    assert signature(page(*items)) == ""
    assert len(signatures((*items, "/a.png"), (*items, "/b.png"))) == 2


def test_case_signs_and_places_of_pictures_do_not_matter() -> None:
    text = "The Fox, it seems, jumps over “the” dog."
    plain = text.lower().replace(",", "")
    assert len(signatures((text, "/a.png", "/b.png"), ("/b.png", plain, "/a.png", "/a.png"))) == 1


def test_few_other_words_in_many_mostly_give_the_same_page() -> None:
    """As likely as the docstring says: of shingles in common, to the power of SMALLEST."""
    same = 0
    for seed in range(200):
        words = prose(seed, 600)
        other = [*words]
        other[seed * 3] = "otherwise"  # 3 of 598 shingles of each, so 595 of all 601 in common
        same += len(signatures((" ".join(words),), (" ".join(other),))) == 1
    assert same / 200 == pytest.approx((595 / 601) ** SMALLEST, abs=0.05)


def test_pages_that_share_half_of_their_words_are_others() -> None:
    menu = " ".join(prose(0, 200))
    pages = [(menu, " ".join(prose(seed, 200))) for seed in range(1, 60)]
    assert len(signatures(*pages)) > 50


@given(st.lists(st.text()), st.lists(st.text()))
def test_any_text_has_one(texts: list[str], names: list[str]) -> None:
    made = page(*(f"x{text}" for text in texts), *(f"/{name}" for name in names))
    found = signature(made)
    assert found == signature(made.model_copy(update={"url": "http://b.test/"}))
    assert len(found) in (0, 16)
