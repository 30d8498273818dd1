"""The files in which an origin says what may be done: robots.txt, ai.txt, tdmrep.json.

An answer is good for a day (RFC 9309 section 2.4 for robots.txt), a file that cannot be had for
minutes. What a server answered lies in the page cache, for the next phase and the next call of the
program; that there was no answer does not, since that may be our own network. The keys there are
their own: these files are cut at 500 KiB and read in spite of all rules, pages of the same URL not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from vqva_crawl.clients.base import Response, ResponseCache
from vqva_crawl.errors import FetchError, Refused, Transient
from vqva_crawl.urls import origin

KEEP = 24 * 3600.0  # seconds
KEEP_UNREACHABLE = 300.0
ROBOTS_TXT, AI_TXT, TDMREP = "/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"
NAMES = (ROBOTS_TXT, AI_TXT, TDMREP)


@dataclass(frozen=True, slots=True)
class Notice:
    """The bytes of a file, or why there are none; good for `left` more seconds."""

    body: bytes
    left: float = KEEP
    error: FetchError | None = None


class Notices:
    """`read(url)` gives a file (redirects followed) or raises FetchError."""

    def __init__(
        self, read: Callable[[str], Awaitable[bytes]], cache: ResponseCache | None = None
    ) -> None:
        self._read = read
        self._cache = cache

    async def get(self, url: str) -> Notice:
        """What the file says, by what is stored where that is young enough.

        Raises Refused (denied_address).
        """
        kept = self._cache.get(key(url)) if self._cache else None
        if kept is not None and not kept.expired and (known := _notice(url, kept)).left > 0:
            return known
        said = await self._ask(url)
        if self._cache and (said.status or said.headers["kind"].startswith(("http_", "redirects"))):
            self._cache.put(key(url), said)
        return _notice(url, said)

    async def text(self, url: str) -> Response:
        """The same for who reads it as any text. Raises FetchError."""
        said = await self.get(url)
        if said.error:
            raise said.error
        return Response(url, 200, {"content-type": "text/plain"}, said.body, _now())

    async def _ask(self, url: str) -> Response:
        try:
            now = _now()
            return Response(url, 200, {}, await self._read(url), now)
        except FetchError as error:
            if error.kind == "denied_address":
                raise
            return failure(url, error)


def failure(url: str, error: FetchError) -> Response:
    """A failure of this moment, in the form in which the page cache keeps it."""
    return Response(url, 0, {"kind": error.kind, "detail": error.detail}, b"", _now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def keys(url: str) -> list[str]:
    """Where all files of the URL's origin lie in the page cache."""
    return [key(origin(url) + name) for name in NAMES]


def key(url: str) -> str:
    """Where a file lies in the page cache; no URL has a space in it."""
    return f"notice {url}"


def absent_key(url: str) -> str:
    """Where it lies that a list of URLs, such as a sitemap, is not there."""
    return f"absent {url}"


def is_absent(kind: str) -> bool:
    """Whether a failure says that there is no such file (RFC 9309 section 2.3.1.3).

    429 is no such answer: that server asks for rest.
    """
    return kind == "redirects" or (kind.startswith("http_4") and kind not in _PASSING)


_PASSING = frozenset({"http_408", "http_425", "http_429"})


def _notice(url: str, kept: Response) -> Notice:
    if kept.status == 200:
        return Notice(kept.body, KEEP - kept.age)
    kind, detail = kept.headers["kind"], kept.headers["detail"]
    if is_absent(kind):
        return Notice(b"", KEEP - kept.age, Refused(kind, url, detail))
    return Notice(b"", KEEP_UNREACHABLE - kept.age, Transient(kind, url, detail))
