"""Odd addresses (threat 3) at each look of the guard, and all side paths to one (threat 4)."""

from __future__ import annotations

import json
import socket

import pytest
from pydantic import SecretStr
from test_addresses import ODD

from vqva_crawl.clients.guard import Guard, GuardedResolver
from vqva_crawl.clients.reservations import AI_TXT, TDMREP
from vqva_crawl.clients.search import sitemaps
from vqva_crawl.errors import FetchError, Refused

NAMED = "64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1 ::169.254.169.254 fec0::1".split()
SPELLINGS = [
    "2852039166",  # 169.254.169.254
    "0xa9fea9fe",
    "0xA9.0xFE.0xA9.0xFE",
    "0251.0376.0251.0376",
    "025177524776",
    "169.16689662",
    "169.254.43518",
    "169.254.169.254.",
    "１６９.254.169.254",  # full-width digits
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[0:0:0:0:0:ffff:a9fe:a9fe]",
]


def refused(kind: str, call, *given) -> None:
    with pytest.raises(Refused) as caught:
        call(*given)
    assert caught.value.kind == kind


def test_the_addresses_that_python_calls_global_are_in_the_table() -> None:
    assert set(NAMED) <= set(ODD)


@pytest.mark.parametrize("address", [a for a in ODD if "%" not in a])
async def test_no_odd_address_passes_any_look(address: str) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return ["93.184.216.34", address]

    guard = Guard(["http://127.0.0.1:8421"], lookup=lookup)
    literal = f"[{address}]" if ":" in address else address
    refused("denied_address", guard.admit, f"http://{literal}/")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    info = (family, socket.SOCK_STREAM, 0, "", (address, 80))
    refused("denied_address", guard.open_socket, info)
    with pytest.raises(Refused) as caught:
        await GuardedResolver(guard).resolve("leads-there.test", 80)
    assert caught.value.kind == "denied_address"


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_the_metadata_address_passes(host: str) -> None:
    refused("denied_address", Guard().admit, f"http://{host}/latest/meta-data/")


# Side paths: `other` is at an address that nobody may ask.


async def kind_of(fetcher, url: str, kind: str) -> str:
    try:
        await fetcher.get(url, kind)
    except FetchError as error:
        return error.kind
    return ""


def untouched(other) -> bool:
    return not other.visits and not other.robots_visits


@pytest.mark.parametrize("kind", ["page", "image", "text"])
@pytest.mark.parametrize("file", ["/robots.txt", "/a"])
async def test_neither_robots_nor_a_redirect_leads_there(site, other, fetcher_for, kind, file):
    site.page(file, b"", 302, location=f"{other.origin}/x")
    fetcher = fetcher_for(site, opt_outs="obey")
    assert await kind_of(fetcher, f"{site.origin}/a", kind) == "denied_address"
    assert untouched(other)


@pytest.mark.parametrize("file", [AI_TXT, TDMREP])
async def test_the_files_of_opt_outs_do_not_lead_there(site, other, fetcher_for, file):
    asked = []
    other.on(file, lambda request: asked.append(request))
    site.page(file, b"", 302, location=f"{other.origin}{file}")
    site.page("/a")
    fetcher = fetcher_for(site, opt_outs="obey")
    assert await kind_of(fetcher, f"{site.origin}/a", "page") == ""
    assert not asked
    assert untouched(other)


async def test_sitemaps_do_not_lead_there(site, other, fetcher_for):
    site.page("/robots.txt", f"Sitemap: {other.origin}/sitemap.xml\nSitemap: /index.xml".encode())
    inner = f"<sitemapindex><loc>{other.origin}/inner.xml</loc></sitemapindex>"
    site.page("/index.xml", inner.encode(), content_type="application/xml")
    lost: list[str] = []
    assert [found async for found in sitemaps.pages(fetcher_for(site), site.origin, lost)] == []
    assert [line.partition(": ")[0] for line in lost] == [
        f"{other.origin}/sitemap.xml",
        f"{other.origin}/inner.xml",
    ]
    assert "/index.xml" in site.visits
    assert untouched(other)


async def test_a_search_service_is_not_asked_there_and_gets_no_key(site, other, fetcher_for):
    key = {"x-key": SecretStr("s3cret")}
    site.page("/api", b"", 307, location=f"{other.origin}/api")
    for origin in (other.origin, site.origin):
        with pytest.raises(Refused):
            await fetcher_for(site).api.json(f"{origin}/api", {"q": "frog"}, key)
    assert untouched(other)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("kind", ["page", "image", "text"])
async def test_the_environment_cannot_put_a_proxy_between(
    site, other, fetcher_for, monkeypatch, name, kind
):
    monkeypatch.setenv(name, other.origin)
    site.page("/a", json.dumps({}).encode(), content_type="text/html")
    await kind_of(fetcher_for(site, opt_outs="obey"), f"{site.origin}/a", kind)
    with pytest.raises(FetchError):
        await fetcher_for(site).api.json(f"{site.origin}/none")
    assert site.visits
    assert untouched(other)
