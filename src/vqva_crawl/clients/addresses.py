"""Which IP addresses a crawler may connect to: a table of its own.

`ipaddress.is_global` is no guard: it is True for 64:ff9b::a9fe:a9fe, 2002:a9fe:a9fe::1 and
fec0::1, all of which lead to private or link-local places. Sources of the table: the IANA IPv4 and
IPv6 special-purpose registries, RFC 6890, RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

DENIED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; some clouds' metadata
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local; metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
        "168.63.129.16/32",  # a cloud's internal endpoint in public space
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")  # all that is handed out as global unicast
DENIED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
MAPPED = IPv6Network("::ffff:0:0/96")
NAT64 = IPv6Network("64:ff9b::/96")
SIX_TO_FOUR = IPv6Network("2002::/16")


def embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for (where its packets end up), or None.

    The IPv4-compatible form (::a.b.c.d), local-use NAT64 (64:ff9b:1::/48) and Teredo (2001::/32)
    are not looked into: no public site lives there, and the table denies them whole.
    """
    if address in MAPPED or address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def denied(address: Address | str) -> bool:
    """True when a crawler must not connect there. ValueError for what is no address."""
    ip = ip_address(address) if isinstance(address, str) else address
    if isinstance(ip, IPv4Address):
        return any(ip in network for network in DENIED_V4)
    inner = embedded(ip)
    if inner is not None:
        return denied(inner)
    return ip not in GLOBAL_V6 or any(ip in network for network in DENIED_V6)
