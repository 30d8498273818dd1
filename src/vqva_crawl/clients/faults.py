"""Foreign errors of a request, mapped once to our own."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator

import aiohttp

from vqva_crawl.clients.plain import plain
from vqva_crawl.errors import FetchError, Refused, Transient

# What aiohttp lets through: ValueError for hosts that no encoding takes, Refused from the guard
# inside the connector.
FOREIGN = (aiohttp.ClientError, OSError, ValueError, Refused)
# aiohttp tells the option of that name with an address, of plain http too.
_OF_TLS = re.compile(r" ssl:(?:default|True|False|None|<[^>]*>)")


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it, outermost first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def fetch_error(error: BaseException, url: str, in_body: bool) -> FetchError:
    """The FetchError for a foreign error. `in_body` tells that headers had already arrived."""
    chain = list(causes(error))
    for one in chain:
        if isinstance(one, Refused):  # from the guard, deep inside the connector
            return Refused(one.kind, url, one.detail)
    for one in chain:
        found = _network(one, url, in_body)
        if found is not None:
            return found
    detail = first_line(error)
    if in_body:
        return Transient("truncated", url, detail)
    if any(isinstance(one, (aiohttp.ClientConnectionError, OSError)) for one in chain):
        return Transient("connect", url, detail)
    return Refused("protocol", url, detail)


def _network(error: BaseException, url: str, in_body: bool) -> FetchError | None:
    detail = first_line(error)
    match error:
        case ssl.SSLCertVerificationError():
            return Refused("tls", url, detail)
        case ssl.SSLError():
            return Transient("tls", url, detail)
        case socket.gaierror() if error.errno == socket.EAI_AGAIN:
            return Transient("dns", url, detail)
        case socket.gaierror():
            return Refused("dns", url, detail)
        case TimeoutError():
            said = "the body took too long" if in_body else "no answer in time"
            return Transient("slow" if in_body else "timeout", url, said)
    return None


def first_line(error: BaseException, secret: str = "") -> str:
    """An error's words, cut; the secret is masked before, so that no half of it is left."""
    first, *_ = str(error).strip().splitlines() or [""]
    return plain(_OF_TLS.sub("", first), secret)[:200] or type(error).__name__
