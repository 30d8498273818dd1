"""How to point at the question picture without saying what it shows."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.look import Look

_KINDS = (
    ("micrograph", re.compile(r"micrograph|microscop", re.IGNORECASE)),
    ("photo", re.compile(r"\bphoto(?:s|graphs?)?\b(?!copy)", re.IGNORECASE)),
    (
        "diagram",
        re.compile(r"\b(?:diagrams?|illustrations?|schematics?|drawings?)\b", re.IGNORECASE),
    ),
)


def kind(picture: Shown, seen: Look) -> str:
    """micrograph, photo, diagram, drawing or picture: by what the page says, else by its look."""
    for name, pattern in _KINDS:
        if pattern.search(f"{picture.caption} {picture.alt}"):
            return name
    if seen.photographic:
        return "photo"
    flat = seen.flatness > 0.75 and seen.tones <= 6  # a blurred sky is even, too, but not in steps
    return "drawing" if flat else "picture"


def this(picture: Shown, seen: Look) -> str:
    """`this photo`; always safe to read, never a name of what is shown."""
    return f"this {kind(picture, seen)}"
