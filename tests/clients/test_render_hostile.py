"""Hostile pages in a real Chromium: nothing is asked of any network but by the fetcher."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from rendering import CHROMIUM, HOME, NEEDS_BROWSER, SHARING, page
from vqva_crawl.clients.base import Response
from vqva_crawl.clients.fakes import FakeFetcher, FakeLimiter
from vqva_crawl.clients.guard import Guard
from vqva_crawl.clients.http import HttpFetcher
from vqva_crawl.clients.render import Given
from vqva_crawl.clients.render.browser import Browser
from vqva_crawl.clients.render.traffic import may_read
from vqva_crawl.config import Fetch
from vqva_crawl.errors import Refused

pytestmark = NEEDS_BROWSER


class Listener:
    """A TCP and a UDP port on loopback; `heard` is what reached them."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self.tcp, self.udp = self._tcp.getsockname()[1], self._udp.getsockname()[1]
        self._threads = [
            threading.Thread(target=listen) for listen in (self._connections, self._datagrams)
        ]
        for thread in self._threads:
            thread.start()

    def _connections(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            self.heard.append(b"connection")
            connection.close()

    def _datagrams(self) -> None:
        while (found := self._udp.recv(2000)) != b"end":
            self.heard.append(found)

    def close(self) -> None:
        self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", ("127.0.0.1", self.udp))
        for thread in self._threads:
            thread.join()
        self._udp.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def hostile(listener: Listener) -> bytes:
    """All ways out that a page has, each taken, none of them fatal for the next."""
    script = """
    const T = '127.0.0.1:TCP', ways = [
    () => fetch('http://' + T + '/fetch'),
    () => fetch('http://' + T + '/post', {method: 'POST', mode: 'no-cors', body: 'x'}),
    () => fetch('http://169.254.169.254/latest/'),
    () => fetch('/to-metadata'),
    () => new Image().src = 'http://' + T + '/beacon.gif',
    () => navigator.sendBeacon('http://' + T + '/send', 'x'),
    () => new WebSocket('ws://' + T + '/ws'),
    () => new EventSource('http://' + T + '/events'),
    () => new WebTransport('https://127.0.0.1:UDP/'),
    () => new Worker(URL.createObjectURL(new Blob([
      `fetch('http://${T}/w'); new WebSocket('ws://${T}/w');
       new WebTransport('https://127.0.0.1:UDP/')`]))),
    () => new SharedWorker(URL.createObjectURL(new Blob([
      `fetch('http://${T}/s'); new WebSocket('ws://${T}/s')`]))),
    () => navigator.serviceWorker.register('/worker.js'),
    () => window.open('http://' + T + '/popup'),
    () => window.open('http://' + T + '/popup', '_blank', 'noopener'),
    () => { const f = document.createElement('form'); f.method = 'POST'; f.target = '_blank';
      f.action = 'http://' + T + '/form'; document.body.append(f); f.submit(); },
    () => { for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'prerender', 'preload',
      'modulepreload', 'stylesheet', 'icon', 'manifest']) {
      const l = document.createElement('link'); l.rel = rel; l.as = 'script';
      l.href = 'http://' + T + '/' + rel; document.head.append(l); } },
    () => { const s = document.createElement('script'); s.type = 'speculationrules';
      s.textContent = JSON.stringify({prerender: [{source: 'list', urls: ['http://' + T + '/p']}]});
      document.head.append(s); },
    () => { const a = document.createElement('a'); a.href = a.ping = 'http://' + T + '/file';
      a.target = '_blank'; a.download = 'x'; document.body.append(a); a.click(); },
    () => { const v = document.createElement('video'); v.src = 'http://' + T + '/video'; v.load();
      document.body.append(v); },
    () => { for (const src of ['http://' + T + '/frame', 'javascript:fetch("http://' + T + '/j")',
      'about:blank']) { const i = document.createElement('iframe'); i.src = src;
      document.body.append(i); call(i.contentWindow); } },
    () => call(window),
    ];
    function call(frame) {
      const peer = new frame.RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:UDP'},
        {urls: 'turn:127.0.0.1:TCP?transport=tcp', username: 'a', credential: 'b'}]});
      peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o));
    }
    for (const way of ways) try { Promise.resolve(way()).catch(() => 0) } catch (e) {}
    setTimeout(() => { document.body.append('survived'); location = 'file:///etc/passwd' }, 1500);
    """
    for name, port in (("TCP", listener.tcp), ("UDP", listener.udp)):
        script = script.replace(name, str(port))
    return page(script)


@pytest.mark.parametrize("url", [HOME, "https://site.test/"])
@SHARING
async def test_no_way_out_of_a_page_leads_anywhere_but_to_the_fetcher(
    browser, listener, url
) -> None:
    fetch = Fetch(retries=0, robots="ignore", opt_outs="ignore")
    fetcher = HttpFetcher(fetch, Guard(), FakeLimiter())
    try:
        rendered = await browser.render(Given(url, hostile(listener)), fetcher)
        await asyncio.sleep(2)
    finally:
        await fetcher.aclose()
    assert "survived" in rendered.html
    assert listener.heard == []
    assert set(fetcher.counters.errors) <= {"denied_address", "dns"}
    assert fetcher.counters.errors["denied_address"] >= 4  # it was asked, and said no


@pytest.mark.parametrize("where", ["http://127.0.0.1:PORT/", "http://169.254.169.254/latest/"])
@SHARING
async def test_a_page_that_leads_on_to_a_private_address_is_lost_there(
    browser, listener, where
) -> None:
    where = where.replace("PORT", str(listener.tcp))
    fetcher = HttpFetcher(Fetch(retries=0, robots="ignore"), Guard(), FakeLimiter())
    try:
        with pytest.raises(Refused, match="denied_address"):
            await browser.render(Given(HOME, page(f"location = '{where}'")), fetcher)
    finally:
        await fetcher.aclose()
    assert listener.heard == []


@pytest.mark.parametrize("walls", [True, False], ids=["with walls", "without"])
async def test_a_page_that_nobody_intercepts_ends_at_the_second_wall(
    listener, walls, monkeypatch
) -> None:
    if not walls:  # the test's own test: then all of them are heard
        monkeypatch.setattr("vqva_crawl.clients.render.browser.WALLS", ())
        monkeypatch.setattr("vqva_crawl.clients.render.browser.NO_SOCKETS", "0")
    browser = await Browser.start(CHROMIUM)
    try:
        context = await browser.context("test")
        shown = await context.new_page()
        await shown.set_content(hostile(listener).decode(), wait_until="commit")
        await asyncio.sleep(4)
    finally:
        await browser.aclose()
    assert bool(listener.heard) is not walls


@pytest.mark.parametrize(
    ("url", "final", "asked", "said", "may"),
    [
        ("http://a.test/d", "http://a.test/d", {}, "", True),
        ("http://b.test/d", "http://b.test/d", {}, "", True),  # a script, which is not read
        ("http://b.test/d", "http://b.test/d", {"origin": "http://a.test"}, "", False),
        ("http://b.test/d", "http://b.test/d", {"origin": "http://a.test"}, "*", True),
        ("http://b.test/d", "http://b.test/d", {"origin": "http://a.test"}, "http://a.test", True),
        ("http://b.test/d", "http://b.test/d", {"origin": "http://a.test"}, "http://c.test", False),
        ("http://a.test/d", "http://10.0.0.1/d", {}, "", False),  # redirected out of its origin
        ("http://a.test/d", "http://10.0.0.1/d", {}, "*", True),
    ],
)
def test_scripts_read_what_the_same_origin_policy_lets_them(url, final, asked, said, may) -> None:
    headers = {"access-control-allow-origin": said} if said else {}
    answer = Response(final, 200, headers, b"", "")
    assert may_read("http://a.test/page", url, asked, answer) is may


@SHARING
async def test_a_page_reads_nothing_of_another_origin_that_does_not_allow_it(browser) -> None:
    secret = Response("http://intern.test/key", 200, {"content-type": "text/plain"}, b"secret", "")
    moved = {"http://site.test/moved": secret, "http://intern.test/key": secret}
    script = """for (const url of ['http://intern.test/key', '/moved'])
      fetch(url).then(r => r.text()).then(t => document.body.append(t), () => 0);
      setTimeout(() => document.body.append('tried'), 500);"""
    fetcher = FakeFetcher(moved)
    rendered = await browser.render(Given(HOME, page(script)), fetcher)
    assert {url for url, _ in fetcher.asked} == set(moved)
    assert "tried" in rendered.html
    assert "secret" not in rendered.html
