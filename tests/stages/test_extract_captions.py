"""Which words belong to which picture."""

from __future__ import annotations

import pytest
from extract_pages import image, images, outline

from vqva_crawl.stages.extract.parts import parts


def captions(html: str) -> list[str]:
    return [found.caption for found in images(html)]


def figures(html: str) -> list[tuple[int, str]]:
    return [(found.figure, found.figure_caption) for found in images(html)]


@pytest.mark.parametrize(
    "markup",
    [
        "<figure><img src=a.png><figcaption>A frog</figcaption></figure>",
        "<figure><figcaption>A frog</figcaption><p><img src=a.png></p>{:}</figure>",
        "<figure><a href=x><img src=a.png></a><p>A frog</p></figure>",
        "<div class='wp-caption'><img src=a.png><p class='wp-caption-text'>A frog</p></div>",
        "<div class=image><img src=a.png><div class=caption>A frog</div></div>",
        "<li class=gallerybox><div><div class=thumb><a href=x><img src=a.png></a></div>"
        "<div class=gallerytext><p>A frog</p></div></div></li>",
        "<div class='thumb tright'><div class=thumbinner><a href=x><img src=a.png></a>"
        "<div class=thumbcaption><div class=magnify><a href=x></a></div>A frog</div></div></div>",
        "<div class=figure><p class=title>A frog</p><div class=mediaobject><img src=a.png></div>"
        "</div>",
        "<p><img src=a.png><br><em>A frog</em></p>",
        "<p>A frog<br><img src=a.png></p>",
        "<p><img src=a.png></p><p><em>A frog</em></p><p>Text.</p>",
        "<p><img src=a.png></p><p align=center>A frog</p>",
        "<p><img src=a.png></p><p class=caption>A frog</p>",
        "<p><img src=a.png title='A frog'></p>",
        "<table><tr><td><img src=a.png></td></tr><tr><td>A frog</td></tr></table>",
    ],
)
def test_one_picture_and_its_caption(markup: str) -> None:
    assert image(markup).caption == "A frog"


def test_the_caption_stands_among_the_items_once() -> None:
    html = "<figure><img src=a.png><figcaption>A frog</figcaption></figure><p>Text."
    assert outline(html) == [
        ("image", 0, "a.png"),
        ("caption", 0, "A frog"),
        ("paragraph", 0, "Text."),
    ]


@pytest.mark.parametrize(
    "label", ["Figure 3. A", "Fig. 2b: A", "FIG 1 - A", "Abb. 4: A", "Photo 1. A"]
)
def test_a_labelled_paragraph_beside_a_picture_is_its_caption(label: str) -> None:
    assert captions(f"<p>Text.</p><p><img src=a.png></p><p>{label}</p>") == [label]
    assert captions(f"<p>{label}</p><p><img src=a.png></p><p>Text.</p>") == [label]


def test_a_label_between_two_pictures_belongs_to_the_first() -> None:
    html = "<p><img src=a.png></p><p>Figure 1. A</p><p><img src=b.png></p><p>Figure 2. B</p>"
    assert captions(html) == ["Figure 1. A", "Figure 2. B"]


def test_running_text_is_no_caption() -> None:
    assert captions("<p>Some text.</p><p><img src=a.png></p><p>More text.</p>") == [""]
    assert captions("<p><img src=a.png> " + "Long running text. " * 30) == [""]


def test_a_docbook_figure_with_a_caption_for_each_picture() -> None:
    html = """<div class="figure"><p class="title"><b>Figure 1. Emboss</b></p>
        <div class="figure-contents">
        <div class="mediaobject"><img src="a.png" alt="x">
            <div class="caption"><p>Original image</p></div></div>
        <div class="mediaobject"><img src="b.png" alt="x">
            <div class="caption"><p>Filter applied</p></div></div>
        </div></div>"""
    assert captions(html) == ["Original image", "Filter applied"]
    assert figures(html) == [(0, "Figure 1. Emboss")] * 2
    assert [i[2] for i in outline(html)] == [
        "Figure 1. Emboss", "a.png", "Original image", "b.png", "Filter applied",
    ]  # fmt: skip


def test_captions_that_alternate_with_pictures_pair_off() -> None:
    html = """<figure><img src=a.png><figcaption>A</figcaption>
        <img src=b.png><figcaption>B</figcaption></figure>"""
    assert captions(html) == ["A", "B"]


def test_figures_in_a_figure() -> None:
    html = """<figure><figure><img src=a.png><figcaption>A</figcaption></figure>
        <figure><img src=b.png><figcaption>B</figcaption></figure>
        <figcaption>Both</figcaption></figure>
        <figure><img src=c.png></figure>"""
    assert captions(html) == ["A", "B", ""]
    assert figures(html) == [(0, "Both"), (0, "Both"), (1, "")]


def test_parts_of_a_caption_go_to_their_pictures() -> None:
    html = """<figure><figcaption>
        The (a) platypus lays eggs. (b) The echidna does too. (credit b: X)
        </figcaption><p><img src=a.png></p><p><img src=b.png></p></figure>"""
    assert captions(html) == ["The (a) platypus lays eggs.", "The echidna does too."]


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("(a) Before, and (b) after smoothing", ["Before", "after smoothing"]),
        ("Shown are (a) a cat, (b) a dog and (c) a hen.", ["a cat", "a dog", "a hen."]),
        ("Left: source. Right: result", ["source", "result"]),
        ("The source (left) and the result (right)", ["The source", "the result"]),
        ("Top: day; bottom: night", ["day", "night"]),
        ("Nothing to see", []),
    ],
)
def test_parts(caption: str, expected: list[str]) -> None:
    assert parts(caption, max(len(expected), 2)) == expected


def test_more_parts_than_pictures_are_not_dealt_out() -> None:
    assert parts("(a) one (b) two (c) three", 2) == []


def test_pictures_in_one_paragraph_share_a_caption() -> None:
    html = "<p><img src=a.png> <img src=b.png></p><p>Figure 1. Left: day. Right: night.</p>"
    assert captions(html) == ["day", "night."]
    assert len({found.figure for found in images(html)} - {-1}) == 1


def test_pictures_in_one_paragraph_are_one_figure() -> None:
    html = "<p><img src=a.png>&nbsp; <img src=b.png></p><p><img src=c.png></p>"
    assert [found.figure for found in images(html)] == [0, 0, -1]


def test_pictures_and_words_on_lines_of_one_paragraph() -> None:
    assert captions("<p><img src=a.png><br>A<br><img src=b.png><br>B</p>") == ["A", "B"]


TABLE = "<table>{}</table>"
ROW = "<tr>{}</tr>"


def table(*rows: list[str]) -> str:
    cells = (
        "".join(f"<td><img src={c}></td>" if c.endswith(".png") else f"<td>{c}</td>" for c in row)
        for row in rows
    )
    return TABLE.format("".join(map(ROW.format, cells)))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (table(["a.png", "b.png"], ["A", "B"]), ["A", "B"]),
        (table(["A", "B"], ["a.png", "b.png"]), ["A", "B"]),
        (
            table(["a.png", "b.png"], ["A", "B"], ["c.png", "d.png"], ["C", "D"]),
            ["A", "B", "C", "D"],
        ),
        (
            table(["A", "B"], ["a.png", "b.png"], ["C", "D"], ["c.png", "d.png"]),
            ["A", "B", "C", "D"],
        ),
        (table(["A", "a.png"], ["B", "b.png"]), ["A", "B"]),
        (table(["a.png", "A"], ["b.png", "B"]), ["A", "B"]),
        (
            table(["Noise", "In", "Out"], ["low", "a.png", "b.png"], ["high", "c.png", "d.png"]),
            ["low - In", "low - Out", "high - In", "high - Out"],
        ),
        (TABLE.format("<tr><td><img src=a.png><br>A<td><img src=b.png><p>B</table>"), ["A", "B"]),
    ],
)
def test_captions_in_table_cells(html: str, expected: list[str]) -> None:
    assert captions(html) == expected
    assert {figure for figure, _ in figures(html)} == {0}


def test_columns_are_counted_over_spans() -> None:
    html = """<table><caption>Both</caption><tr><td colspan=2>A</td><td>B</td></tr>
        <tr><td colspan=2><img src=a.png></td><td><img src=b.png></td></tr></table>"""
    assert captions(html) == ["A", "B"]
    assert figures(html) == [(0, "Both"), (0, "Both")]


def test_a_section_that_is_called_image_is_no_figure() -> None:
    html = f"<div class='image-section'><img src=a.png><p>{'Long text. ' * 60}</p></div>"
    assert [i[:2] for i in outline(html)] == [("image", -1), ("paragraph", 0)]


def test_words_that_only_say_picture_are_no_caption() -> None:
    html = "<div class=image><img src=a.png><div class=caption>image</div></div>"
    assert captions(html) == [""]
