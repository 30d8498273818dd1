"""The render stage: which pages go to the browser, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vqva_crawl.clients.fakes import FakeFetcher, FakeRenderer
from vqva_crawl.config import Config
from vqva_crawl.errors import Refused
from vqva_crawl.records import Document, Page, Rejected, Target
from vqva_crawl.stages.render import Render

URL = "http://site.test/page"
SHELL = '<html><body><div id="root"></div><script src="/a.js"></script></body></html>'
WHOLE = f"<html><body><p>{'Words of the shore. ' * 60}</p><script>x()</script></body></html>"
SHOWN = "<html><body><p>Größe</p></body></html>"


class Here:
    async def call(self, function: Callable[..., Any], *args: Any, timeout: float) -> Any:
        return function(*args)


def page(body: str, place: str = "") -> Page:
    target = Target(key=URL, url=URL, place=place)
    return Page(
        target=target, url=URL, body=body.encode("latin-1"), content_type="text/html",
        charset="latin-1", fetched_at="2000-01-01T00:00:00+00:00",
    )  # fmt: skip


def stage(renderer: FakeRenderer, mode: str = "auto", agent: str = "vqva-crawl/0.1") -> Render:
    config = Config.model_validate({"name": "t", "fetch": {"render": {"mode": mode}}})
    return Render(renderer, FakeFetcher({}), Here(), config, agent)


async def test_a_shell_becomes_what_a_browser_shows_of_it() -> None:
    rendered = await stage(FakeRenderer({URL: SHOWN}))(page(SHELL))
    assert isinstance(rendered, Page)
    assert (rendered.body.decode(), rendered.charset, rendered.rendered) == (SHOWN, "utf-8", True)


@pytest.mark.parametrize("mode", ["auto", "always"])
@pytest.mark.parametrize(
    ("body", "place", "modes"),
    [
        (SHELL, "", ("auto", "always")),
        (WHOLE, "", ("always",)),
        (SHOWN.replace("p>", "b>"), "", ()),  # without scripts
        (SHELL, "archive.warc:7", ()),  # what it asks for today is not what it asked for then
        (SHELL.replace("<body>", "<head><meta name=robots content=noai></head><body>"), "", ()),
        ("<div>" * 3000 + SHELL, "", ()),  # the extractor refuses it
    ],
    ids=["shell", "whole", "no scripts", "archived", "opted out", "deep"],
)
async def test_only_what_needs_it_and_may_be_is_rendered(body, place, modes, mode) -> None:
    renderer = FakeRenderer({URL: SHOWN})
    before = page(body, place)
    after = await stage(renderer, mode)(before)
    assert (renderer.asked == [URL]) is (mode in modes)
    assert (after is before) is (mode not in modes)


async def test_opt_outs_that_are_ignored_do_not_keep_a_page_from_being_rendered() -> None:
    opted_out = SHELL.replace("<body>", "<head><meta name=robots content=noai></head><body>")
    assert (await stage(FakeRenderer({URL: SHOWN}), agent="")(page(opted_out))).rendered


async def test_what_the_browser_cannot_show_is_rejected_with_its_cause() -> None:
    lost = Refused("render_timeout", URL, "its scripts did not come to rest")
    rejected = await stage(FakeRenderer({URL: lost}))(page(SHELL))
    assert isinstance(rejected, Rejected)
    assert (rejected.stage, rejected.reason) == ("render", "render_timeout")


async def test_documents_pass() -> None:
    document = Document(url=URL, target=Target(key=URL, url=URL))
    assert await stage(FakeRenderer({}))(document) is document
