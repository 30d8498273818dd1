"""What all tests share: a clean environment and small real web sites on loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from webpages import Site

# Consoles are made when the program is imported; how wide they are is each test's own matter.
os.environ.pop("COLUMNS", None)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, tuple[str, bytes]]], Site]]:
    """Starts sites that are stopped after the test."""
    sites: list[Site] = []

    def start(files: dict[str, tuple[str, bytes]]) -> Site:
        sites.append(Site(files))
        return sites[-1]

    yield start
    for site in sites:
        site.close()
