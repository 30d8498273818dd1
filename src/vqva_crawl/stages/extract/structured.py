"""Licences that a page states in JSON-LD (schema.org), for itself and for single pictures.

Pages that want their pictures credited describe them as `ImageObject` with `contentUrl`, `license`
and `creator` or `creditText`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from vqva_crawl.clients.plain import sound

MOST_CHARACTERS = 500_000  # of one script
MOST_NODES = 5_000
MOST_OF_A_NAME = 200  # characters
MOST_OF_A_URL = 2_048
_SCRIPT = re.compile(
    r"<script\b[^>]*\btype\s*=\s*[\"']?application/ld\+json\b[^>]*>(.*?)</script\s*>",
    re.IGNORECASE | re.DOTALL,
)
_PICTURE = ("ImageObject", "Photograph")
_REFERENCE = re.compile(
    r"https?://\S+|(?:\.{0,2}/|[#?])\S*|[^\s?#]+(?:/|\.(?:html?|php|txt|md))(?:[?#]\S*)?",
    re.IGNORECASE,
)
_ADDRESSES = ("contentUrl", "url", "@id", "thumbnailUrl")


@dataclass(slots=True)
class Stated:
    """`page` is the page's licence; `pictures` has (licence, author) by absolute URL."""

    page: str = ""
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)


def stated(html: str, absolute: Callable[[str], str]) -> Stated:
    """What the JSON-LD of a page states; scripts that cannot be read state nothing."""
    found = Stated()
    for node in _nodes(html):
        licence = _licence(node.get("license"), absolute)
        if not _is_picture(node):
            found.page = found.page or licence
            continue
        for name in _ADDRESSES:
            if url := _address(node.get(name), absolute):
                found.pictures.setdefault(url, (licence, _author(node)))
    return found


def _nodes(html: str) -> Iterator[dict[str, Any]]:
    """All objects of all scripts, outer ones first."""
    waiting: list[Any] = []
    if "ld+json" in html:
        waiting = [_read(script) for script in _SCRIPT.findall(html)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _read(script: str) -> Any:
    if len(script) > MOST_CHARACTERS:
        return None
    try:
        return sound(json.loads(script, strict=False))
    except (ValueError, RecursionError):
        return None


def _is_picture(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(kind in _PICTURE for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _author(node: dict[str, Any]) -> str:
    said = node.get("creditText") or node.get("creator") or node.get("author")
    said = said[0] if isinstance(said, list) and said else said
    name = said.get("name") if isinstance(said, dict) else said
    return " ".join(name.split())[:MOST_OF_A_NAME] if isinstance(name, str) else ""


def _licence(value: Any, absolute: Callable[[str], str]) -> str:
    """A licence's URL, else the words that name it; the first one of a list."""
    if isinstance(value, list):
        return next(filter(None, (_licence(each, absolute) for each in value[:8])), "")
    if isinstance(value, dict):
        return _address(value, absolute) or _licence(value.get("name"), absolute)
    said = " ".join(value.split()) if isinstance(value, str) else ""
    short = len(said) <= MOST_OF_A_URL
    return absolute(said) if short and _REFERENCE.fullmatch(said) else said[:MOST_OF_A_NAME]


def _address(value: Any, absolute: Callable[[str], str]) -> str:
    """An http(s) URL, spelled out or as the id of an object; the first one of a list."""
    if isinstance(value, list):
        return next(filter(None, (_address(each, absolute) for each in value[:8])), "")
    if isinstance(value, dict):
        return _address(value.get("@id") or value.get("url"), absolute)
    return absolute(value) if isinstance(value, str) and value.strip() else ""
