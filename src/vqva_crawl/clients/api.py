"""Asking JSON interfaces of other programs, such as search services.

The same guard, limiter, retries and caps as for pages, but not robots.txt: that is about crawling,
and an interface is made to be asked. Keys go into headers alone, which are never told or stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from vqva_crawl.clients.base import Response, ResponseCache
from vqva_crawl.clients.exchange import Exchange, Wanted
from vqva_crawl.clients.guard import Guard
from vqva_crawl.errors import Refused
from vqva_crawl.records import digest

MOST_SAID = 200  # characters of an error answer that are told


class HttpApi:
    """An `Api` over HTTP. Answers are kept for as long as `fetch.refresh` says."""

    def __init__(
        self,
        exchange: Exchange,
        guard: Guard,
        limit: int,
        cache: ResponseCache | None = None,
        fresh: float = 0.0,
    ) -> None:
        """`limit` is the most bytes of an answer; one is `fresh` for so many seconds."""
        self._exchange = exchange
        self._guard = guard
        self._limit = limit
        self._cache = cache
        self._fresh = fresh

    async def json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, SecretStr] | None = None,
        body: Any = None,
    ) -> Any:
        """See `Api`."""
        asked = self._guard.admit(f"{url}?{urlencode(params)}" if params else url)
        content = None if body is None else json.dumps(body, sort_keys=True).encode()
        key = f"api {asked} {digest(content or b'')}"
        kept = self._cache.get(key) if self._cache else None
        if kept is not None and kept.age < self._fresh:
            return _read(asked, kept.body)
        answer = await self._exchange.get(asked, self._wanted(headers or {}, content))
        if answer.location is not None:
            raise Refused("redirects", url, f"it has moved to {answer.location[:MOST_SAID]}")
        found = _read(url, answer.body)
        if self._cache:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._cache.put(key, Response(asked, answer.status, answer.headers, answer.body, now))
        return found

    def _wanted(self, headers: Mapping[str, SecretStr], content: bytes | None) -> Wanted:
        secrets = {name: value.get_secret_value() for name, value in headers.items()}
        kind = {} if content is None else {"content-type": "application/json"}
        return Wanted(
            accept="application/json",
            limit=self._limit,
            cut=False,
            check=lambda url, headers: None,
            headers={**secrets, **kind},
            body=content,
            told=lambda said: _told(said, secrets.values()),
        )


def _read(url: str, body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise Refused("broken", url, f"the answer is no JSON: {_told(body, ())}") from error


def _told(body: bytes, secrets: Any) -> str:
    """The beginning of an answer in one line, without the keys that it may repeat."""
    said = body.decode("utf-8", "replace")
    for secret in secrets:
        said = said.replace(secret, "***") if secret else said
    said = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", said, flags=re.DOTALL | re.IGNORECASE)
    said = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]}…"
