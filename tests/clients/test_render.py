"""Pages in a real Chromium: what their scripts put on them, and pages that do not behave."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from rendering import (
    CHROMIUM,
    HOME,
    NEEDS_BROWSER,
    SHARING,
    browsers,
    chromium,
    left,
    page,
    shown,
)
from vqva_crawl.clients.base import Response
from vqva_crawl.clients.fakes import FakeFetcher
from vqva_crawl.clients.render import Given, check_render, renderer
from vqva_crawl.config import Fetch
from vqva_crawl.errors import ConfigError, Refused, StorageError

pytestmark = NEEDS_BROWSER

ENDLESS = page("for (;;) {}")
DATA = Response(HOME + "data.json", 200, {"content-type": "application/json"}, b'["a", "b"]', "")


async def refused(renderer, html: bytes, **files) -> str:
    with pytest.raises(Refused) as error:
        await shown(renderer, html, **files)
    return error.value.kind


# What is shown -------------------------------------------------------------------------------


@SHARING
async def test_what_a_script_builds_from_data_is_on_the_page_and_its_code_is_not(browser) -> None:
    script = """
    fetch('data.json').then(r => r.json()).then(names => setTimeout(() => {
      document.body.innerHTML = names.map(n =>
        `<figure><img src="${n}.jpg" alt='The "${n}" &amp; more'><figcaption>1 &lt; 2</figcaption>`
        + `</figure>`).join('');
      document.title = 'Built';
    }, 700));"""
    linked = '<script type="application/ld+json">{"a": "</b>"}</script><style>p > a {}</style>'
    rendered = await shown(browser, page(script, head=linked), **{"data.json": DATA})
    assert rendered.url == HOME
    assert '<img src="a.jpg" alt="The &quot;a&quot; &amp; more">' in rendered.html
    assert "<figcaption>1 &lt; 2</figcaption>" in rendered.html
    assert "<title>Built</title>" in rendered.html
    assert '{"a": "<\\/b>"}' in rendered.html
    assert "<style>p > a {}</style>" in rendered.html
    assert "setTimeout" not in rendered.html


LAZY = """
const seen = new IntersectionObserver(all => all.filter(e => e.isIntersecting).forEach(e => {
  e.target.src = e.target.dataset.hidden; seen.unobserve(e.target); }));
for (let n = 0; n < 30; n++) {
  const img = document.createElement('img');
  img.style = 'display: block; height: 900px'; img.dataset.hidden = n + '.jpg';
  box.append(img); seen.observe(img);
}"""


@pytest.mark.parametrize(
    "style", ["", "height: 100vh; overflow-y: auto"], ids=["the page", "a box that scrolls"]
)
@SHARING
async def test_lazy_pictures_are_scrolled_to(browser, style: str) -> None:
    rendered = await shown(browser, page(LAZY, f'<main id="box" style="{style}"></main>'))
    assert [n for n in range(30) if f'src="{n}.jpg"' not in rendered.html] == []


async def test_a_list_that_grows_without_end_is_left_at_some_point() -> None:
    grow = """setInterval(() => { const p = document.createElement('p'); p.style.height = '500px';
    p.textContent = 'more'; document.body.append(p); }, 20);"""
    began = time.monotonic()
    async with chromium(timeout=4) as browser:
        rendered = await shown(browser, page(grow))
    assert "more" in rendered.html
    assert time.monotonic() - began < 60


@SHARING
async def test_open_shadow_roots_and_their_slots_are_part_of_the_page(browser) -> None:
    script = """customElements.define('my-figure', class extends HTMLElement { connectedCallback() {
      this.attachShadow({mode: 'open'}).innerHTML =
        '<figure><slot></slot><figcaption>Shown inside</figcaption></figure>'; }});"""
    body = '<my-figure><img src="a.jpg"></my-figure>'
    rendered = await shown(browser, page(script, body))
    assert '<figure><img src="a.jpg"><figcaption>Shown inside</figcaption></figure>' in (
        rendered.html
    )


@SHARING
async def test_a_page_cannot_bend_what_is_read_of_it(browser) -> None:
    script = """Element.prototype.querySelectorAll = () => { throw 1 };
    Object.defineProperty(document, 'documentElement', {get: () => { throw 2 }});
    String.prototype.replace = () => 'bent'; window.written = () => 'bent'; window.look = null;
    document.body.append('straight');"""
    rendered = await shown(browser, page(script))
    assert "straight" in rendered.html
    assert "bent" not in rendered.html


@pytest.mark.parametrize("gone", ["document.documentElement", "document.body"])
@SHARING
async def test_a_page_that_removes_itself_is_an_empty_page(browser, gone: str) -> None:
    first = browser.pid
    later = page(f"document.body.append('x'); setTimeout(() => {gone}.remove(), 300)")
    assert "x" not in (await shown(browser, later)).html.partition("<body>")[2]
    now = await shown(browser, page(f"{gone}.remove()"))
    assert now.html.startswith("<!DOCTYPE html>")
    assert browser.pid == first


@SHARING
async def test_a_frame_is_told_by_its_address_and_nothing_in_it_is_read(browser) -> None:
    script = "document.body.innerHTML = '<iframe src=\"a.html\">canary</iframe>after'"
    rendered = await shown(browser, page(script))
    assert rendered.html.endswith('<body><iframe src="a.html"></iframe>after</body></html>')


@SHARING
async def test_scripts_that_lead_on_are_followed_under_the_same_rules(browser) -> None:
    first = page("location.href = '/second?x=1'")
    rendered = await shown(browser, first, **{"second?x=1": page("document.body.append('2')")})
    assert (rendered.url, ">2<" in rendered.html) == (f"{HOME}second?x=1", True)
    assert await refused(browser, first) == "http_404"
    chain = {f"{n}": page(f"location.href = '/{n + 1}'") for n in range(9)}
    assert await refused(browser, page("location.replace('/0')"), **chain) == "redirects"
    here = await shown(browser, page("document.body.append('x'); location.reload()"))
    assert here.url == HOME
    local = await shown(browser, page("document.body.append('x'); location = 'file:///etc/'"))
    assert local.url == HOME


@SHARING
async def test_scripts_see_one_picture_for_all_and_every_request_is_the_fetchers(browser) -> None:
    fetcher = FakeFetcher({HOME + "a.js": b"document.body.append('ran')"})
    html = page(
        "new Image().src = '/b.jpg'; fetch('/post', {method: 'POST'}).catch(() => 0); alert(1)",
        '<img src="/a.jpg" onload="this.alt = naturalWidth"><iframe src="/frame"></iframe>'
        '<video src="/v.mp4"></video><link rel="stylesheet" href="/s.css">',
    ).replace(b"</body>", b'<script src="/a.js"></script></body>')
    rendered = await browser.render(Given(HOME, html), fetcher)
    assert fetcher.asked.count((HOME + "a.js", "asset")) == 1
    assert set(fetcher.asked) <= {(HOME + "a.js", "asset"), (HOME + "s.css", "asset")}
    assert 'alt="1"' in rendered.html
    assert "ran" in rendered.html


# What does not behave ------------------------------------------------------------------------


async def test_an_endless_loop_ends_at_the_deadline_and_harms_no_other_page() -> None:
    async with chromium(timeout=6) as browser:
        began = time.monotonic()
        kind, other = await asyncio.gather(
            refused(browser, ENDLESS), shown(browser, page("document.body.append('fine')"))
        )
        assert (kind, "fine" in other.html) == ("render_timeout", True)
        assert time.monotonic() - began < 90
        assert "again" in (await shown(browser, page("document.body.append('again')"))).html


async def test_waiting_for_requests_is_not_the_pages_own_time() -> None:
    class Slow(FakeFetcher):
        async def get(self, url, kind):
            await asyncio.sleep(6)
            return await super().get(url, kind)

    fetcher = Slow({HOME + "data.json": DATA})
    async with chromium(timeout=5) as browser:
        html = page("fetch('data.json').then(r => r.text()).then(t => document.body.append(t))")
        assert '["a", "b"]' in (await browser.render(Given(HOME, html), fetcher)).html


async def test_a_browser_that_is_killed_is_replaced_and_the_page_tried_again() -> None:
    async with chromium() as browser:
        first = browser.pid
        slow = page("setTimeout(() => document.body.append('late'), 2000)")
        rendering = asyncio.create_task(shown(browser, slow))
        await asyncio.sleep(1)
        os.kill(first, signal.SIGKILL)
        assert "late" in (await rendering).html
        assert "x" in (await shown(browser, page("document.body.append('x')"))).html
        assert browser.pid != first


@SHARING
async def test_a_page_that_breaks_its_browser_twice_is_given_up(browser, monkeypatch) -> None:
    from vqva_crawl.clients.render import visit

    async def work(self, crashed):
        crashed.set_exception(visit.Crashed("the page's process ended"))
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        patch.setattr(visit.Visit, "_work", work)
        assert await refused(browser, page("")) == "render_crash"
    assert "x" in (await shown(browser, page("document.body.append('x')"))).html


async def test_a_browser_is_replaced_after_its_pages() -> None:
    async with chromium(max_pages=2, concurrency=1) as browser:
        pids = [(await shown(browser, page("")), browser.pid)[1] for _ in range(4)]
        assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_a_browser_that_takes_much_memory_is_replaced_between_pages(monkeypatch) -> None:
    taken = iter([0, 0, 3 << 30])  # at its first page, while that is shown, at the next one

    async def memory(self):
        return next(taken, 0)

    monkeypatch.setattr("vqva_crawl.clients.render.browser.Browser.memory", memory)
    monkeypatch.setattr("vqva_crawl.clients.render.chromium.WATCHED", 60)
    async with chromium(concurrency=1) as browser:
        pids = [(await shown(browser, page("")), browser.pid)[1] for _ in range(2)]
        assert pids[0] != pids[1]


async def test_a_page_that_eats_memory_is_stopped() -> None:
    eat = "const all = []; setInterval(() => all.push(new Uint8Array(2e7).fill(1)), 20);"
    async with chromium(max_memory_mb=800, timeout=60) as browser:
        assert await refused(browser, page(eat)) == "render_crash"
        assert "x" in (await shown(browser, page("document.body.append('x')"))).html


async def test_a_page_that_grows_too_large_is_refused() -> None:
    grow = "document.body.append('x'.repeat(3000))"
    async with chromium({"max_page_bytes": 2000}) as browser:
        assert await refused(browser, page(grow)) == "too_large"


@SHARING
async def test_a_full_disk_is_not_a_pages_failure(browser) -> None:
    class Full(FakeFetcher):
        async def get(self, url, kind):
            raise StorageError("no space left")

    with pytest.raises(StorageError):
        await browser.render(Given(HOME, page("fetch('/a')")), Full({}))


async def test_nothing_is_left_behind() -> None:
    others = browsers()
    async with chromium(timeout=3) as browser:
        pid = browser.pid
        rendering = asyncio.create_task(shown(browser, ENDLESS))
        await asyncio.sleep(1)
        rendering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rendering
        assert any(pid == one for one, _ in browsers())
    assert await asyncio.to_thread(left, others) == set()


# What is missing -----------------------------------------------------------------------------


def test_without_playwright_or_a_browser_a_line_says_what_to_do(monkeypatch, tmp_path) -> None:
    wanted = Fetch.model_validate({"render": {"mode": "auto"}})
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="playwright install chromium"):
        check_render(wanted)
    with pytest.raises(ConfigError, match=r"fetch\.render\.browser: '/no/such' is no program"):
        check_render(Fetch.model_validate({"render": {"mode": "always", "browser": "/no/such"}}))
    (tmp_path / "chromium-1200").mkdir()
    check_render(wanted)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'vqva-crawl\[browser\]'"):
        check_render(wanted)
    check_render(Fetch())


async def test_a_browser_that_does_not_start_is_the_configs_matter() -> None:
    broken = Fetch.model_validate({"render": {"mode": "auto", "browser": "/bin/false"}})
    with pytest.raises(ConfigError, match="/bin/false does not start"):
        async with renderer(broken):
            pass
    assert CHROMIUM


@pytest.mark.parametrize(("value", "mode"), [(False, "off"), ("off", "off"), ("auto", "auto")])
def test_a_plain_off_of_yaml_is_understood(value: object, mode: str) -> None:
    assert Fetch.model_validate({"render": {"mode": value}}).render.mode == mode
