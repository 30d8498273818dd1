"""Asking JSON interfaces of other programs, such as search services.

The same guard, limiter, retries and caps as for pages, but not robots.txt: that is about crawling,
and an interface is made to be asked. Keys go into headers alone, which are never told or stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import SecretStr

from vqva_crawl.clients.base import Response, ResponseCache
from vqva_crawl.clients.exchange import Exchange, Wanted
from vqva_crawl.clients.guard import Guard
from vqva_crawl.clients.plain import sound
from vqva_crawl.errors import Refused
from vqva_crawl.records import digest

T = TypeVar("T")

MOST_READ = 4_096  # bytes of an answer that is no JSON, from which a line is made
MOST_SAID = 200  # characters of an error answer that are told


class HttpApi:
    """An `Api` over HTTP. Answers are kept for as long as `fetch.refresh` says.

    `requests` counts what was asked of the web, without tries again.
    """

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
        self.requests = 0

    async def json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, SecretStr] | None = None,
        body: Any = None,
        check: Callable[[Any], None] | None = None,
    ) -> Any:
        """See `Api`."""
        asked = self._guard.admit(f"{url}?{urlencode(params)}" if params else url)
        content = None if body is None else json.dumps(body, sort_keys=True).encode()
        key = f"api {asked} {digest(content or b'')}"
        wanted = self._wanted(headers or {}, content, check)
        return await self._kept(key, asked, wanted, self._fresh, lambda body: _read(asked, body))

    async def lines(self, url: str, params: Mapping[str, str | int] | None = None) -> list[Any]:
        """See `Api`."""
        asked = self._guard.admit(f"{url}?{urlencode(params)}" if params else url)
        wanted = self._wanted({}, None, None)

        def read(body: bytes) -> list[Any]:
            return [_read(asked, line) for line in body.splitlines() if line.strip()]

        return await self._kept(f"api lines {asked}", asked, wanted, self._fresh, read)

    async def piece(self, url: str, offset: int, length: int) -> bytes:
        """See `Api`."""
        asked = self._guard.admit(url)
        if length > self._limit:
            raise Refused(
                "too_large", url, f"{length} bytes; fetch.max_page_bytes is {self._limit}"
            )
        span = f"bytes={offset}-{offset + length - 1}"
        wanted = replace(
            self._wanted({}, None, None),
            accept="*/*",
            limit=length,
            headers={"range": span, "accept-encoding": "identity"},
            check=_a_piece,
            raw=True,
        )

        def whole(body: bytes) -> bytes:
            if len(body) != length:
                raise Refused("broken", url, f"{len(body)} bytes in place of {span}")
            return body

        return await self._kept(f"api {span} {asked}", asked, wanted, inf, whole)

    async def _kept(
        self, key: str, url: str, wanted: Wanted, fresh: float, read: Callable[[bytes], T]
    ) -> T:
        """What `read` makes of the answer: of the one that is kept, where that is fresh."""
        kept = self._cache.get(key) if self._cache else None
        if kept is not None and kept.age < fresh:
            return read(kept.body)
        self.requests += 1
        answer = await self._exchange.get(url, wanted)
        if answer.location is not None:
            raise Refused("redirects", url, f"it has moved to {answer.location[:MOST_SAID]}")
        found = read(answer.body)
        if self._cache:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._cache.put(key, Response(url, answer.status, answer.headers, answer.body, now))
        return found

    def pace(self, url: str, seconds: float) -> None:
        """See `Api`."""
        self._exchange.pace(self._guard.admit(url), seconds)

    def _wanted(
        self,
        headers: Mapping[str, SecretStr],
        content: bytes | None,
        check: Callable[[Any], None] | None,
    ) -> Wanted:
        secrets = {name: value.get_secret_value() for name, value in headers.items()}
        kind = {} if content is None else {"content-type": "application/json"}

        def judge(url: str, body: bytes) -> None:
            if check is not None:
                check(_read(url, body))

        return Wanted(
            accept="application/json",
            limit=self._limit,
            cut=False,
            archived=False,
            check=lambda url, headers: None,
            headers={**secrets, **kind},
            body=content,
            told=lambda said: _told(said, secrets.values()),
            judge=judge,
        )


def _a_piece(url: str, headers: list[tuple[str, str]]) -> None:
    """Refuses a whole file, before it is read, from a server that knows no ranges."""
    if not any(name.lower() == "content-range" for name, _ in headers):
        raise Refused("broken", url, "the server gives no pieces of files")


def _read(url: str, body: bytes) -> Any:
    try:
        return sound(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise Refused(
            "broken", url, f"the answer is no JSON: {_told(body[:MOST_READ], ())}"
        ) from error


def _told(body: bytes, secrets: Any) -> str:
    """The beginning of an answer in one line, without the keys that it may repeat."""
    said = body.decode("utf-8", "replace")
    for secret in secrets:
        key = secret.rpartition(" ")[2]  # of `Bearer KEY` the key alone may be repeated
        said = said.replace(key, "***") if key else said
    said = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", said, flags=re.DOTALL | re.IGNORECASE)
    said = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]}…"
