"""What of a page's words and signs goes on, and in which spelling."""

from __future__ import annotations

import unicodedata

import pytest

from vqva_crawl.agents.vlm import folding, screened, spelling
from vqva_crawl.records import Document, ImageItem, Target, TextItem

TEXTS = (
    "In each cell the DNA is copied, and mRNA carries the copy to a ribosome.",
    "Then CO2 and carbon leave the cell; at a pH of 7 the protein p53 binds DNA and mRNA.",
    "Without the carbon of CO2 no ribosome works, and the pH falls until p53 stops it.",
    "Some Sobel noise stays, as iPhone cameras and every Sobel curve have it after 24 hours.",
    "After 24 hours at 1200 metres the iPhone shows no Sobel curve.",
    "At 1200 metres the air is thin.",
)


def page(*texts: str, caption: str = "", language: str = "en") -> screened.Screened:
    target = Target(key="http://a.test/p", url="http://a.test/p")
    items = (
        *(TextItem(text=text) for text in texts),
        ImageItem(url="http://a.test/1.png", caption=caption),
    )
    made = Document(url=target.url, title="", language=language, items=items, target=target)
    return screened.screened(made)


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ("tHe cELl aFTer", "the cell after"),
        ("THE cell After The CELL", "The cell after the cell"),
        ("dna, MRNA and IPHONE", "DNA, mRNA and iPhone"),
        ("sobel blur (radius 24)", "Sobel blur (radius 24)"),
        ("CO2 and p53 after 1200 metres", "CO2 and p53 after 1200 metres"),
        ("the cell (a) before and (b) after", "the cell (a) before and (b) after"),
        ("the cell (b) before", "the cell (b) before"),
        ("the cell (h) before (e) after", "the cell (h) before (\u2026) after"),
        ("the cell --.. . -... after", "the cell \u2026 after"),
        ("the cell .,,.;;..,,;., after", "the cell \u2026 after"),
        ("the cell %%\u00b0\u00b0% after", "the cell \u2026 after"),
        ("the \u201ccell\u201d, before \u2013 and after; then (small)", None),
        ("the\u2009cell\u00a0 after", "the cell after"),
        (
            "5 cells, 5 more, 0 more, 1 more, 9 more",
            "5 cells, 5 more, 0 more, \u2026 more, \u2026 more",
        ),
        ("cells and ce\u0301ll and c\u0435ll", "cells and \u2026 and \u2026"),
    ],
)
def test_words_and_signs_go_on_in_one_form(said, goes_on):
    goes_on = goes_on or "the cell, before - and after, then (small)"
    assert page(*TEXTS).blotted(said) == goes_on


@pytest.mark.parametrize(
    "word", ["z3br4f1sh", "77340", "xnatnebb", "vovkszmg", "\u0262\u026a\u0280\u1d00", "носорог"]
)
def test_what_does_not_look_like_a_word_is_no_subject(word):
    told = page(f"The cell {word} is green.", f"Some {word} grows.", caption=f"a {word} cell")
    assert told.blotted(f"the {word} cell") == "the \u2026 cell"


def test_words_in_the_script_of_the_page_are_its_subject():
    russian = page("Это носорог.", "Большой носорог ест.", caption="носорог", language="ru")
    assert russian.blotted("носорог") == "носорог"


@pytest.mark.parametrize(
    "address",
    [
        "beansite dot com",
        "beansite (dot) shop",
        "beansite\u3002com",
        "beansite . com",
        "beansite.рф",
    ],
)
def test_addresses_in_any_spelling_are_no_subject(address):
    told = page(f"Cells of {address} are green.", f"A cell of {address} grows.")
    assert "beansite" not in told.blotted(f"the cell of {address}")


@pytest.mark.parametrize(
    "sign",
    [
        *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200d\u2060\u2800\u3164\ufe00\ufe0f",
        *"\ufeff\uffa0\U000e0041\U000e0100\U000e01ef\x07",
        "\u0336",
        "\u20dd",
        "\u0331\u0332\u0333",
    ],
)
def test_what_is_not_drawn_is_not_read(sign):
    assert folding.bare(f"ce{sign}ll {sign}wall") == "cell wall"


@pytest.mark.parametrize(
    "text",
    [
        "ze\u0301bre, Gr\u00f6\u00dfe, ti\u1ebfng Vi\u1ec7t",
        "ज़ेबरा",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
        "ม้าลาย",
    ],
)
def test_the_marks_of_real_languages_stay(text):
    assert folding.bare(text) == unicodedata.normalize("NFC", text)


def test_a_manual_and_a_textbook_may_speak_of_words():
    told = page(
        "Write the word GIMP with the text tool.",
        "A macromolecule is deoxyribonucleic acid, which contains the instructions for life.",
        "Repeat the experiment with tweezers.",
    )
    for said in ("Write the word GIMP with the text tool", "deoxyribonucleic acid", "tweezers"):
        assert not told.foul(said)


def test_likely_words_are_told_from_ciphers():
    told = spelling.spelling([[word for word in " ".join(TEXTS).split() if word.isalpha()]])
    assert all(map(told.likely, ("protein", "carbon", "bacteria", "transcription")))
    assert not any(map(told.likely, ("cebgrva", "pneoba", "onpgrevn", "genafpevcgvba", "nietorp")))
