"""Which browser renders: one that the config names, Playwright's own, or one in PATH."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from vqva_crawl.errors import ConfigError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FOLDERS = (".cache/ms-playwright", "Library/Caches/ms-playwright")
INSTALL = "playwright install chromium"


def find_browser(configured: str | None) -> Path | None:
    """The browser's path; None stands for the one that Playwright downloaded, and finds by itself.

    Raises ConfigError where there is none, or no Playwright to drive it.
    """
    if importlib.util.find_spec("playwright") is None:
        said = "fetch.render: pages are rendered with Playwright, which is not installed: "
        raise ConfigError(f"{said}pip install 'vqva-crawl[browser]', and then {INSTALL}")
    if configured is not None:
        if found := shutil.which(configured):
            return Path(found)
        raise ConfigError(f"fetch.render.browser: '{configured}' is no program that can be started")
    if downloaded():
        return None
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return Path(found)
    said = "fetch.render: no Chromium on this machine: "
    raise ConfigError(f"{said}{INSTALL}, or name the path of one in fetch.render.browser")


def downloaded() -> bool:
    """Whether Playwright has a Chromium of its own."""
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    places = [Path(home)] if home else [Path.home() / folder for folder in FOLDERS]
    return any(folder for place in places for folder in place.glob("chromium*"))
