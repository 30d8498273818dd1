"""What others wrote without what nobody sees."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.plain import in_texts, plain, seen, sound


@pytest.mark.parametrize(
    "unseen",
    [
        "\x00",
        "\x1b[31m",
        "\x1b]8;;https://evil.test\x07",
        "\u200b\u200d\u200b",
        "\u200c",
        "\u00ad",
        "\u202e\u2066\u2069\u202c",
        "\U000e0041\U000e0042",
        "\U000e0100\U000e01ef",
        "\ufe0e\u2060\ufeff\u3164",
    ],
)
def test_what_nobody_sees_is_left_out(unseen):
    assert seen(f"le{unseen}af") == "leaf"
    assert not set(unseen) & set("\x00\x1b\u202e\U000e0041") & set(plain(f"le{unseen}af"))


def test_lines_and_tabs_stay():
    assert seen("a\tb\nc\r\nd\u2028e\x0bf") == "a\tb\nc\nd\ne\nf"


@pytest.mark.parametrize("word", ["می\u200cخواهم", "क्\u200dष", "شلا\u200cم"])
def test_joiners_stay_where_a_script_needs_them(word):
    assert seen(word) == word
    assert seen(f"{word}\u200d and\u200c") == f"{word} and"


def test_what_nobody_sees_is_left_out_of_names_and_texts_of_json():
    said = {"sc\u200bore": [{"why\u202e": "cl\u200bear"}, 2, None]}
    assert in_texts(said, seen) == {"score": [{"why": "clear"}, 2, None]}


def test_control_characters_are_left_out_of_json_but_not_white_space():
    said = {"na\x00me": ["a\x07b\x1b[31mc", "d\te\r\nf\x85g\u200c", "h\ud83d", 1]}
    assert sound(said) == {"name": ["abc", "d\te\r\nf\x85g\u200c", "h\ufffd", 1]}


def test_half_of_a_pair_is_marked():
    assert seen("a\ud83db") == "a\ufffdb"
