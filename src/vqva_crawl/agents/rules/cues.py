"""Words by which pages tell what a picture is: the untouched one, the result, no content at all."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.text import words

_PLAIN = re.compile(
    r"\b(?:originals?|orig|source (?:image|photo|picture)|source|input|unprocessed|unedited|"
    r"unmodified|untouched|raw|"
    r"initial|before|starting (?:image|point)|start image|base (?:image|picture)|image used for|"
    r"origin|no (?:filter|effect)|without (?:filter|effect)s?|uncorrected|noisy input|"
    r"test image)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:applied|applying|after|results?|resulting|output|filtered|processed|transformed|"
    r"enhanced|modified|"
    r"converted|corrected|has been|have been|was|were|now|became|final|obtained|using|effect)\b|"
    r"\boriginal (?:image|photo|picture)? ?(?:\w+ed|with)\b(?<!rendered)",
    re.IGNORECASE,
)
_SCREEN = re.compile(
    r"\b(?:dialogs?|dialogue|tool ?box|sub ?-?menus?|menus?|windows?|screen ?shots?|icons?|"
    r"buttons?|preferences|console|editor|"
    r"properties|tabs?|task ?bar|status ?bar|user interface|gui|toolbar|drop-?down|check ?box|"
    r"prefs|"
    r"options? dialog|filter options|tool options|settings page|qr code|logo|badge|banner)\b",
    re.IGNORECASE,
)
_OPTIONS = re.compile(r"\b(?:options|settings|presets|parameters|properties)$", re.IGNORECASE)
_COMPOSITE = re.compile(
    r"\bfrom left to right\b|\bleft(?: side| image| panel)?\s*[:=]|"
    r"\bon the left\b.*\bon the right\b|"
    r"\bleft\b.{3,80}\bright\b|\btop\s*[:=].*\bbottom\b|\(left\)|\bmiddle\s*[:=]|"
    r"\bside by side\b|"
    r"\babove\b.{3,80}\bbelow\b|\b1 ?:.*\b2 ?:|\b(?:original|image) and (?:the )?(?:result|"
    r"histogram)|before and after$",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"\b(?:histograms?|matrix|kernel|equations?|formulas?|table|curves? (?:tool|dialog)|"
    r"flow ?chart|palette|"
    r"workflow|zoom(?:ed)? ?\(?[x\d]|portrait of|scale bar only|todo)\b",
    re.IGNORECASE,
)


def plain(picture: Shown) -> bool:
    """The page calls this one the untouched picture."""
    if picture.caption:
        return _says_plain(picture.caption)
    if picture.alt or picture.over:
        return _says_plain(picture.alt or picture.over)
    return _PLAIN.search(picture.stem) is not None


def _says_plain(text: str) -> bool:
    found = _PLAIN.search(text)
    if found is None or _DONE.search(text) is not None:
        return False
    return found.start() < 25 or len(words(text)) <= 8


def plainness(picture: Shown) -> int:
    """How sure it is: 2 by caption or alt, 1 by the file's name alone, 0 not at all."""
    if plain(picture):
        return 2 if picture.caption or picture.alt else 1
    return 1 if _PLAIN.search(picture.stem) and not _DONE.search(picture.all) else 0


def done(picture: Shown) -> bool:
    """The page calls this one the result of something."""
    return _DONE.search(picture.caption or picture.alt) is not None


def content(picture: Shown) -> bool:
    """Neither a window, dialog or icon nor a figure of numbers."""
    texts = (picture.caption, picture.alt, picture.over, picture.stem)
    if _SCREEN.search(picture.stem) or _SCREEN.search(picture.alt):
        return False
    if _SCREEN.search(picture.caption) and not _DONE.search(picture.caption):
        return False
    if not picture.caption and (_SCREEN.search(picture.over) or _OPTIONS.search(picture.over)):
        return False
    return not any(_ABSTRACT.search(t) for t in texts[:3])


def composite(picture: Shown) -> bool:
    """One file that holds several pictures side by side."""
    return any(_COMPOSITE.search(t) for t in (picture.caption, picture.alt)) or (
        not picture.caption and _COMPOSITE.search(picture.over) is not None
    )
