"""The Fetcher over HTTP: every URL goes through the same rules, in this order:

address guard -> cache -> robots -> limiter slot -> request -> opt-outs, type, caps -> cache
     ^                                                 |
     +---------------- redirect (at most 5) -----------+
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from vqva_crawl.clients.api import HttpApi
from vqva_crawl.clients.archive import Archive
from vqva_crawl.clients.base import Counters, Kind, Limiter, Response, ResponseCache
from vqva_crawl.clients.checks import check_headers, check_opt_outs, check_response
from vqva_crawl.clients.content import ACCEPT, check_content
from vqva_crawl.clients.exchange import NOT_MODIFIED, Answer, Exchange, Wanted, host_key
from vqva_crawl.clients.flight import SingleFlight
from vqva_crawl.clients.guard import Endpoint, Guard
from vqva_crawl.clients.notices import ROBOTS_TXT, Notices, absent_key, failure, is_absent
from vqva_crawl.clients.reservations import Reservations
from vqva_crawl.clients.rest import Rest
from vqva_crawl.clients.robots import Robots
from vqva_crawl.clients.robotstxt import MAX_BYTES
from vqva_crawl.clients.sending import telling
from vqva_crawl.clients.transport import Client
from vqva_crawl.config import Fetch
from vqva_crawl.errors import FetchError, Refused
from vqva_crawl.urls import join, origin

MAX_REDIRECTS = 5
MAX_LIST = 50 << 20  # bytes of a sitemap, unpacked (sitemaps.org); what is longer is cut
PATIENCE = 3600.0  # seconds that a server may ask us to wait and be waited for
BACKOFF = 0.5  # seconds; the first retry waits up to this, the next up to twice as long, …


class HttpFetcher:
    """See `Fetcher`. One client, one pool of connections; close it with `aclose`.

    `patience` is the longest Retry-After that is waited for (longer ones raise RateLimited),
    `backoff` the first retry's longest wait; both in seconds.
    """

    def __init__(
        self,
        fetch: Fetch,
        guard: Guard,
        limiter: Limiter,
        cache: ResponseCache | None = None,
        patience: float = PATIENCE,
        backoff: float = BACKOFF,
        rest: Rest | None = None,
        archive: Archive | None = None,
    ) -> None:
        self._fetch = fetch
        self._guard = guard
        self._limiter = limiter
        self._cache = cache
        self._archive = archive
        proxy = fetch.proxy.get_secret_value() if fetch.proxy else None
        self._client = Client(guard, fetch.user_agent, proxy)
        self._exchange = Exchange(
            self._client, guard, limiter, fetch, patience, backoff, rest or Rest(), archive
        )
        self._wants: dict[Kind, Wanted] = {kind: self._wanted(kind) for kind in ACCEPT}
        self._flights: SingleFlight[tuple[str, Kind], Response] = SingleFlight()
        fresh = fetch.refresh * 3600
        self.api = HttpApi(self._exchange, guard, fetch.max_page_bytes, cache, fresh)
        self._notices = Notices(self._read_always, cache)
        self.robots = Robots(self._notices.get, fetch.user_agent)
        self._reservations = Reservations(self._notices.get, fetch.user_agent)

    @property
    def counters(self) -> Counters:
        return self._exchange.counters

    async def get(self, url: str, kind: Kind) -> Response:
        try:
            wire = self._guard.admit(url)
            return await self._flights.join((wire, kind), lambda: self._get(wire, kind))
        except FetchError as error:
            self.counters.errors[error.kind] = self.counters.errors.get(error.kind, 0) + 1
            raise

    async def aclose(self) -> None:
        await self._client.aclose()
        if self._archive:
            await self._archive.aclose()

    async def _get(self, url: str, kind: Kind) -> Response:
        if kind == "text" and join(url, ROBOTS_TXT) == url:  # who looks for sitemaps
            await self.robots.rules(url)  # where it is remembered that nobody answers
            return await self._notices.text(origin(url) + ROBOTS_TXT)
        kept = self._kept(url, kind)
        # Pages and pictures stay as they were seen; what lists them (a sitemap) is for a while.
        if kept is not None and self._is_fresh(kept, kind):
            check_response(kept, kind, self._fetch)
            self.counters.cached += 1
            return replace(kept, cached=True)
        permit = partial(self._permit, kind=kind)
        try:
            answer = await self._follow(url, self._wants[kind], permit, kept)
        except Refused as error:
            if self._cache and kind == "text" and is_absent(error.kind):
                self._cache.put(absent_key(url), failure(url, error))
            raise
        response = self._response(answer, kind, kept)
        if self._cache:
            self._cache.put(url, response)
        return response

    def _kept(self, url: str, kind: Kind) -> Response | None:
        """What is stored of the URL. Raises Refused where a list was not there a while ago."""
        if self._cache is None:
            return None
        kept = self._cache.get(url)
        gone = self._cache.get(absent_key(url)) if kind == "text" else None
        if gone is not None and self._is_fresh(gone, kind) and not (kept and kept.age < gone.age):
            raise Refused(gone.headers["kind"], url, gone.headers["detail"])
        return kept

    def _is_fresh(self, kept: Response, kind: Kind) -> bool:
        return not kept.expired and (kind != "text" or kept.age < self._fetch.refresh * 3600)

    async def _follow(
        self,
        url: str,
        wanted: Wanted,
        permit: Callable[[str], Awaitable[None]],
        kept: Response | None = None,
    ) -> Answer:
        """The answer at the end of the redirects, each of which is admitted and permitted.

        Where `kept` came from, it is only asked whether that has changed.
        """
        for _ in range(MAX_REDIRECTS + 1):
            await permit(url)
            known = kept is not None and kept.url == url
            answer = await self._exchange.get(url, unless(kept, wanted) if known else wanted)
            if answer.location is None:
                return answer
            target = join(url, answer.location)
            if not target:
                raise Refused("protocol", url, f"redirects to {answer.location[:100]!r}")
            url = self._guard.admit(target)
        raise Refused("redirects", url, f"more than {MAX_REDIRECTS} redirects")

    async def _permit(self, url: str, kind: Kind) -> None:
        trains = kind != "text" and self._fetch.opt_outs == "obey"
        if self._fetch.robots == "obey":
            delay = await self.robots.check(url, trains)
            if delay:
                self._limiter.delay(host_key(url), delay)
        if trains:
            await self._reservations.check(url)

    async def _read_always(self, url: str) -> bytes:
        """What says what may be fetched is itself always allowed (RFC 9309 section 2.2.2)."""

        async def permit(_: str) -> None: ...

        wanted = Wanted(ACCEPT["text"], MAX_BYTES + 1, cut=True, check=lambda url, headers: None)
        with telling():  # whoever waits for a page behind it asked for the page alone
            return (await self._follow(self._guard.admit(url), wanted, permit)).body

    def _wanted(self, kind: Kind) -> Wanted:
        limits = {"image": self._fetch.max_image_bytes, "text": MAX_LIST}
        return Wanted(
            accept=ACCEPT[kind],
            limit=limits.get(kind, self._fetch.max_page_bytes),
            cut=kind == "text",
            unzip=kind == "text",
            check=lambda url, headers: check_headers(url, headers, kind, self._fetch),
            check_moved=lambda url, headers: check_opt_outs(url, headers, kind, self._fetch),
        )

    def _response(self, answer: Answer, kind: Kind, kept: Response | None) -> Response:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        if answer.status == NOT_MODIFIED and kept is not None:
            headers = {**kept.headers, **renewed(answer.headers)}
            same = replace(kept, headers=headers, fetched_at=now, cached=False, expired=False)
            check_response(same, kind, self._fetch)
            return same
        if answer.status != 200:
            raise Refused(f"http_{answer.status}", answer.url, "a success without content")
        check_content(answer.url, answer.headers, answer.body, kind)
        return Response(
            url=answer.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched_at=now,
        )


def unless(kept: Response | None, wanted: Wanted) -> Wanted:
    """A request that is answered with 304 where `kept` is what would be sent."""
    given = kept.headers if kept else {}
    asked = {"etag": "if-none-match", "last-modified": "if-modified-since"}
    conditions = {asked[name]: given[name] for name in asked if given.get(name)}
    return replace(wanted, headers={**wanted.headers, **conditions})


def renewed(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a 304 that hold for what is kept: all but those of its own empty body."""
    return {n: v for n, v in headers.items() if not n.startswith(("content-", "transfer-"))}


def http_fetcher(
    fetch: Fetch,
    limiter: Limiter,
    cache: ResponseCache | None = None,
    routes: Mapping[Endpoint, Endpoint] | None = None,
    rest: Rest | None = None,
    archive: Archive | None = None,
) -> HttpFetcher:
    """The fetcher that a config's `fetch` section asks for.

    `routes` sends a (host, port) to a fixed (ip, port), for sites that live on loopback for the
    time of a run.
    """
    guard = Guard(fetch.allow_origins, routes)
    return HttpFetcher(fetch, guard, limiter, cache, rest=rest, archive=archive)
