"""A wiki's query interface: a question, its answers, and the errors that come with status 200.

https://www.mediawiki.org/wiki/API:Query and API:Errors_and_warnings
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

from vqva_crawl.clients.base import Api
from vqva_crawl.errors import FetchError, RateLimited, Refused, Transient
from vqva_crawl.urls import join

AT_ONCE = 50  # pages that one request may name or ask for (API:Query)
ANSWERS = 20  # the most that are asked for of one question
MAXLAG = 5  # seconds that the wiki's replicas may be behind; what Wikimedia asks bots to say
LAGGED_WAIT = 5.0  # seconds to wait at least when they are (Manual:Maxlag_parameter)
LIMITED_WAIT = 60.0  # seconds over which most of a wiki's rate limits count (Manual:$wgRateLimits)
MOST_SAID = 200  # characters of a wiki's explanation that are told

Params = Mapping[str, str | int]
Found = dict[str, Any]  # what the wiki tells of one page or file


class Wiki:
    """One wiki, by the URL of its `api.php`; what it warns of is told to `tell`."""

    def __init__(
        self, api: Api, url: str, tell: Callable[[str], object] = lambda line: None
    ) -> None:
        self._api = api
        self._url = url
        self._tell = tell
        self._told: set[str] = set()

    async def answers(self, params: Params) -> AsyncGenerator[Found]:
        """What each answer holds under "query", until nothing is left. Raises FetchError."""
        base: Params = {"action": "query", "format": "json", "formatversion": 2, "maxlag": MAXLAG}
        more: Params = {}
        for _ in range(ANSWERS):
            asked = {**base, **params, **more}
            said = await self._api.json(self._url, asked, check=self._check)
            self._warn(mapping(said.get("warnings")))
            yield mapping(said.get("query"))
            more = {key: str(value) for key, value in mapping(said.get("continue")).items()}
            if not more:
                return

    def _warn(self, warnings: Found) -> None:
        """Tells of each once, such as of a namespace that the wiki does not have."""
        for warning in warnings.values():
            said = _line(str(mapping(warning).get("warnings", "")))
            if said and said not in self._told:
                self._told.add(said)
                self._tell(f"{self._url}: {said}")

    def url(self, found: Found, key: str) -> str:
        """A URL that an answer gives, absolute; "" where it gives none."""
        given = found.get(key)
        return join(self._url, given) if given and isinstance(given, str) else ""

    def _check(self, said: Any) -> None:
        """Raises the FetchError that an answer stands for."""
        if not isinstance(said, dict):
            raise Refused("broken", self._url, "the answer is not one of a wiki's api.php")
        if "error" in said:
            raise _error(self._url, mapping(said["error"]))


def listed(found: Mapping[str, Any], key: str) -> list[Found]:
    """The objects of a list in an answer; [] where there is none."""
    value = found.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def mapping(value: Any) -> Found:
    """An object in an answer; {} where there is none."""
    return value if isinstance(value, dict) else {}


def _error(url: str, said: Mapping[str, Any]) -> FetchError:
    code, info = str(said.get("code", "")), str(said.get("info", ""))
    detail = _line(f"{code}: {info}")
    if code == "maxlag":
        return RateLimited(code, url, detail, _lag(said.get("lag")))
    if code == "ratelimited":
        return RateLimited(code, url, detail, LIMITED_WAIT)
    if code == "readonly":
        return Transient(code, url, detail)
    if code.startswith("internal_api_error_"):
        return Transient("internal_api_error", url, detail)
    return Refused("api_error", url, detail)


def _line(said: str) -> str:
    return " ".join(said.split())[:MOST_SAID]


def _lag(seconds: Any) -> float:
    known = isinstance(seconds, int | float) and math.isfinite(seconds)
    return max(LAGGED_WAIT, float(seconds)) if known else LAGGED_WAIT
