"""A composite picture's bytes to the pictures of its panels.

`cut` is a pure function of its arguments and meant to run in a child process, as `check` is.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from vqva_crawl import config
from vqva_crawl.records import Picture
from vqva_crawl.stages.images import CheckedPicture, check
from vqva_crawl.stages.images.screenshot import is_screenshot
from vqva_crawl.stages.panels.find import find_panels
from vqva_crawl.stages.panels.gutters import Box

FLAT = 0.5  # of a drawing's pixels have the colour of their left neighbour


def cut(body: bytes, parent: Picture, letters: int, images: config.Images) -> list[CheckedPicture]:
    """The panels in reading order, [] when the picture is left whole.

    It is, unless all panels are found and would each be accepted as pictures of their own.
    `letters` is the number of parts that the caption names. A panel is cut out of the stored
    bytes, its URL is the parent's with a W3C media fragment, its time of fetching the parent's.
    """
    with Image.open(io.BytesIO(body)) as opened:
        picture = opened.convert("RGB")
    panels: list[CheckedPicture] = []
    for box in find_panels(picture, letters, images.min_side):
        url = fragment(parent.url, box)
        panel = check(encoded(picture.crop(box)), url, parent.fetched_at, images)
        if not isinstance(panel, CheckedPicture):
            return []
        if images.screenshots == "refuse" and is_screenshot(panel.interface, []):
            return []
        named = panel.picture.model_copy(update={"parent": parent.sha256})
        panels.append(CheckedPicture(named, panel.body, panel.interface))
    return panels


def fragment(url: str, box: Box) -> str:
    """The URL of a part of a picture (W3C Media Fragments URI 1.0, 4.2.2)."""
    return f"{url.partition('#')[0]}#xywh={box.left},{box.top},{box.width},{box.height}"


def encoded(panel: Image.Image) -> bytes:
    """PNG for flat drawings, which it keeps small and sharp, else JPEG."""
    out = io.BytesIO()
    if _flat(panel):
        panel.save(out, "PNG")
    else:
        panel.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _flat(panel: Image.Image) -> bool:
    pixels = np.asarray(panel)
    same = (pixels[:, 1:] == pixels[:, :-1]).all(axis=2)
    return bool(same.mean() >= FLAT)
