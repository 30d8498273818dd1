"""Which file of a wiki a picture's URL shows, by the layout of MediaWiki's upload folders.

…/commons/a/ab/Name.jpg                          the original
…/commons/thumb/a/ab/Name.jpg/220px-Name.jpg     a thumbnail of it; of an SVG it ends in .svg.png
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

MOST_NAME = 255  # characters; MediaWiki allows 240 bytes
_NAME = re.compile(r"[^#<>\[\]|{}\x00-\x1f\x7f]+\.\w{2,5}")  # Manual:Page_title


def address(url: str) -> str:
    """Host and path of the original behind a picture's URL: the same for each of its sizes."""
    parts = urlsplit(url)
    folder, thumb, rest = parts.path.rpartition("/thumb/")
    whole = f"{folder}/{rest.rpartition('/')[0]}" if thumb and "/" in rest else parts.path
    return parts.netloc.lower() + unquote(whole)


def file_name(url: str) -> str:
    """The name that the picture's file may have in its wiki, "" where it cannot be one."""
    name = address(url).rpartition("/")[2]
    return name if len(name) <= MOST_NAME and _NAME.fullmatch(name) else ""


def is_original(url: str) -> bool:
    """Whether a picture's URL leads to the file itself, not to a smaller picture of it."""
    _, thumb, rest = urlsplit(url).path.rpartition("/thumb/")
    return not (thumb and "/" in rest)
