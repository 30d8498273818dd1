"""robots.txt per origin: asked for once a day, its status decided before its text.

RFC 9309 section 2.3.1: 2xx is parsed; 4xx (and more than five redirects) means that there is no
file, so everything is allowed; a server or network error means that nothing is, and so does 429,
which is a server asking for rest. The latter two are kept for minutes only, never as "allowed".
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vqva_crawl.clients.notices import ROBOTS_TXT, Notice, is_absent
from vqva_crawl.clients.origins import PerOrigin
from vqva_crawl.clients.robotstxt import EVERYTHING, RobotsRules, parse
from vqva_crawl.errors import Refused, Transient

MAX_CRAWL_DELAY = 120.0  # seconds; who asks for more does not want to be crawled


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of an origin: its rules, or why there are none."""

    rules: RobotsRules | None
    detail: str = ""


class Robots:
    """The rules of all origins for one crawler.

    `read(url)` gives a robots.txt (redirects followed), or raises Refused (denied_address).
    """

    def __init__(
        self,
        read: Callable[[str], Awaitable[Notice]],
        user_agent: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._user_agent = user_agent
        self._verdicts = PerOrigin(self._ask, clock)

    async def check(self, url: str, trains: bool = True) -> float | None:
        """The Crawl-delay in seconds (None: not named) of a URL that may be fetched.

        With `trains`, to train models with it. Raises Refused (robots, opt_out, denied_address),
        Transient (robots_unreachable).
        """
        rules = await self.rules(url)
        if trains and not rules.trains(url):
            raise Refused("opt_out", url, "robots.txt reserves it against training")
        if not rules.allows(url):
            raise Refused("robots", url, "robots.txt disallows it")
        if rules.crawl_delay is not None and rules.crawl_delay > MAX_CRAWL_DELAY:
            said = f"robots.txt asks for {rules.crawl_delay:g} s between requests"
            raise Refused("robots", url, said)
        return rules.crawl_delay

    async def rules(self, url: str) -> RobotsRules:
        """The rules of the URL's origin.

        Raises Transient (robots_unreachable), or Refused (denied_address).
        """
        verdict = await self._verdicts.of(url)
        if verdict.rules is None:
            raise Transient("robots_unreachable", url, verdict.detail)
        return verdict.rules

    async def _ask(self, place: str) -> tuple[Verdict, float]:
        said = await self._read(place + ROBOTS_TXT)
        if said.error is None:
            return Verdict(parse(said.body, self._user_agent)), said.left
        if is_absent(said.error.kind):
            return Verdict(EVERYTHING), said.left
        return Verdict(None, f"robots.txt: {said.error.detail}"), said.left
