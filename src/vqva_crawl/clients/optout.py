"""Machine-readable opt-outs: what an owner says about use in indexes and for machine learning.

Read from X-Robots-Tag, TDM-Reservation, Content-Usage and Content-Signal headers and from meta
elements. A rule
counts when it is addressed to everybody or to this crawler by name; rules for other crawlers do
not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from vqva_crawl.clients.robotstxt import product_token, usage

Use = Literal["page", "image", "asset"]
# What forbids a page's pictures forbids the page: without them there is nothing to learn from it.
SHOWN = ("noai", "noml", "noindex", "none", "noimageai", "noimageindex")
ASSET = ("noai", "noml")  # noindex keeps an interface out of indexes, not out of its pages
ALWAYS = ("tdm-reservation", "train-ai=n")
FORBIDDING: dict[Use, tuple[str, ...]] = {"page": SHOWN, "image": SHOWN, "asset": ASSET}
# A rule with a value of its own, the name of an agent before its rules, or a rule.
RULES = re.compile(
    r"(?:max-snippet|max-image-preview|max-video-preview|unavailable_after)\s*:\s*[^\s,;]*"
    r"|(?P<agent>[^\s,;:]+)\s*:(?!\d)"  # a digit follows the colon in times of day
    r"|(?P<rule>[^\s,;]+)"
)


def forbidden_by_headers(headers: Iterable[tuple[str, str]], kind: Use, user_agent: str) -> str:
    """The opt-out in (name, value) header pairs that forbids this kind of use, "" when none."""
    me = product_token(user_agent)
    return _first((token for pair in headers for token in _by_header(*pair, me)), kind)


def forbidden_by_meta(pairs: Iterable[tuple[str, str]], kind: Use, user_agent: str) -> str:
    """The opt-out in (name, content) pairs of meta elements that forbids, "" when none.

    With `image` it says whether the pictures on the page may be used, whatever their own headers
    say.
    """
    me = product_token(user_agent)
    return _first((token for pair in pairs for token in _by_meta(*pair, me)), kind)


def _first(said: Iterable[str], kind: Use) -> str:
    return next((token for token in said if token in FORBIDDING[kind] or token in ALWAYS), "")


def _by_header(name: str, value: str, me: str) -> Iterator[str]:
    match name.strip().lower():
        case "x-robots-tag":
            yield from _robots_tag(value, me)
        case "tdm-reservation" if value.strip() == "1":
            yield "tdm-reservation"
        case "content-usage" | "content-signal":
            yield from ("train-ai=n" for _, allowed in usage(value) if not allowed)


def _by_meta(name: str, content: str, me: str) -> Iterator[str]:
    """A meta element gives rules under its own names, or stands for a header (http-equiv)."""
    if name.strip().lower() in ("robots", me):
        yield from re.split(r"[,;\s]+", content.lower())
    else:
        yield from _by_header(name, content, me)


def _robots_tag(value: str, me: str) -> Iterator[str]:
    """The tokens of one X-Robots-Tag value that are addressed to everybody or to `me`.

    Commas, semicolons and blanks part them, as in meta elements. `otherbot: noai, noindex`
    addresses both tokens; the next agent's name ends its reach.
    """
    agent = "*"
    for found in RULES.finditer(value.lower()):
        agent = found["agent"] or agent
        if found["rule"] and agent in ("*", me):
            yield found["rule"]
