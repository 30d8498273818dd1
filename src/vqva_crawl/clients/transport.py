"""The one HTTP client for what is crawled: aiohttp, every connection guarded.

httpx in between took a third of the time of a request (scripts/bench/images.py): it makes an
answer, its headers and its cookies anew.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import aiohttp
import certifi
from yarl import URL

from vqva_crawl.clients.body import ACCEPT_ENCODING
from vqva_crawl.clients.guard import Guard, GuardedResolver, endpoint
from vqva_crawl.clients.sending import sent

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

CONNECT_TIMEOUT = 15.0

_reused: ContextVar[bool] = ContextVar("reused", default=False)  # the request's connection


class Stale(aiohttp.ClientConnectionError):
    """A connection from the pool broke before an answer began.

    Most often the server had closed it while nobody used it, and never saw the request.
    """


class Client:
    """Reads nothing from the environment, keeps no cookies, follows no redirects, decodes nothing.

    With a proxy, connections go to the proxy alone (the user's explicit choice, so unguarded), and
    the caller has to vet each host before; the guard's routes still go direct.
    """

    def __init__(self, guard: Guard, user_agent: str, proxy: str | None = None) -> None:
        self._guard = guard
        self._headers = {"user-agent": user_agent, "accept-encoding": ACCEPT_ENCODING}
        self._proxy = URL(proxy) if proxy else None
        self._context = trusted()
        self._opened: dict[bool, aiohttp.ClientSession] = {}  # for the proxy or not

    def stream(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """A request whose answer is read inside the context. Raises what aiohttp and Guard do."""
        through = self._proxy
        if through and endpoint(url)[1] in self._guard.routes:
            through = None
        told = _authorization(through) if through else {}
        # A tunnel is asked for in a request of its own; what is not encrypted, in the request.
        tunnel = url.startswith("https:")
        return self._session(through is not None).request(
            method,
            URL(url, encoded=True),  # aiohttp would spell it anew: %2C as a comma, for instance
            headers=headers if tunnel else {**headers, **told},
            data=content,
            allow_redirects=False,
            proxy=through.with_user(None) if through else None,
            proxy_headers=told if tunnel else None,
        )

    async def aclose(self) -> None:
        for session in self._opened.values():
            await session.close()

    def _session(self, proxied: bool) -> aiohttp.ClientSession:
        """Made when it is first needed: a session belongs to a running loop."""
        if proxied not in self._opened:
            connector = Pool(
                ssl=self._context,
                limit=0,  # the limiter's business
                resolver=None if proxied else GuardedResolver(self._guard),
                use_dns_cache=proxied,
                socket_factory=None if proxied else self._guard.open_socket,
            )
            self._opened[proxied] = _session(connector, self._headers)
        return self._opened[proxied]


class Pool(aiohttp.TCPConnector):
    """Notes of each request that it is sent, and whether its connection has served another one.

    aiohttp's tracing tells that too, but builds half a dozen objects for each request.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._served: WeakSet[ResponseHandler] = WeakSet()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        if connection.protocol is not None:
            _reused.set(connection.protocol in self._served)
            self._served.add(connection.protocol)
        sent()
        return connection


def _authorization(proxy: URL) -> dict[str, str]:
    """The header with the user and the password that stand in a proxy's URL; none without."""
    if proxy.user or proxy.password:
        basic = aiohttp.encode_basic_auth(proxy.user or "", proxy.password or "")
        return {"Proxy-Authorization": basic}
    return {}


def trusted() -> ssl.SSLContext:
    """What servers are checked with: certifi's authorities, and nothing of the environment."""
    return ssl.create_default_context(cafile=certifi.where())


def header_pairs(response: aiohttp.ClientResponse) -> list[tuple[str, str]]:
    """(name in lower case, value) of each header as it came, in UTF-8 or else Latin-1."""
    return [(_name(name), _text(value)) for name, value in response.raw_headers]


@lru_cache(256)
def _name(raw: bytes) -> str:
    return _text(raw).lower()


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _session(connector: aiohttp.TCPConnector, headers: Mapping[str, str]) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        headers=headers,
        timeout=aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        middlewares=[_send_once],
    )


async def _send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keeps aiohttp from sending a GET again by itself, at once, when its connection broke.

    It does so for ClientOSError and ServerDisconnectedError, on fresh connections too, and has no
    option against it; so they leave its sending under another name.
    """
    _reused.set(False)
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:  # never connected: not sent, and not sent again
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        broken = Stale if _reused.get() else aiohttp.ClientConnectionError
        raise broken(str(error)) from error
