"""What the JSON log keeps to itself, and what it must not touch."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.logs import redact
from vqva_crawl.masking import masked, secret, told

PIECE = st.text("abcxyz019-._~!$'()*+,;:%@", max_size=12)
HOST = st.sampled_from(["127.0.0.1", "[::1]", "example.org", "a-b.test"])


def logged(text: str) -> str:
    return str(redact(None, "info", {"said": text})["said"])


@given(HOST, st.integers(0, 65535), st.lists(PIECE, max_size=3), PIECE, PIECE)
def test_a_url_with_a_port_and_no_credentials_is_logged_whole(host, port, path, query, fragment):
    start = f"http://{host}:{port}"
    for url in (start, f"{start}/{'/'.join(path)}", f"{start}?{query}", f"{start}#{fragment}"):
        for text in (url, f"GET {url} failed", f'{{"url": "{url}"}}', f"{url} then {url}"):
            assert logged(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("http://u:secret@h:81/x", "http://u:[redacted]@h:81/x"),
        ("postgresql+psycopg://u:sec/r@et@h/db", "postgresql+psycopg://u:[redacted]@h/db"),
        ("redis://:secret@h", "redis://:[redacted]@h"),
        ("at http://h:81/ with http://u:secret@h/", "at http://h:81/ with http://u:[redacted]@h/"),
        ("Authorization: Bearer secret", "Authorization: Bearer [redacted]"),
        ("http://h:81/?token=secret&x=1", "http://h:81/?token=[redacted]&x=1"),
        ("api_key='secret'", "api_key='[redacted]'"),
        ("http://h:81/token/list.html", "http://h:81/token/list.html"),
    ],
)
def test_keys_and_passwords_are_not_logged(text, kept):
    assert logged(text) == kept


def test_a_key_in_use_is_masked_wherever_it_stands_in_what_others_said():
    key = secret('sk-canary-"12\\34')
    event = {"why": f"x-key: {key}!", "body": json.dumps({"said": key})}
    assert redact(None, "info", event) == {"why": "x-key: ***!", "body": '{"said": "***"}'}
    assert told(ValueError(key)) == "ValueError: ***"


def test_an_error_without_words_is_told_by_its_kind():
    assert told(MemoryError()) == "MemoryError"


def test_a_word_that_a_server_without_keys_is_given_masks_no_other_words():
    secret("EMPTY")
    assert masked("EMPTY answers") == "EMPTY answers"
