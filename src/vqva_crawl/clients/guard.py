"""The address guard: no crawled URL reaches a private address.

Three looks, each enough for its case:

1. `admit(url)`: the scheme, and hosts that are IP literals (for which aiohttp asks no resolver).
2. `GuardedResolver`: names. Resolved once, every answer vetted, one denied answer refuses the
   name, and the connection goes to the vetted address (so a name that changes its answer between
   check and use gains nothing). Host header and SNI keep the name.
3. `open_socket`: the address that is really connected to, whatever way it came there.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import ada_url
from aiohttp.abc import AbstractResolver, ResolveResult

from vqva_crawl.clients.addresses import denied
from vqva_crawl.errors import Refused
from vqva_crawl.urls import RECENT, is_http, site

Endpoint = tuple[str, int]
Lookup = Callable[[str, int], Awaitable[list[str]]]
DEFAULT_PORTS = {"http": 80, "https": 443}


async def system_lookup(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver. Raises socket.gaierror."""
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def wire_url(url: str) -> str:
    """The URL as it is sent: WHATWG spelling (which turns 0x7f.1 into 127.0.0.1), without
    credentials and fragment. Refused (protocol) for anything that is not http(s)."""
    try:
        wire = ada_url.normalize_url(url.strip())
    except ValueError as error:
        raise Refused("protocol", url, "not a URL") from error
    if not is_http(wire):
        raise Refused("protocol", url, f"scheme '{wire.partition(':')[0]}' is not fetched")
    return _stripped(wire) if "@" in wire or "#" in wire else wire


def _stripped(url: str) -> str:
    parsed = ada_url.URL(url)
    parsed.username = parsed.password = parsed.hash = ""
    return str(parsed.href)


def endpoint(url: str) -> tuple[str, Endpoint]:
    """(scheme, (host, port)) of a wire URL; IPv6 hosts without brackets."""
    return _endpoint(site(url))


@lru_cache(RECENT)
def _endpoint(site: str) -> tuple[str, Endpoint]:
    parts = urlsplit(site)
    port = parts.port if parts.port is not None else DEFAULT_PORTS[parts.scheme]
    return parts.scheme, (parts.hostname or "", port)


def is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class Guard:
    """Decides which URLs may be asked for, and where connections may go.

    `allow_origins` (scheme://host:port, exact) may be private; `routes` sends a (host, port) to a
    fixed (ip, port), for sites that live on loopback for the time of a run; `lookup` finds the
    addresses of a name.
    """

    def __init__(
        self,
        allow_origins: Iterable[str] = (),
        routes: Mapping[Endpoint, Endpoint] | None = None,
        lookup: Lookup = system_lookup,
    ) -> None:
        self.routes = dict(routes or {})
        self._lookup = lookup
        origins = [endpoint(wire_url(origin)) for origin in allow_origins]
        self._schemes: dict[Endpoint, set[str]] = {}
        for scheme, place in origins:
            self._schemes.setdefault(place, set()).add(scheme)
        literals = {place for place in self._schemes if is_literal(place[0])}
        self._private: set[Endpoint] = {*self.routes.values(), *literals}

    def admit(self, url: str) -> str:
        """The wire form of a URL that may be asked for; Refused otherwise. Connects nowhere."""
        wire = wire_url(url)
        scheme, place = endpoint(wire)
        if place in self.routes:
            return wire
        if place in self._schemes:
            if scheme not in self._schemes[place]:
                raise Refused("denied_address", url, f"{scheme} is not allowed at this origin")
        elif is_literal(place[0]) and denied(place[0]):
            raise Refused("denied_address", url, f"{place[0]} is not a public address")
        return wire

    async def resolve(self, host: str, port: int) -> list[Endpoint]:
        """Where a connection to (host, port) may go; Refused when any answer is denied.

        Raises OSError when the name has no address.
        """
        if (host, port) in self.routes:
            return [self.routes[host, port]]
        found = [host] if is_literal(host) else await self._lookup(host, port)
        if not found:
            raise OSError(f"{host} has no address")
        places = [(address, port) for address in found]
        if (host, port) in self._schemes:
            self._private.update(places)
            return places
        for address in found:
            if denied(address):
                raise Refused("denied_address", host, f"{host} leads to {address}")
        return places

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one address (aiohttp's `socket_factory`); Refused when it is denied."""
        family, kind, protocol, _, address = info
        if (address[0], address[1]) not in self._private and denied(address[0]):
            raise Refused("denied_address", address[0], f"{address[0]} is not a public address")
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened


class GuardedResolver(AbstractResolver):
    """aiohttp's resolver, answering with vetted addresses only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        places = await self._guard.resolve(host.lower(), port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=to,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address, to in places
        ]

    async def close(self) -> None:
        """Nothing to release."""
