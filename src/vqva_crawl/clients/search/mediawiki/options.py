"""What a `mediawiki` backend and its source can be told."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from vqva_crawl.registry import Options
from vqva_crawl.urls import join

# Hosts of the Wikimedia Foundation: Wikipedia and Commons above all.
_WIKIMEDIA = re.compile(
    r"(?:^|\.)(?:wik(?:ipedia|imedia|ibooks|idata|inews|iquote|isource|iversity|ivoyage|tionary)"
    r"|mediawiki)\.org$"
)


def _web(url: str) -> str:
    """The URL, spelled in full; ValueError when it is no http(s) URL."""
    full = join(url, "")
    if not full:
        raise ValueError(f"'{url}' is no http(s) URL")
    return full


class MediaWikiOptions(Options):
    api: Annotated[str, AfterValidator(_web)] = "https://en.wikipedia.org/w/api.php"
    """The wiki's api.php; its page Special:Version names it."""
    namespaces: list[Annotated[int, Field(ge=0)]] = Field([0], min_length=1)
    """Where to search: 0 are articles. On Commons 0 are galleries and 14 categories; 6 are the
    pages of files, which show one picture each and seldom make a pair."""
    min_files: int = Field(2, ge=0)
    """Pages that use fewer files, icons included, are no hits. Of files' pages and categories the
    wiki does not say what they show: these always are."""
    width: int = Field(1280, ge=64)
    """Pixels of the rendered picture that is fetched in place of an SVG or TIFF file, or of an
    original with more than 25 megapixels or `fetch.max_image_bytes`."""


def of_wikimedia(api: str) -> bool:
    """Whether the Wikimedia Foundation runs this wiki."""
    return _WIKIMEDIA.search(urlsplit(api).hostname or "") is not None
