"""A renderer over a real Chromium, and sites in memory for it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Set
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from vqva_crawl.clients.fakes import FakeFetcher
from vqva_crawl.clients.render import Given, Rendered
from vqva_crawl.clients.render.chromium import ChromiumRenderer
from vqva_crawl.clients.render.found import NAMES
from vqva_crawl.config import Fetch

CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt: chromium)"),
]
SHARING = pytest.mark.asyncio(loop_scope="module")  # for tests that share the `browser`
HOME = "http://site.test/"


@asynccontextmanager
async def chromium(fetch: dict[str, Any] | None = None, **render: Any):
    """A started renderer; `render` are keys of that section, `fetch` of the one around it."""
    section = Fetch.model_validate({**(fetch or {}), "render": {"mode": "auto", **render}})
    renderer = ChromiumRenderer(section, CHROMIUM)
    try:
        await renderer.start()
        yield renderer
    finally:
        await renderer.aclose()


def page(script: str, body: str = "", head: str = "") -> bytes:
    start = f"<!doctype html><html><head><title>T</title>{head}</head>"
    return f"{start}<body>{body}<script>{script}</script></body></html>".encode()


async def shown(renderer: Any, html: bytes, **files: Any) -> Rendered:
    """The page after its scripts; `files` are what else the site has, by path."""
    fetcher = FakeFetcher({HOME + path: found for path, found in files.items()})
    return await renderer.render(Given(HOME, html), fetcher)


def browsers() -> set[tuple[int, str]]:
    """(pid, command line) of the browsers and drivers below this process."""
    parents: dict[int, int] = {}
    lines: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            stat = (path / "stat").read_text()
            lines[int(path.name)] = (path / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it has just ended
            continue
        parents[int(path.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    ours = {(pid, lines[pid]) for pid in found - {os.getpid()}}
    return {(pid, line) for pid, line in ours if "chrom" in line or "playwright" in line}


def left(others: Set[tuple[int, str]] = frozenset()) -> set[tuple[int, str]]:
    """Those beside the others that do not end by themselves within ten seconds."""
    deadline = time.monotonic() + 10
    while (found := browsers() - others) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
