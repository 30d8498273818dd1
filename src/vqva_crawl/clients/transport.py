"""The one HTTP client: httpx's interface on aiohttp's connections, every connection guarded."""

from __future__ import annotations

from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from vqva_crawl.clients.body import ACCEPT_ENCODING
from vqva_crawl.clients.guard import Guard, GuardedResolver

CONNECT_TIMEOUT = 15.0

_reused: ContextVar[bool] = ContextVar("reused", default=False)  # the request's connection


class Stale(aiohttp.ClientConnectionError):
    """A connection from the pool broke before an answer began.

    Most often the server had closed it while nobody used it, and never saw the request.
    """


def guarded_client(guard: Guard, user_agent: str, proxy: str | None = None) -> httpx.AsyncClient:
    """A client that reads nothing from the environment, keeps no cookies, follows no redirects.

    With a proxy, connections go to the proxy alone (the user's explicit choice, so unguarded), and
    the caller has to vet each host before; the guard's routes still go direct.
    """
    context = httpx.create_ssl_context(trust_env=False)

    def direct() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(guard),
            use_dns_cache=False,
            socket_factory=guard.open_socket,
            ssl=context,
            limit=0,  # the limiter's business
        )
        return _session(connector)

    def proxied() -> aiohttp.ClientSession:
        return _session(aiohttp.TCPConnector(ssl=context, limit=0))

    plain = AiohttpTransport(verify=context, trust_env=False, client=direct)
    if proxy:
        routed = [f"{s}://{host}:{port}" for host, port in guard.routes for s in ("http", "https")]
        mounts: dict[str, httpx.AsyncBaseTransport | None] = dict.fromkeys(routed, plain)
        by_proxy = AiohttpTransport(
            verify=context, trust_env=False, client=proxied, proxy=httpx.Proxy(proxy)
        )
    return httpx.AsyncClient(
        transport=by_proxy if proxy else plain,
        mounts=mounts if proxy else None,
        headers={"user-agent": user_agent, "accept-encoding": ACCEPT_ENCODING},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT),
        follow_redirects=False,
        trust_env=False,
    )


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_note_reuse)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        middlewares=[_send_once],
        trace_configs=[trace],
    )


async def _note_reuse(*_: object) -> None:
    _reused.set(True)


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
