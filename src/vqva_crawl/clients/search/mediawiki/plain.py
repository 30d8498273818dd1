"""Fragments of a wiki's HTML, such as snippets and authors, as plain text."""

from __future__ import annotations

import html
import re

MOST_READ = 3_000  # characters of HTML; an author's name needs no more
# Commons repeats some names in a hidden span; styles come along from its templates.
_UNSEEN = re.compile(
    r"<(style|script)\b.*?</\1\s*>|<(\w+)\b[^<>]*display:\s*none[^<>]*>.*?</\2\s*>|<!--.*?-->",
    re.DOTALL | re.IGNORECASE,
)
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|t[drh]|table|h\d)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*(?:>|$)")


def plain(fragment: str) -> str:
    """One line of text, without markup and what is not shown."""
    seen = _UNSEEN.sub("", fragment[:MOST_READ])
    text = html.unescape(_TAG.sub("", _BREAK.sub(" ", seen)))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
