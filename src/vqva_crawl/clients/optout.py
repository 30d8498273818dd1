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
PAGE = ("noai", "noml", "noindex", "none")
IMAGE = (*PAGE, "noimageai", "noimageindex")
ASSET = (
    "noai",
    "noml",
)  # noindex keeps an interface out of indexes, not out of its pages
FORBIDDING: dict[Use, tuple[str, ...]] = {"page": PAGE, "image": IMAGE, "asset": ASSET}
VALUED = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})

SCOPE = re.compile(r"([\w.*-]+)\s*:\s*(.*)", re.DOTALL)


def forbidden_by_headers(headers: Iterable[tuple[str, str]], kind: Use, user_agent: str) -> str:
    """The opt-out in (name, value) header pairs that forbids this kind of use, "" when none."""
    said: list[str] = []
    for name, value in headers:
        match name.lower():
            case "x-robots-tag":
                said += _robots_tag(value, product_token(user_agent))
            case "tdm-reservation" if value.strip() == "1":
                return "tdm-reservation"
            case "content-usage" | "content-signal":
                said += ["train-ai=n" for _, allowed in usage(value) if not allowed]
    return _first(said, kind)


def forbidden_by_meta(pairs: Iterable[tuple[str, str]], kind: Use, user_agent: str) -> str:
    """The opt-out in (name, content) pairs of meta elements that forbids, "" when none.

    With `image` it says whether the pictures on the page may be used, whatever their own headers
    say.
    """
    said: list[str] = []
    for name, content in pairs:
        match name.strip().lower():
            case "tdm-reservation" if content.strip() == "1":
                return "tdm-reservation"
            case "robots":
                said += re.split(r"[,;\s]+", content.lower())
            case other if other == product_token(user_agent):
                said += re.split(r"[,;\s]+", content.lower())
    return _first(said, kind)


def _first(said: list[str], kind: Use) -> str:
    return next((token for token in said if token in FORBIDDING[kind] or "=" in token), "")


def _robots_tag(value: str, me: str) -> Iterator[str]:
    """The tokens of one X-Robots-Tag value that are addressed to everybody or to `me`.

    `otherbot: noai, noindex` addresses both tokens; the next agent's name ends its reach.
    """
    agent = "*"
    for part in value.lower().split(","):
        token = part.strip()
        scoped = SCOPE.fullmatch(token)
        if scoped and scoped[1] not in VALUED:
            agent, token = scoped[1], scoped[2].strip()
        if agent in ("*", me):
            yield token
