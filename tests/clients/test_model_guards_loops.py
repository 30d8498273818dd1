"""Loops that have no words of their own, and sentences that come again as they are."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model.loops import loops
from vqva_crawl.errors import Unusable


@pytest.mark.parametrize(
    "run",
    ["a" * 400, "!?" * 125, "ha" * 100, "!" * 46, "ha " * 25, "-" * 90, "\u597d" * 25, "<br>" * 30],
)
def test_a_stutter_is_a_loop(run):
    with pytest.raises(Unusable, match="loop"):
        loops(f"How does this plant look {run} afterwards?")


@pytest.mark.parametrize(
    "run",
    ["-" * 60, "." * 79, ". " * 30, "1" * 60, "0." + "3" * 40, "very " * 3, "\n" * 40],
)
def test_rules_dots_and_numbers_are_none(run):
    loops(f"How does this plant look {run} afterwards?")


def test_one_sentence_three_times_is_a_loop():
    said = "How does this plant look. "
    loops(said * 2)
    with pytest.raises(Unusable, match="3 times"):
        loops(said * 3)
    with pytest.raises(Unusable, match="3 times"):
        loops(f"The pot stays. The leaf opens. {said}The pot stays! The stem grows. The pot stays.")
    loops(
        "1. It opens. 2. It opens. 3. It opens. Turn it 1 time. Turn it 2 times. Turn it 3 times."
    )
