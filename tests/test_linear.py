"""Texts of others that are read on the event loop take time about linear in their length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from vqva_crawl.agents.vlm.blots import in_rows
from vqva_crawl.agents.vlm.folding import bare
from vqva_crawl.agents.vlm.scaffolding import prose_of
from vqva_crawl.clients.api import _read
from vqva_crawl.clients.model.refusals import refusal
from vqva_crawl.clients.robotstxt import parse
from vqva_crawl.clients.search.mediawiki.plain import MOST_READ, plain
from vqva_crawl.errors import FetchError
from vqva_crawl.logs import redact


def no_json(text: str) -> None:
    with pytest.raises(FetchError):
        _read("http://a.test/", text.encode())


READERS: dict[str, tuple[Callable[[str], object], str, str, int]] = {
    "robots.txt": (
        lambda text: parse(text.encode(), "me"),
        "user-agent: *\ncontent-usage: train-ai",
        " ",
        500_000,
    ),
    "log": (lambda text: redact(None, "info", {"said": text}), "", "http://a:", 200_000),
    "answer": (no_json, "", "<script", 4_000_000),
    "refusal": (refusal, "", "sorry, ", 30_000),
    "prose": (prose_of, "It grows.", "\n", 8_000),
    "a page's letters": (in_rows, "", "a", 60_000),
    "a page's signs": (bare, "", ")", 60_000),
    "wiki": (plain, "", "<p ", MOST_READ * 2),
}


@pytest.mark.parametrize("name", READERS)
def test_no_text_stalls_the_run(name: str):
    read, begin, unit, length = READERS[name]
    began = time.process_time()
    read(begin + unit * (length // len(unit)) + "x")
    assert time.process_time() - began < 20  # far less than one; minutes, where it is quadratic
