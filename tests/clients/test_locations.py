"""Hostile sitemaps are read in time linear in their length, and no further than the protocol."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from vqva_crawl.clients.search.locations import LONGEST, MOST_URLS, locations

BASE = "http://a.test/"
URL = b"http://a.test/p"


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "unclosed": lambda n: b"<urlset>" + b"<loc>" * (n // 5),
    "begun": lambda n: b"<loc" * (n // 4),
    "blanks": lambda n: b"<urlset><loc>" + b" " * n,
    "blanks and an end": lambda n: b"<loc>" + b" " * n + b"</loc>",
    "ends": lambda n: b"</loc" * (n // 5),
    "a feed's ends": lambda n: b"<rss>" + b"</link" * (n // 6),
    "a feed's links, unclosed": lambda n: b"<feed>" + b"<link " * (n // 6),
    "a link of quotes": lambda n: b"<feed>" + (b"<link " + b'a="' * 1_300 + b">") * (n // 3_900),
    "a link of blanks": lambda n: b"<feed>" + (b"<link a" + b" " * 4_000 + b">") * (n // 4_000),
    "prefixes": lambda n: b"<" + b"a:" * (n // 2) + b"<" + b"x" * n,
    "begun, one end": lambda n: b"<loc" * (n // 4) + b"</loc>",
    "character data": lambda n: b"<loc><![CDATA[" * (n // 14),
    "full to the brim": lambda n: (b"<loc>" + b"x" * (LONGEST - 99) + b"</loc>") * (n // LONGEST),
    "empty lines": lambda n: b"\n" * n,
    "a line of blanks": lambda n: URL + b" " * n + b"x",
    "begun lines": lambda n: b"http://" * (n // 7),
    "long lines": lambda n: (URL + b"x" * LONGEST * 2 + b"\n") * (n // (LONGEST * 2)),
    "blank lines": lambda n: b" \t" * (n // 2) + b"\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_input_stalls_the_run(name: str):
    body = HOSTILE[name](4_000_000)
    began = time.process_time()
    locations(body, BASE)
    assert time.process_time() - began < 20  # far less than one; hours, where it is quadratic


def test_no_more_is_read_than_the_protocol_has():
    many = [URL + str(n).encode() for n in range(MOST_URLS + 5)]
    xml = b"".join(b"<url><loc>%s</loc></url>" % url for url in many)
    for body in (xml, b"\n".join(many)):
        assert locations(body, BASE) == [url.decode() for url in many[:MOST_URLS]]


def test_an_overlong_location_is_left_out_alone():
    long = URL + b"x" * LONGEST
    body = b"<loc>%s</loc><loc >%sy</loc><image:loc>/i</image:loc>" % (long, URL)
    assert locations(body, BASE) == ["http://a.test/py"]
    assert locations(b"%s\n%sy" % (long, URL), BASE) == ["http://a.test/py"]
