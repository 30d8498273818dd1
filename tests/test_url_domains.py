"""The registrable domain of a host, by which hosts belong together."""

from __future__ import annotations

import pytest

from vqva_crawl.urls import domain


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.org", "example.org"),
        ("www.example.org:8080", "example.org"),
        ("a.b.bbc.co.uk", "bbc.co.uk"),
        ("one.github.io", "one.github.io"),  # people, not one owner
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("127.0.0.1:8421", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("", ""),
    ],
)
def test_domain(host: str, expected: str):
    assert domain(host) == expected
