import socket

import httpx
import pytest
import yarl
from hypothesis import given, settings
from hypothesis import strategies as st

from vqva_crawl.clients.guard import Guard, GuardedResolver, endpoint, wire_url
from vqva_crawl.errors import Refused

METADATA = "http://169.254.169.254/latest/meta-data/"


def answering(*answers: list[str]):
    """A lookup that gives one answer after the other, the last one for ever."""
    left = list(answers)

    async def lookup(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return lookup


@pytest.mark.parametrize(
    "url",
    [
        METADATA,
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://①②⑦.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://user@127.0.0.1/",
        "http://example.org@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fec0::1]/",
        "https://0/",
    ],
)
def test_literals_never_skip_the_check(url: str) -> None:
    with pytest.raises(Refused) as error:
        Guard().admit(url)
    assert error.value.kind == "denied_address"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://h/", "javascript:1", "http://", "x"])
def test_only_http_is_fetched(url: str) -> None:
    with pytest.raises(Refused) as error:
        Guard().admit(url)
    assert error.value.kind == "protocol"


def test_the_wire_form_carries_no_credentials_and_no_fragment() -> None:
    assert wire_url(" http://me:secret@H.example:80/a b#top ") == "http://h.example/a%20b"


def test_an_allowed_origin_is_exact() -> None:
    guard = Guard(["http://127.0.0.1:8421", "http://[::1]:80"])
    assert guard.admit("http://127.0.0.1:8421/x") == "http://127.0.0.1:8421/x"
    assert guard.admit("http://[::1]/") == "http://[::1]/"
    for url in ("https://127.0.0.1:8421/", "http://127.0.0.1:8422/", "http://127.0.0.1/"):
        with pytest.raises(Refused):
            guard.admit(url)
    with pytest.raises(Refused):
        guard.admit("http://127.0.0.2:8421/")


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:10.0.0.1"], ["fec0::1"]]
)
async def test_one_denied_answer_refuses_the_name(answers: list[str]) -> None:
    resolver = GuardedResolver(Guard(lookup=answering(answers)))
    with pytest.raises(Refused) as error:
        await resolver.resolve("rebind.test", 80)
    assert error.value.kind == "denied_address"


async def test_an_allowed_name_may_be_private_on_its_own_port_only() -> None:
    guard = Guard(["http://intern.test:8080"], lookup=answering(["10.0.0.7"]))
    assert await guard.resolve("intern.test", 8080) == [("10.0.0.7", 8080)]
    with pytest.raises(Refused):
        await guard.resolve("intern.test", 80)
    with pytest.raises(Refused):
        guard.admit("https://intern.test:8080/")


async def test_a_route_leads_to_its_port_without_a_lookup() -> None:
    guard = Guard(routes={("meadow.demo.test", 80): ("127.0.0.1", 4321)})
    assert guard.admit("http://meadow.demo.test/a") == "http://meadow.demo.test/a"
    [found] = await GuardedResolver(guard).resolve("Meadow.demo.test", 80)
    assert (found["host"], found["port"]) == ("127.0.0.1", 4321)


def test_no_socket_is_opened_to_a_denied_address() -> None:
    guard = Guard(["http://127.0.0.1:8421"])
    info = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
    with pytest.raises(Refused):
        guard.open_socket((*info, ("127.0.0.1", 8422)))
    guard.open_socket((*info, ("127.0.0.1", 8421))).close()
    guard.open_socket((*info, ("93.184.216.34", 80))).close()


PIECES = ["https", "://", ":", "/", "\\", "@", "127.0.0.1", "[::1]", "h.example", "%", "%2e", "#"]
MORE = ["?", "..", "0x7f", "é", "。", "\t", " ", "80", "xn--", "[", "]", "%00", "\u00ad", ";"]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES + MORE) | st.text(max_size=3), max_size=8))
def test_the_client_reads_the_same_host_as_the_guard(pieces: list[str]) -> None:
    try:
        wire = Guard(["http://127.0.0.1:80"]).admit("http://" + "".join(pieces))
        sent = yarl.URL(str(httpx.URL(wire)))
    except (Refused, httpx.InvalidURL, ValueError):
        return
    assert (sent.scheme, (sent.raw_host, sent.port)) == endpoint(wire)
    assert sent.raw_user is None
