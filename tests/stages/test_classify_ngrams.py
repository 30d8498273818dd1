"""Texts as numbers: what a word is, and that the numbers stay what stored models learned."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vqva_crawl.stages.classify.ngrams import N_FEATURES, buckets
from vqva_crawl.stages.classify.reading import MOST

LATIN_TO_ARABIC = st.text(st.characters(max_codepoint=0x6FF, exclude_characters="İ"))


def numbers(text: str) -> set[int]:
    return set(buckets(text).tolist())


@given(LATIN_TO_ARABIC)
@example("a bc, DE-fg_h 12 3\tıj\n")
def test_words_and_pairs_of_neighbours_wherever_they_stand(text: str):
    words = re.findall(r"\w\w+", text.lower())
    alone = [numbers(word) for word in words]
    pairs = [numbers(f"{a} {b}") for a, b in pairwise(words)]
    assert all(len(found) == 1 for found in alone)
    assert numbers(text) == set().union(*alone, *pairs)


def test_each_number_once_ascending_and_in_bounds():
    found = buckets("the cell and the cell wall").tolist()
    assert found == sorted(set(found))
    assert len(found) == 4 + 4
    assert 0 <= found[0] < found[-1] < N_FEATURES


def test_the_order_of_a_pair_counts():
    assert len(numbers("before after") & numbers("after before")) == 2


@pytest.mark.parametrize("between", ["\ud800", "🎉", "\U0010ffff", "\uffff", " – ", "\0", "."])
def test_what_is_no_letter_parts_words(between: str):
    assert numbers(f"ab{between}cd") == numbers("ab cd")


def test_nothing_to_read():
    for text in ("", " ", "a b c", "…", "🎉"):
        assert not len(buckets(text))


def test_a_text_is_read_as_far_as_documents_go():
    known = numbers("word word")
    assert numbers("word " * MOST) == known
    assert numbers("word " * (MOST // 5) + "unread") == known
    assert numbers("x" * 3 * MOST) == numbers("x" * MOST)


def test_words_meet_no_oftener_than_by_chance():
    words = [f"{stem}{n}" for stem in ("a", "cell", "gradient") for n in range(5_000)]
    apart = len({number for word in words for number in numbers(word)})
    assert apart > 14_400  # by chance: 14,579


def test_stored_models_keep_their_meaning():
    """Other numbers are another VERSION of the model."""
    assert buckets("ab").tolist() == [95349]
    assert buckets("Zellwände, 細胞壁").tolist() == [36867, 147050, 147478]
