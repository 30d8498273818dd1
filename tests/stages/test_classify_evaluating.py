"""How a classifier is judged: what is held out, the figures, the picture."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from vqva_crawl.records import digest
from vqva_crawl.stages.classify.curve import draw
from vqva_crawl.stages.classify.evaluating import WANTED, evaluate, sentences
from vqva_crawl.stages.classify.labels import Label
from vqva_crawl.stages.classify.splitting import Example, split
from vqva_crawl.urls import host


def example(n: int, label: str, site: str, text: str = "") -> Example:
    text = text or f"text {n} of {site}"
    url = f"http://{site}/{n}"
    return Example(
        Label(document=f"{site}{n}", url=url, text=digest(text), label=label, labeller="x"), text
    )


def test_with_few_hosts_each_class_of_each_host_is_held_out_in_part():
    given = [
        example(n, label, site)
        for site in ("a.test", "b.test")
        for n, label in enumerate(["other"] * 20 + ["reasoning"] * 8)
    ]
    learn, rest = split(given, 0.25, seed=0)
    assert Counter((host(e.label.url), e.label.label) for e in rest) == {
        ("a.test", "other"): 5,
        ("a.test", "reasoning"): 2,
        ("b.test", "other"): 5,
        ("b.test", "reasoning"): 2,
    }
    assert len(learn) + len(rest) == len(given)
    assert (learn, rest) == split(given, 0.25, seed=0)
    assert rest != split(given, 0.25, seed=1)[1]
    assert {e.label.document for e in split(given[::-1], 0.25, seed=0)[1]} == {
        e.label.document for e in rest
    }


def test_with_many_hosts_no_host_stands_on_both_sides():
    given = [example(n, "other", f"{site}.test") for site in range(20) for n in range(site + 1)]
    learn, rest = split(given, 0.25, seed=3)
    assert not {host(e.label.url) for e in learn} & {host(e.label.url) for e in rest}
    assert 0.2 <= len(rest) / len(given) <= 0.4


def test_a_text_never_stands_on_both_sides():
    given = [example(n, "other", f"{n % 3}.test", f"text {n // 3}") for n in range(90)]
    learn, rest = split(given, 0.3, seed=0)
    assert rest
    assert not {e.text for e in learn} & {e.text for e in rest}


def test_nothing_is_held_out_when_nothing_is_asked_for():
    given = [example(n, "other", "a.test") for n in range(9)]
    assert split(given, 0, seed=0) == (given, [])


CLASSES = ("other", "reasoning")
TRUTH = ["reasoning"] * 8 + ["other"] * 5
CHANCE = [0.95, 0.9, 0.9, 0.8, 0.8, 0.7, 0.6, 0.3, 0.75, 0.4, 0.2, 0.1, 0.05]


def evaluation(precision: float = 0.85):
    chances = np.array([[1 - p, p] for p in CHANCE])
    return evaluate(CLASSES, TRUTH, chances, precision)


def test_figures_are_those_counted_by_hand():
    found = evaluation()
    reasoning = found.classes["reasoning"]
    assert (reasoning.support, reasoning.precision, reasoning.recall) == (8, 0.875, 0.875)
    assert reasoning.f1 == 0.875
    assert found.accuracy == pytest.approx(11 / 13, abs=1e-4)
    assert found.classes["other"].precision == 0.8
    assert found.thresholds[70] == 0.7
    assert reasoning.precision_curve[70] == pytest.approx(6 / 7, abs=1e-4)
    assert reasoning.recall_curve[70] == 0.75
    assert reasoning.precision_curve[100] is None
    assert found.classes[WANTED] == reasoning


@pytest.mark.parametrize(("precision", "threshold"), [(0.6, 0.0), (0.85, 0.41), (1.0, 0.76)])
def test_the_lowest_threshold_with_the_precision_is_recommended(precision, threshold):
    best = evaluation(precision).classes["reasoning"].recommended
    assert best.threshold == threshold
    assert best.precision >= precision


def test_no_threshold_is_recommended_on_a_handful():
    other = evaluation(1.0).classes["other"]
    assert other.precision_curve[75] == 1.0  # three documents
    assert other.recommended is None


def test_no_threshold_is_recommended_where_nearly_all_may_pass():
    chances = np.array([[1 - p, p] for p in (*CHANCE[:8], 0.75)])
    found = evaluate(CLASSES, [*TRUTH[:8], "other"], chances, 0.85)
    assert found.classes[WANTED].precision_curve[0] >= 0.85
    assert found.classes[WANTED].recommended is None
    assert sentences(found)[-1].endswith("too few others (1) to tell a threshold")
    all_may = sentences(evaluation(0.6))[1]
    assert "no threshold is needed: all documents together give 0.62" in all_may


def test_classes_that_the_screen_is_to_let_pass_are_judged_as_it_decides():
    classes = ("design_knowledge", "other", "reasoning", "world_knowledge")
    chances = np.array([[0.3, 0.2, 0.1, 0.4]] * 10 + [[0.1, 0.1, 0.6, 0.2]] * 10)
    truth = ["design_knowledge"] * 5 + ["world_knowledge"] * 5 + ["reasoning"] * 10
    found = evaluate(classes, truth, chances, 0.9, ["world_knowledge", "design_knowledge"])
    assert found.together == "world_knowledge + design_knowledge"
    pair = found.classes[found.together]
    assert (pair.support, pair.others, pair.recommended.threshold) == (10, 10, 0.31)
    assert pair.recommended.precision == pair.recommended.recall == 1
    assert found.classes["design_knowledge"].recommended is None  # 5 of 10 at the best
    assert WANTED not in found.classes
    with Image.open(io.BytesIO(draw(found))) as image:
        assert 31 in upright(image, 84)
    alone = evaluate(classes, truth, chances, 0.9, ["reasoning"])
    assert alone.classes["reasoning alone"].support == 10


def test_calibration_error():
    sure = np.array([[0.0, 1.0]] * 10)
    assert evaluate(CLASSES, ["reasoning"] * 10, sure, 0.9).calibration_error == 0
    assert evaluate(CLASSES, ["other"] * 10, sure, 0.9).calibration_error == 1
    half = ["other", "reasoning"] * 5
    assert evaluate(CLASSES, half, np.full((10, 2), 0.5), 0.9).calibration_error == 0


def test_sentences_are_for_people():
    lines = sentences(evaluation())
    assert lines[1] == (
        "reasoning (8): precision 0.88 recall 0.88 F1 0.88; "
        "threshold 0.41 gives 0.88 at recall 0.88"
    )
    only = evaluate(CLASSES, ["reasoning"] * 5, np.array([[0.1, 0.9]] * 5), 0.9)
    assert not any(line.startswith("other") for line in sentences(only))


BLUE, VERMILION, GREEN = (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x00, 0x9E, 0x73)


def pixels(image: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many pixels are nearly of a colour; lines have soft edges."""
    distance = np.abs(np.asarray(image.convert("RGB"), int) - np.array(colour)).max(axis=2)
    return int((distance < 24).sum())


def test_the_picture_shows_each_class_in_a_colour_of_its_own():
    with Image.open(io.BytesIO(draw(evaluation()))) as image:
        assert (image.format, image.size) == ("PNG", (1280, 600))
        left, right = image.crop((80, 70, 590, 490)), image.crop((700, 70, 1210, 490))
        legend = image.crop((0, 550, 1280, 580))
    for part in (left, right, legend):
        assert pixels(part, BLUE) > 20
        assert pixels(part, VERMILION) > 20


def test_a_class_that_nobody_has_is_not_drawn():
    only = evaluate(CLASSES, ["reasoning"] * 5, np.array([[0.1, 0.9]] * 5), 0.9)
    with Image.open(io.BytesIO(draw(only))) as image:
        assert pixels(image, BLUE) > 20
        assert not pixels(image, GREEN)  # the third line's; without `other` there are two


def upright(image: Image.Image, left: int) -> list[int]:
    """Columns of a plot's inside, in hundredths, where a dashed line runs from top to bottom."""
    grey = np.asarray(image.convert("L"), int)[90:470, left + 3 : left + 498]
    dark = (grey < 200).mean(axis=0)  # half of it: it is dashed
    return sorted({round((n + 3) / 5) for n in np.flatnonzero((dark > 0.35) & (dark < 0.65))})


def test_the_screen_s_own_threshold_is_drawn_through_both_plots():
    found = evaluation(0.85)
    assert found.classes[WANTED].recommended.threshold == 0.41
    with Image.open(io.BytesIO(draw(found))) as image:
        assert upright(image, 84) == upright(image, 704) == [41]
    none = evaluate(CLASSES, ["other"] * 12, np.array([[0.4, 0.6]] * 12), 0.9)
    with Image.open(io.BytesIO(draw(none))) as image:
        assert upright(image, 84) == []
