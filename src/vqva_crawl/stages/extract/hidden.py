"""What a page holds but does not show: the usual place for text that is meant for machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Attributes = Mapping[str, str | None]

# Text for screen readers: it repeats what the page shows, or labels its controls.
HIDDEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only "
    "element-invisible assistive-text a11y-hidden ttc MathJax_Preview".split()
)
_HIDING = frozenset(("hidden", "aria-hidden", "style"))
_SHOWN_AGAIN = re.compile(r":|show|d-\w+-|visible-")  # "hidden md:block", "d-none d-sm-flex"

_NOT_SHOWN = re.compile(r"display:none|visibility:(?:hidden|collapse)")
# Also the marks of pictures that fade in and of boxes kept open for them, so text alone goes.
_FAINT = re.compile(
    r"(?:^|;)(?:font-size:(?:0|1px|0?\.\d+(?:px|em|rem|pt))|opacity:0(?:\.0\d*)?|color:transparent"
    r"|(?:max-)?(?:height|width):[01])(?:px|em|rem|pt|%)?(?:;|!|$)"
    r"|text-indent:-\d{3,}|(?:^|;)(?:left|top|right):-\d{4,}|clip:rect\([01](?:px)?[,)0]"
    r"|clip-path:inset\((?:50|100)%\)|transform:scale\(0"
)
_HIDING_RULE = re.compile(r"([^{}]*)\{[^{}]*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^{}]*\}")
_SIMPLE = re.compile(r"[.#][\w-]+")


def hidden(attributes: Attributes) -> bool:
    """Whether an element with these attributes is not shown at all."""
    names = attributes.get("class")
    if names and _hidden_by_class(names):
        return True
    if _HIDING.isdisjoint(attributes):
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if attributes.get("aria-hidden") in ("true", "TRUE"):
        return True
    style = attributes.get("style")
    return bool(style) and _NOT_SHOWN.search(_packed(style or "")) is not None


def faint(attributes: Attributes, selectors: frozenset[str] = frozenset()) -> bool:
    """Whether its text is too small, too far off or too pale to be read.

    `selectors` are those that the page's own style sheet hides, as `.class` or `#id`.
    """
    style = attributes.get("style")
    if style and _FAINT.search(_packed(style)):
        return True
    if not selectors:
        return False
    names = [f".{name}" for name in (attributes.get("class") or "").split()]
    return not selectors.isdisjoint([*names, f"#{attributes.get('id') or ''}"])


def _packed(style: str) -> str:
    return "".join(style.lower().split())


@lru_cache(4096)
def _hidden_by_class(value: str) -> bool:
    names = value.split()
    if not HIDDEN_CLASSES.isdisjoint(names):
        return True
    off = "hidden" in names or "d-none" in names
    return off and not any(_SHOWN_AGAIN.search(name) for name in names)


def hiding_selectors(styles: str) -> frozenset[str]:
    """The plain `.class` and `#id` selectors that a style sheet hides on every screen.

    Rules inside @media and @supports blocks are left alone, as are compound selectors.
    """
    found: set[str] = set()
    for match in _HIDING_RULE.finditer(_without_at_rules(styles[:200_000])):
        found.update(s for s in map(str.strip, match[1].split(",")) if _SIMPLE.fullmatch(s))
    return frozenset(found)


def _without_at_rules(styles: str) -> str:
    return re.sub(r"@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", "", styles, flags=re.DOTALL)
