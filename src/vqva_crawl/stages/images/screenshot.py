"""Screenshots of windows and dialogs: what the pixels show, and what the words beside them say.

Words alone are weak: a caption that names the dialog often stands over its result. So they only
lower the bar for the pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vqva_crawl.records import ImageItem

BAR = 0.6  # score from which a picture is a screenshot
BAR_WHEN_NAMED = 0.15  # the same when a label or the file name says so
LONGEST_LABEL = 14  # words: more are a description, where "window" may be anything
_CUE = re.compile(
    r"(?<![a-z])(dialog(ue)?s?|options|settings|preferences|prefs|(sub)?menus?|toolbox|toolbars?"
    r"|windows?|screen ?shots?|tabs?|wizard)(?![a-z])"
)


def is_screenshot(score: float, items: Iterable[ImageItem]) -> bool:
    """The verdict from a picture's `interface_score` and the places where it stands."""
    return score >= (BAR_WHEN_NAMED if any(map(_named, items)) else BAR)


def _named(item: ImageItem) -> bool:
    """Whether a label of the picture, or its file name, speaks of windows, menus or dialogs."""
    file_name = item.url.rpartition("/")[2].partition("?")[0].rpartition(".")[0]
    words = re.sub(r"[\W_]+", " ", file_name)
    labels = (words, item.alt, item.title, item.caption, item.figure_caption)
    short = (text for text in labels if len(text.split()) <= LONGEST_LABEL)
    return any(_CUE.search(text.lower()) for text in short)
