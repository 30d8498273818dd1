"""Hostile text and pictures, in a real browser: nothing runs, nothing leaves the disk."""

import io
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from vqva_crawl.publish.report import write_report
from vqva_crawl.publish.summary import Summary, Survival, Triple
from vqva_crawl.records import AgentMark, Credit, Rejected, Scores

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '" onmouseover="alert(1)" autofocus onfocus="alert(1)',
    "' onclick='alert(1)",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/leak'>",
    "<base href=http://127.0.0.1:9/>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<style>*{background:url(http://127.0.0.1:9/x)}</style>",
    "<img src=http://127.0.0.1:9/pixel.gif>",
    "<form action=http://127.0.0.1:9/><button autofocus>x",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "<plaintext>",
    "\u202e\u2066gnp.exe",
]
ADDRESSES = [
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.org/"onmouseover="alert(1)',
    "file:///etc/passwd",
    "//127.0.0.1:9/x",
    "vbscript:msgbox(1)",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def hostile_triple(triple: Callable[..., Triple], n: int) -> Triple:
    text, url = PAYLOADS[n % len(PAYLOADS)], ADDRESSES[n % len(ADDRESSES)]
    made = triple(n)
    facts = "instruction reasoning topic page_title query backend fetched_at licence_evidence"
    scores = Scores(
        question=2, answer=2, context=2, question_reason=text, answer_reason=text,
        context_reason=text,
    )  # fmt: skip
    sample = made.sample.model_copy(
        update={
            **dict.fromkeys(facts.split(), text),
            "variants": (text, text),
            "language": text,
            "page_url": url,
            "licence": url if n % 2 else text,
            "question_credit": Credit(licence=text, author=text, evidence=url),
            "answer_credit": Credit(licence=url, author=text, evidence=text),
            "question": made.sample.question.model_copy(
                update={"url": url, "sha256": "../../../../etc/passwd\0"}
            ),
            "scores": scores,
            "agents": (AgentMark(agent=text, model=text, prompt_digest=text),),
        }
    )
    return made._replace(sample=sample)


@pytest.fixture
def report(tmp_path: Path, summary: Summary, triple: Callable[..., Triple]) -> Path:
    counts = dict.fromkeys(PAYLOADS, 2)
    hostile = replace(
        summary,
        run=PAYLOADS[2],
        stopped_because=PAYLOADS[0],
        survival=tuple(Survival(text, 3, 2, 1, {text: 1}) for text in PAYLOADS),
        topics=counts,
        hosts=counts,
        licences=counts,
        languages=counts,
        errors=counts,
        domains=counts,
        relations=counts,
        agents=(AgentMark(agent=PAYLOADS[3], model=PAYLOADS[4]),),
    )
    rejected = [
        Rejected(
            id=f"{n:032x}", stage=text, reason=text, detail=text, payload=text,
            url=ADDRESSES[n % len(ADDRESSES)],
        )
        for n, text in enumerate(PAYLOADS)
    ]  # fmt: skip
    triples = [hostile_triple(triple, n) for n in range(len(PAYLOADS))]
    triples[0] = triples[0]._replace(question=b"GIF89a/*<script>alert(1)</script>*/")
    return write_report(tmp_path / "report", hostile, triples, rejected)


def watch(page: Page) -> dict[str, list[Any]]:
    """What must not happen, as it happens."""
    seen: dict[str, list[Any]] = {"dialogs": [], "requests": [], "console": [], "errors": []}
    page.on("dialog", lambda d: (seen["dialogs"].append(d.message), d.dismiss()))
    page.on("request", lambda r: seen["requests"].append(r.url))
    page.on("console", lambda m: seen["console"].append(m.text))
    page.on("pageerror", lambda e: seen["errors"].append(str(e)))
    return seen


def test_nothing_runs_and_nothing_is_asked_for(page: Page, report: Path) -> None:
    seen = watch(page)
    page.add_init_script("window.alert = () => { window.pwned = true }")
    page.goto(report.as_uri())
    page.evaluate(OPEN_ALL)
    page.locator(".triple").last.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert page.evaluate("window.pwned === undefined")
    assert seen["dialogs"] == []
    assert seen["errors"] == []
    assert seen["console"] == []  # not even a refused attempt: all of it is text
    folder = report.parent.as_uri()
    assert all(url.startswith(folder) for url in seen["requests"]), seen["requests"]


def test_hostile_text_made_no_element_and_no_handler(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    for tag in ("script", "iframe", "object", "base", "link", "form", "math", "plaintext"):
        assert page.locator(tag).count() == 0, tag
    assert page.locator("style").count() == 1
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    )
    assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert PAYLOADS[0] in page.locator(".triple .ask").first.text_content()


def test_links_lead_to_the_web_or_this_page(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    links = page.evaluate(
        "[...document.links].map(a => [a.getAttribute('href'), a.protocol, a.rel])"
    )
    assert any(protocol == "https:" for _, protocol, _ in links)
    for href, protocol, rel in links:
        if not href.startswith("#"):
            assert protocol in ("http:", "https:"), href
            assert rel == "noreferrer nofollow noopener"


def test_the_policy_stops_what_might_slip_through(page: Page, report: Path) -> None:
    """The second line: even markup that were let in could neither run nor call out."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        outside = f"<img src=http://127.0.0.1:{server.getsockname()[1]}/x>"
        slipped = f"<main>{outside}<script>alert(1)</script><p style='color:red'>x</p>"
        report.write_text(report.read_text("utf-8").replace("<main>", slipped), "utf-8")
        seen = watch(page)
        page.goto(report.as_uri())
        page.wait_for_timeout(300)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has connected
            server.accept()
    assert seen["dialogs"] == []
    assert len([line for line in seen["console"] if "Content Security Policy" in line]) >= 3


def test_the_page_is_styled_shows_its_pictures_and_filters(
    page: Page, tmp_path: Path, summary: Summary, triples: Callable[[int], list[Triple]]
) -> None:
    seen = watch(page)
    tall = io.BytesIO()
    Image.new("RGB", (200, 600), "red").save(tall, "PNG")
    shown = [triple._replace(question=tall.getvalue()) for triple in triples(12)]
    page.goto(write_report(tmp_path, summary, shown, []).as_uri())
    assert page.locator(".body").first.evaluate("e => getComputedStyle(e).display") == "grid"
    picture = page.locator(".triple img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.triple img').naturalWidth > 0")
    frame, drawn = page.locator(".frame").first.bounding_box(), picture.bounding_box()
    assert frame is not None
    assert drawn is not None
    assert drawn["height"] <= frame["height"]  # not cropped
    assert page.locator(".triple:visible").count() == 12
    page.locator("label[for=domain-reasoning]").click()
    assert page.locator(".triple:visible").count() == 4
    page.locator("label[for=relation-temporal]").click()
    assert page.locator(".triple:visible").count() == 0
    assert page.locator(".nothing").is_visible()
    assert seen["console"] == []


@pytest.mark.parametrize("width", [420, 1280])
def test_nothing_sticks_out_sideways(page: Page, report: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report.as_uri())
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
