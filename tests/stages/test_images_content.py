"""Screenshots and QR codes: told apart from photographs, diagrams and plots."""

from __future__ import annotations

import pytest
from drawn_pictures import (
    IMAGES,
    THEN,
    URL,
    diagram,
    dialog,
    encoded,
    photo,
    plot,
    qr_code,
)
from PIL import Image, ImageDraw

from vqva_crawl.records import ImageItem
from vqva_crawl.stages.images import CheckedPicture, Refusal, check
from vqva_crawl.stages.images.interface import NEGLIGIBLE, interface_score, measures
from vqva_crawl.stages.images.qr import shows_qr_code
from vqva_crawl.stages.images.screenshot import BAR_WHEN_NAMED, is_screenshot


def item(url: str = "http://site.test/images/taj.png", **labels: str) -> ImageItem:
    return ImageItem(url=url, **labels)


def test_a_dialog_is_a_screenshot_without_a_word() -> None:
    assert is_screenshot(interface_score(dialog()), [item()])


@pytest.mark.parametrize(
    "picture",
    [photo(), diagram(), diagram(background="#fdf6e8"), plot()],
    ids=["photo", "diagram", "diagram on cream", "plot"],
)
def test_content_is_not_a_screenshot(picture: Image.Image) -> None:
    assert not is_screenshot(interface_score(picture), [item()])


@pytest.mark.parametrize("picture", [photo(), diagram()], ids=["photo", "diagram"])
def test_a_caption_that_names_the_dialog_does_not_refuse_its_result(picture: Image.Image) -> None:
    named = item(caption="The Gaussian blur dialog")
    assert not is_screenshot(interface_score(picture), [named])


def test_a_first_look_settles_photographs_below_every_bar() -> None:
    assert interface_score(photo(640, 480)) < NEGLIGIBLE < BAR_WHEN_NAMED


@pytest.mark.parametrize("turned", [False, True], ids=["lying", "standing"])
def test_straight_edges_count_up_to_the_last_row_and_column(turned: bool) -> None:
    picture = Image.new("RGB", (101, 60), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 20, 100, 59), fill="#d0d0d0")  # one edge, from side to side
    draw.rectangle((40, 59, 100, 59), fill="white")  # another in the last rows, to the corner
    faint = 100 + 60  # steps from pixel to pixel along the two edges
    found = measures(picture.transpose(Image.Transpose.TRANSPOSE) if turned else picture)
    assert found["faint_columns" if turned else "faint_rows"] == pytest.approx(faint / 161)


@pytest.mark.parametrize(
    "named",
    [
        item(alt="“Gaussian Blur” options"),
        item(caption="The Layers dialog"),
        item(url="http://site.test/images/menus/blur-dialog.png?v=2"),
        item(url="http://site.test/Screenshot_2020.png"),
        item(figure_caption="Figure 3. Tool options"),
    ],
    ids=["alt", "caption", "file name", "screenshot", "figure"],
)
def test_words_lower_the_bar(named: ImageItem) -> None:
    assert not is_screenshot(0.3, [item()])
    assert is_screenshot(0.3, [named])
    assert is_screenshot(0.3, [item(), named])


def test_a_long_description_is_not_a_label() -> None:
    described = item(alt="The light falls through a window of the old church " + "on stones " * 6)
    assert not is_screenshot(0.3, [described])


def test_qr_codes_are_refused() -> None:
    verdict = check(encoded(qr_code(), "PNG"), URL, THEN, IMAGES)
    assert isinstance(verdict, Refusal)
    assert verdict.reason == "qr_code"


@pytest.mark.parametrize("modules", [21, 25, 57, 97])
@pytest.mark.parametrize("size", [5, 8])
def test_qr_codes_of_all_sizes(modules: int, size: int) -> None:
    assert shows_qr_code(qr_code(modules, size, seed=modules))


def test_a_logo_in_the_middle_hides_no_qr_code() -> None:
    code = qr_code()
    ImageDraw.Draw(code).rectangle((70, 130, 260, 190), fill="white")
    assert shows_qr_code(code)


def test_inverted_ratios_and_small_codes_pass() -> None:
    board = Image.new("RGB", (320, 320), "white")
    draw = ImageDraw.Draw(board)
    for y in range(8):
        for x in range(8):
            if (x + y) % 2:
                draw.rectangle((x * 40, y * 40, x * 40 + 39, y * 40 + 39), fill="black")
    poster = photo(900, 700)
    poster.paste(qr_code(25, 4), (700, 20))
    assert not any(shows_qr_code(p) for p in (board, poster, photo(), diagram(), plot(), dialog()))


def test_the_score_travels_with_the_verdict() -> None:
    verdict = check(encoded(dialog(), "PNG"), URL, THEN, IMAGES)
    assert isinstance(verdict, CheckedPicture)
    assert verdict.interface == interface_score(dialog())
