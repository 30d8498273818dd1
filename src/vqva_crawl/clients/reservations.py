"""Files by which an origin reserves its content: TDMRep's and ai.txt.

Both are optional, so only an answer counts: an origin whose server cannot give them has not
reserved anything by them (that it is in trouble, robots.txt has told before).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from protego import Protego

from vqva_crawl.clients.notices import AI_TXT, KEEP, TDMREP, Notice
from vqva_crawl.clients.origins import PerOrigin
from vqva_crawl.clients.robotstxt import EVERYTHING, RobotsRules, escaped, parse
from vqva_crawl.errors import FetchError, Refused

MOST_RULES = 1_000


@dataclass(frozen=True, slots=True)
class Reserved:
    """What one origin reserves: TDMRep's rules in their order, and its ai.txt."""

    tdm: tuple[TdmRule, ...]
    ai: RobotsRules

    def by(self, url: str) -> str:
        """The name of the file that reserves a URL, "" where none does."""
        if reserved_by_tdm(self.tdm, url):
            return TDMREP
        return "" if self.ai.allows(url) else AI_TXT


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One object of a tdmrep.json."""

    location: str
    reserved: bool
    matcher: Protego

    def matches(self, url: str) -> bool:
        return not self.matcher.can_fetch(url, "*")


def reserved_by_tdm(rules: tuple[TdmRule, ...], url: str) -> bool:
    """Whether the first or the most special of the rules that match a URL reserves it.

    Locations are patterns as in RFC 9309 (TDMRep, W3C Community Group report of May 2024). Readers
    differ on which of several rules counts, so one that reserves counts either way.
    """
    matching = [rule for rule in rules if rule.matches(url)]
    if not matching:
        return False
    return matching[0].reserved or max(matching, key=lambda rule: len(rule.location)).reserved


def tdm_rules(body: bytes) -> tuple[TdmRule, ...]:
    """The rules of a tdmrep.json; what cannot be read is skipped."""
    try:
        said = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return ()
    objects = said if isinstance(said, list) else [said]
    return tuple(rule for each in objects[:MOST_RULES] if (rule := _tdm_rule(each)))


def _tdm_rule(said: Any) -> TdmRule | None:
    if not isinstance(said, dict) or not isinstance(said.get("location"), str):
        return None
    location = escaped("".join(said["location"].split()))
    if not location.startswith(("/", "*")):
        location = f"/{location}"
    matcher = Protego.parse(f"User-agent: *\nDisallow: {location}")
    return TdmRule(location, str(said.get("tdm-reservation")) == "1", matcher)


class Reservations:
    """The reservations of all origins, against one crawler.

    `read(url)` gives a file (redirects followed), or raises FetchError.
    """

    def __init__(self, read: Callable[[str], Awaitable[Notice]], user_agent: str) -> None:
        self._read = read
        self._user_agent = user_agent
        self._known = PerOrigin(self._load)

    async def check(self, url: str) -> None:
        """Raises Refused (opt_out) where a file of the URL's origin reserves it."""
        if name := (await self._known.of(url)).by(url):
            raise Refused("opt_out", url, f"{name} reserves it")

    async def _load(self, place: str) -> tuple[Reserved, float]:
        tdm, ai = await self._said(place + TDMREP), await self._said(place + AI_TXT)
        rules = parse(ai.body, self._user_agent) if ai.body else EVERYTHING
        return Reserved(tdm_rules(tdm.body), rules), min(tdm.left, ai.left)

    async def _said(self, url: str) -> Notice:
        try:
            return await self._read(url)
        except FetchError:  # it leads to where nothing may be read
            return Notice(b"", KEEP)
