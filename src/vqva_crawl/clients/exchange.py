"""One request and its answer: a slot, a deadline, caps, the status, and the retries around it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import aiohttp

from vqva_crawl.clients.archive import Archive
from vqva_crawl.clients.base import Counters, Limiter
from vqva_crawl.clients.body import BodyReader
from vqva_crawl.clients.content import ACCEPT
from vqva_crawl.clients.faults import FOREIGN, fetch_error
from vqva_crawl.clients.guard import Guard, endpoint
from vqva_crawl.clients.rest import Rest
from vqva_crawl.clients.retry import retry_after, retrying
from vqva_crawl.clients.steady import steady
from vqva_crawl.clients.transport import Client, header_pairs
from vqva_crawl.config import Fetch
from vqva_crawl.errors import FetchError, RateLimited, Refused, Transient
from vqva_crawl.urls import host

REDIRECTS = (301, 302, 303, 307, 308)
AGAIN_LATER = (429, 503)
NOT_MODIFIED = 304
CONDITIONS = frozenset(("if-none-match", "if-modified-since"))
TRY_AGAIN = (408, 425, 500, 502, 504)
TIMEOUTS = 2  # tries of one URL that may run out of time
CHUNK = 1 << 14  # bytes that are decoded at once: caps are checked between
PLAIN_CHUNK = 1 << 16  # the same of a body without a coding, which cannot unfold
MOST_TOLD = 8192  # decoded bytes of an error's body that are looked into


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for: Accept header, cap on bytes, whether a longer body is cut.

    `check` gets the URL and the (name, value) pairs of the headers, and raises Refused before the
    body is read; `check_moved` does so for a redirect. With a `body` it is a POST. A `raw` answer
    is not unpacked; with `unzip`, a gzipped file is, whatever its type. `told` makes a line of the
    beginning of an answer that is an error. `judge` gets the URL and the body of an answer, and
    raises the FetchError that it stands for.
    """

    accept: str
    limit: int
    cut: bool
    check: Callable[[str, list[tuple[str, str]]], None]
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    archived: bool = True
    told: Callable[[bytes], str] | None = None
    judge: Callable[[str, bytes], None] | None = None
    raw: bool = False
    unzip: bool = False
    check_moved: Callable[[str, list[tuple[str, str]]], None] = lambda url, headers: None

    @property
    def conditional(self) -> bool:
        """Whether 304 is an answer."""
        return not CONDITIONS.isdisjoint(self.headers)

    @property
    def cap(self) -> str:
        """The limit by the key that sets it, for messages."""
        which = "image" if self.accept == ACCEPT["image"] else "page"
        return f"fetch.max_{which}_bytes is {self.limit}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer with its decoded body, or a redirect with its `location`.

    Header names are in lower case, repeated headers joined.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes = b""
    location: str | None = None


@dataclass(slots=True)
class Progress:
    """How far a request has come, for naming its failure."""

    in_body: bool = False


def host_key(url: str) -> str:
    """The limiter's key of a URL."""
    return f"host:{host(url)}"


def check_status(url: str, status: int, headers: Mapping[str, str], told: str = "") -> None:
    """Raises the FetchError of a status that is neither 2xx nor a redirect with a target.

    `told` is what the server said of it.
    """
    if 200 <= status < 300 or (status in REDIRECTS and "location" in headers):
        return
    kind, said = f"http_{status}", f"the server answered {status}{told and ': '}{told}"
    if status in AGAIN_LATER:
        named = retry_after(headers["retry-after"]) if "retry-after" in headers else None
        raise RateLimited(kind, url, said, named)
    if status in TRY_AGAIN or status > 511:
        raise Transient(kind, url, said)
    raise Refused(kind, url, said)


def codings(headers: Mapping[str, str]) -> list[str]:
    """The content codings to undo, first applied first."""
    named = [c.strip().lower() for c in headers.get("content-encoding", "").split(",")]
    return [c for c in named if c not in ("", "identity")]


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name; what was sent more than once, with commas between."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


class Exchange:
    """Sends GET requests to wire URLs, each under the limiter, each with a deadline.

    `patience` is the longest wait that a server may ask for (Retry-After) and be waited for.
    """

    def __init__(
        self,
        client: Client,
        guard: Guard,
        limiter: Limiter,
        fetch: Fetch,
        patience: float,
        backoff: float,
        rest: Rest,
        archive: Archive | None = None,
    ) -> None:
        self.counters = Counters()
        self._client = client
        self._guard = guard
        self._limiter = limiter
        self._timeout = fetch.timeout
        self._proxied = fetch.proxy is not None
        self._patience = patience
        self._rest = rest
        self._retrying = retrying(fetch.retries, backoff, patience, TIMEOUTS, self._is_left_alone)
        self._archive = archive

    async def get(self, url: str, wanted: Wanted) -> Answer:
        """The answer, after retries. Raises FetchError for everything but 2xx and redirects."""
        try:
            return await self._once(url, wanted)
        except FetchError as error:
            return await self._again(error, url, wanted)

    async def _again(self, first: FetchError, url: str, wanted: Wanted) -> Answer:
        """The retries, of which the first try's failure decides too; most requests need none."""
        failures = [first]

        async def attempt() -> Answer:
            if failures:
                raise failures.pop()
            return await self._once(url, wanted)

        answer: Answer = await self._retrying.copy()(attempt)
        return answer

    def pace(self, url: str, seconds: float) -> None:
        """At least this many seconds between two requests to the URL's host."""
        self._limiter.delay(host_key(url), seconds)

    async def _once(self, url: str, wanted: Wanted) -> Answer:
        key = host_key(url)
        self._rest.check(key, url)
        async with self._limiter.slot(key):
            self._rest.check(key, url)  # things may have changed while we waited
            began = self._rest.clock()
            try:
                answer = await self._timed(url, wanted)
            except FetchError as error:
                self._note(key, error, began)
                raise
            self._rest.answered(key)
            return answer

    def _is_left_alone(self, error: FetchError) -> bool:
        return self._rest.is_shut(host_key(error.url))

    def _note(self, key: str, error: FetchError, began: float) -> None:
        """What the failure of a request sent at `began` means for the next ones to its host.

        Waits within our patience are the limiter's; those to a host that is left alone fail
        without a wait.
        """
        self._rest.failed(key, error, began)
        if isinstance(error, RateLimited) and (asked := error.retry_after):
            if asked > self._patience:
                self._rest.leave_alone(key, asked, error)
            else:
                self._limiter.pause(key, asked)
        if self._rest.is_shut(key):
            self._limiter.dismiss(key)

    async def _timed(self, url: str, wanted: Wanted) -> Answer:
        progress = Progress()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._talk(url, wanted, progress)
        except FOREIGN as error:
            raise fetch_error(error, url, progress.in_body) from error

    async def _talk(self, url: str, wanted: Wanted, progress: Progress) -> Answer:
        if self._proxied:  # the proxy finds the host by itself: at least our own answer is vetted
            await self._guard.resolve(*endpoint(url)[1])
        self.counters.requests += 1
        method = "GET" if wanted.body is None else "POST"
        headers = {**wanted.headers, "accept": wanted.accept}
        request = self._client.stream(method, url, headers, wanted.body)
        began = time.monotonic()
        async with request as response:
            progress.in_body = True
            status, pairs = response.status, header_pairs(response)
            headers = joined(pairs)
            took = time.monotonic() - began
            self._limiter.observe(host_key(url), took, refused=status in AGAIN_LATER)
            if status == NOT_MODIFIED and wanted.conditional:
                return Answer(url, status, headers)
            told = await _told(url, wanted, status, headers, response.content)
            check_status(url, status, headers, told)
            if status in REDIRECTS:
                wanted.check_moved(url, pairs)
                await self._keep(url, wanted, status, headers)
                return Answer(url, status, headers, location=headers["location"])
            wanted.check(url, pairs)
            body = await self._body(url, wanted, headers, response.content)
            if wanted.judge:
                wanted.judge(url, body)
            await self._keep(url, wanted, status, headers, body)
            return Answer(url, status, headers, body)

    async def _keep(
        self, url: str, wanted: Wanted, status: int, headers: Mapping[str, str], body: bytes = b""
    ) -> None:
        if self._archive and wanted.archived:
            await self._archive.add(url, status, headers, body)

    async def _body(
        self, url: str, wanted: Wanted, headers: Mapping[str, str], content: aiohttp.StreamReader
    ) -> bytes:
        declared = headers.get("content-length", "")
        if not wanted.cut and declared.isdecimal() and int(declared) > wanted.limit:
            raise Refused("too_large", url, f"{declared} bytes; {wanted.cap}")
        packed = [] if wanted.raw else codings(headers)
        reader = BodyReader(url, packed, wanted.limit, wanted.cut, wanted.cap, wanted.unzip)
        chunks = content.iter_chunked(CHUNK if packed or wanted.unzip else PLAIN_CHUNK)
        try:
            return await reader.read(steady(chunks, url))
        finally:
            self.counters.bytes += reader.received


async def _told(
    url: str, wanted: Wanted, status: int, headers: Mapping[str, str], body: aiohttp.StreamReader
) -> str:
    """What the server says of an error, where that is wanted; its beginning alone is read."""
    if wanted.told is None or status < 400:
        return ""
    try:
        reader = BodyReader(url, codings(headers), MOST_TOLD, cut=True)
        return wanted.told(await reader.read(body.iter_chunked(CHUNK)))
    except FetchError:  # the status says enough
        return ""
