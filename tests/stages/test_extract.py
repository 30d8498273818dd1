"""Reading order, furniture, hidden text, metadata, and pages that are hostile or broken."""

from __future__ import annotations

import gc
import time

import pytest
from extract_pages import URL, names, outline, page, read, refused, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from vqva_crawl import config
from vqva_crawl.clients.workers import Workers
from vqva_crawl.errors import WorkerTimeout
from vqva_crawl.records import Document, Rejected
from vqva_crawl.stages import extract
from vqva_crawl.stages.extract import Extract, tree


def test_text_and_pictures_come_in_reading_order() -> None:
    html = """<h2>Frogs</h2><p>A frog
        <b>lays</b> eggs.<p><img src=egg.png></p><ul><li>one<li>two</ul>
        <blockquote><p>So they say.</p></blockquote><pre>a = 1\n  b</pre>"""
    assert outline(html) == [
        ("heading", 2, "Frogs"),
        ("paragraph", 0, "A frog lays eggs."),
        ("image", -1, "egg.png"),
        ("list", 0, "one"),
        ("list", 0, "two"),
        ("quote", 0, "So they say."),
        ("code", 0, "a = 1\n  b"),
    ]


def test_ordered_lists_number_their_items() -> None:
    html = "<ol start=3><li>c<li><p>d</p><li value=9>i<li>j</ol>"
    assert outline(html) == [
        ("list", 3, "c"),
        ("list", 4, "d"),
        ("list", 9, "i"),
        ("list", 10, "j"),
    ]


def test_a_small_picture_in_a_sentence_does_not_cut_it() -> None:
    assert outline("<p>Press <img src=key.png alt=key> to go on.</p>") == [
        ("paragraph", 0, "Press to go on."),
        ("image", -1, "key.png"),
    ]


def test_a_row_of_a_table_is_one_item() -> None:
    html = "<table><tr><th>Name<th>Legs<tr><td>Ant<td>6</table>"
    assert outline(html) == [("table", 0, "Name | Legs"), ("table", 0, "Ant | 6")]


def test_a_layout_table_is_read_like_other_elements() -> None:
    html = "<table><tr><td><h2>Left</h2><p>text</p></td><td><ul><li>menu</ul></td></table>"
    assert outline(html) == [
        ("heading", 2, "Left"),
        ("paragraph", 0, "text"),
        ("list", 0, "menu"),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>canary</p>",
        "<p aria-hidden=true>canary</p>",
        "<p style='display: none'>canary</p>",
        "<div style='visibility:hidden'><p>canary</p></div>",
        "<span style='font-size:0'>canary</span>",
        "<span style='font-size: 1px'>canary</span>",
        "<span style='opacity:0'>canary</span>",
        "<p style='position:absolute;left:-9999px'>canary</p>",
        "<p class=sr-only>canary</p>",
        "<style>.x, .trap {display:none}</style><p class='a trap'>canary</p>",
        "<!-- canary -->",
        "<script>canary</script>",
        "<style>canary</style>",
        "<template><p>canary</p></template>",
        "<noscript><p>canary</p></noscript>",
        "<svg><title>canary</title><text>canary</text></svg>",
        "<select><option>canary</select>",
        "<textarea>canary</textarea>",
        "<iframe>canary</iframe>",
    ],
)
def test_what_is_not_seen_is_not_read(hidden: str) -> None:
    assert texts(f"<p>seen</p>{hidden}<p>too</p>") == ["seen", "too"]


def test_hidden_pictures_are_not_read() -> None:
    assert names("<div style='display:none'><img src=a.png></div><img src=b.png hidden>") == []


def test_pictures_that_fade_in_are_read() -> None:
    html = "<div style='height:0;padding-bottom:56%'><img src=a.png style='opacity:0'></div>"
    assert names(html) == ["a.png"]


def test_classes_shown_again_on_wider_screens_are_read() -> None:
    assert texts("<p class='hidden md:block'>a</p><p class='d-none d-md-block'>b</p>") == ["a", "b"]


BODY = "<p>" + "Long text of the page. " * 40 + "</p>"


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>menu</nav>",
        "<div role=navigation>menu</div>",
        "<header><a href=/><img src=logo.png></a> Site</header>",
        "<footer>(c) 2024</footer>",
        "<aside>see also</aside>",
        "<div class=navheader><a href=x><img src=prev.png></a> Chapter 5</div>",
        "<ul id=breadcrumbs><li><a href=/>Home</a></ul>",
        "<div class='toc'><ul><li><a href=#a>One</a></ul></div>",
        "<div class='cookie-notice'>We use cookies</div>",
        "<div id=sidebar><p>Other posts</p></div>",
        "<div class='share-buttons'><a href=x>Tweet</a></div>",
        "<div class=site-footer><p>Imprint</p></div>",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    assert len(read(f"<body>{furniture}{BODY}{furniture}</body>").items) == 1


@pytest.mark.parametrize(
    "content",
    [
        "<article><header><h1>Kept</h1></header>{}</article>",
        "<header><h1>Kept</h1></header>{}",
        "<div class='content-with-sidebar'><h1>Kept</h1>{}</div>",
        "<div class=sidebar-layout><p>Kept</p>{}</div>",
        "<section id=navigation><h2>Kept</h2>{}</section>",
        "<div class=section id=footer><p>Kept</p></div>{}",
        "<div id=menu><p>Kept</p>{}</div>",
        "<article><aside><p>Kept</p></aside>{}</article>",
    ],
)
def test_content_that_shares_a_name_with_furniture_stays(content: str) -> None:
    assert "Kept" in texts(f"<body>{content.format(BODY)}</body>")


def test_a_main_element_with_most_of_the_text_is_the_page() -> None:
    assert len(texts(f"<body><div>around</div><main>{BODY}</main><p>below</p></body>")) == 1


# Metadata -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>T | Site</title><h1>H</h1>", "H"),
        ("<title>T</title><h1>one</h1><h1>two</h1>", "T"),
        ("<title>T</title><meta property=og:title content=' O  G '><h1>H</h1>", "O G"),
        ("<p>x", ""),
    ],
)
def test_title(html: str, title: str) -> None:
    assert read(html).title == title


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=en-GB>", "en"),
        ("<html xml:lang=de>", "de"),
        ("<meta http-equiv=Content-Language content=fr>", "fr"),
        ("<meta property=og:locale content=pt_BR>", "pt"),
        ("<html lang='x'>", ""),
        ("<p>Hello", ""),
    ],
)
def test_declared_language(html: str, language: str) -> None:
    assert read(html).language == language


BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("html", "evidence"),
    [
        (f"<link rel=license href={BY}>", "rel=license"),
        (f"<p><a rel='nofollow license' href={BY}>CC</a>", "rel=license"),
        (f"<meta name=DCTERMS.license content={BY}>", "meta dcterms.license"),
        (f"<meta name=dc.rights content={BY}>", "meta dc.rights"),
    ],
)
def test_licence_with_its_evidence(html: str, evidence: str) -> None:
    found = read(html)
    assert (found.licence, found.licence_evidence) == (BY, evidence)


def test_licence_from_the_link_header_comes_last() -> None:
    assert read("<p>x", link_licence=BY).licence_evidence == "header Link"
    assert (
        read("<link rel=license href=/own>", link_licence=BY).licence == "http://site.example/own"
    )


def test_a_licence_in_a_figure_is_the_pictures() -> None:
    found = read(f"<figure><img src=a.png><figcaption><a rel=license href={BY}>CC</a></figure>")
    assert (found.licence, next(found.images()).licence) == ("", BY)


def test_addresses_are_made_absolute_against_base() -> None:
    found = read(
        "<base href=/other/><link rel=canonical href=c.html><a href=d.html><img src=a.png></a>"
    )
    assert found.canonical_url == "http://site.example/other/c.html"
    assert found.links == ("http://site.example/other/d.html",)
    assert next(found.images()).url == "http://site.example/other/a.png"


def test_links_are_pages_without_fragments_each_once() -> None:
    html = """<a href="b.html#x">1</a><a href="b.html">2</a><a href="#top">3</a>
        <a href="mailto:a@b">4</a><a href="javascript:x()">5</a><a href="/c" rel="nofollow">6</a>
        <a href="p.jpg">7</a><a href="http://[broken">8</a><a href="https://o.example/?q=1">9</a>"""
    assert read(html).links == ("http://site.example/dir/b.html", "https://o.example/?q=1")


def test_a_page_may_ask_that_its_links_are_not_followed() -> None:
    assert read("<meta name=robots content='index, NOFOLLOW'><a href=b>b</a>").links == ()


def test_frames_are_links_and_nothing_that_stands_in_them_is_read() -> None:
    html = """<a href=a.html>a</a><p>One<iframe src=b.html#x><p>canary</p></iframe> two</p>
        <iframe src="about:blank"></iframe><iframe srcdoc="<a href=c.html>"></iframe>
        <iframe src=ad.html style="display: none"></iframe><iframe src=/picture.svg></iframe>"""
    found = read(html)
    assert found.links == ("http://site.example/dir/a.html", "http://site.example/dir/b.html")
    assert texts(html) == ["a", "One two"]
    old = """<frameset><frame src=menu.html><frameset><frame src=start.html></frameset>
        <noframes><p>canary <a href=c.html>c</a></noframes></frameset>"""
    assert read(old).links == (
        "http://site.example/dir/menu.html",
        "http://site.example/dir/start.html",
    )
    assert texts(old) == []


@pytest.mark.parametrize(
    ("content", "link"),
    [
        ("0; url=en/", "en/"),
        ("0;URL='en/'", "en/"),
        ('0;URL="en/" more', "en/"),
        ("5.5 , en/", "en/"),
        ("0 en/", "en/"),
        (" .0;\n url = en/#start ", "en/"),
        ("0; url=//o.example/en", "o.example"),
        ("0", ""),
        ("0; url=", ""),
        ("0; url=''", ""),
        ("0url=en/", ""),
        ("; url=en/", ""),
        ("url=en/", ""),
        ("300; url=page.html#top", ""),
        ("300; url=/dir/../dir/page.html", ""),
        ("300; url=#top", ""),
        ("0; url=javascript:x()", ""),
        ("0; url=manual.pdf", ""),
    ],
)
def test_where_a_page_refreshes_to_is_its_link(content: str, link: str) -> None:
    joined = {"en/": "http://site.example/dir/en/", "o.example": "http://o.example/en"}
    quoted = content.replace('"', "&quot;")
    expected = tuple(filter(None, [joined.get(link, "")]))
    assert read(f'<meta http-equiv=Refresh content="{quoted}">').links == expected
    assert read("<p>moved", refresh=content).links == expected


def test_a_refresh_obeys_base_and_nofollow_and_comes_before_other_links() -> None:
    refresh = "<meta http-equiv=refresh content='0;url=en.html'>"
    base, nofollow = "<base href=/other/>", "<meta name=robots content=nofollow>"
    assert read(f"{refresh}{base}<a href=b.html>b</a><a href=en.html>en</a>").links == (
        "http://site.example/other/en.html",
        "http://site.example/other/b.html",
    )
    assert read(refresh + nofollow + "<iframe src=f.html></iframe>").links == ()
    assert read(nofollow, refresh="0;url=en.html").links == ()


@pytest.mark.parametrize("token", ["noai", "noindex", "none", "noimageai", "noimageindex"])
def test_opt_outs_are_obeyed(token: str) -> None:
    assert refused(f"<meta name=robots content='follow, {token}'>") == "opt_out"
    assert refused(f"<meta name=vqva-crawl content={token}>") == "opt_out"


def test_an_opt_out_may_stand_for_a_header_or_beside_another_name() -> None:
    assert refused("<meta http-equiv=X-Robots-Tag content=noai>") == "opt_out"
    assert refused("<meta name=x http-equiv=X-Robots-Tag content='index noai'>") == "opt_out"
    assert refused("<meta name=x property=tdm-reservation content=1>") == "opt_out"


def test_opt_outs_for_others_and_ignored_ones_do_not_count() -> None:
    read("<meta name=otherbot content=noai>")
    read("<meta http-equiv=X-Robots-Tag content='otherbot: noai'>")
    html = page("<meta name=robots content=noai>")
    assert isinstance(extract.document(html, config.Extract(), ""), Document)


# Bytes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<p>Grüße</p>".encode("latin-1"), "ISO-8859-1"),
        ("\ufeff<p>Grüße</p>".encode(), "latin-1"),
        ("<p>Grüße</p>".encode("utf-16"), ""),
        (b"<meta charset=windows-1252><p>Gr\xfc\xdfe</p>", ""),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=latin1'><p>Gr\xfc\xdfe</p>",
            "",
        ),
        (b"<meta charset=windows-1252><p>Gr\xfc\xdfe</p>", "no-such-charset"),
        ("<meta charset=utf-16><p>Grüße</p>".encode(), ""),
        ("<meta charset=utf-7><p>Grüße</p>".encode(), "unicode_escape"),
    ],
)
def test_encodings(body: bytes, charset: str) -> None:
    (item,) = read(body, charset=charset).texts()
    assert item.text == "Grüße"


def test_broken_utf8_does_not_lose_the_page() -> None:
    found = read(b"<p>caf\xe9 \xff\xfe</p><img src=a.png>" + b"\xf0\x28end")
    assert [i.text for i in found.texts()] == ["caf\ufffd \ufffd\ufffd", "\ufffd(end"]


@pytest.mark.parametrize("collects", [True, False])
def test_the_garbage_collector_is_left_as_it_was(
    collects: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        read("<p>read")
        assert gc.isenabled() is collects
        monkeypatch.setattr(extract.stage, "decode", None)
        with pytest.raises(TypeError):
            read("<p>failed")
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()


def test_a_page_leaves_no_cycles_behind() -> None:
    html = "<style>.x{display:none}</style><figure><a href=b.jpg><img src=a.png></a>words</figure>"
    read(html)
    gc.collect()
    gc.disable()
    try:
        read(html)
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<b><div></b>", "<span title='</span>'>", "<table><tr><td>", "<div></span>", "<x-y>"],
)
def test_deep_nesting_is_refused_before_it_is_parsed(unit: str) -> None:
    start = time.process_time()
    assert refused(unit * 100_000) == "too_deep"
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "unit",
    [
        "<div><span>a</span></div>",
        "<p>a<p>b",
        "<div><span></div>",
        "<script>'<div>'</script>",
        "<!-- <div> -->",
        "<a title='<div><div>'>",
    ],
)
def test_long_flat_pages_are_read(unit: str) -> None:
    assert isinstance(read(unit * 3_000), Document)


@pytest.mark.parametrize("bad", ["<a '", "<!--", "<script>", '<a "=', "<", "<a <", "</"])
def test_the_depth_check_is_linear(bad: str) -> None:
    start = time.process_time()
    extract.stage.deeper_than(bad * 200_000, 2_000)
    assert time.process_time() - start < 20


def test_what_nests_deeper_than_we_follow_is_still_read() -> None:
    html = "<div>" * 600 + "<p>deep</p><img src=a.png>" + "</div>" * 600 + "<p>after"
    assert [i[2] for i in outline(html)] == ["deep", "a.png", "after"]


def test_beautifulsoup_reads_what_lexbor_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise tree.SelectolaxError("no")

    html = """<h1>T</h1><p hidden>no</p><p class='a b'>x <b>y</b></p><img src=a.png>
        <iframe src=b.html><p>no</p></iframe>"""
    expected = outline(html), read(html).links
    monkeypatch.setattr(tree, "LexborHTMLParser", refuse)
    assert (outline(html), read(html).links) == expected


async def test_the_stage_reads_in_a_child_process() -> None:
    workers = Workers(count=1)
    try:
        stage = Extract(workers, config.Extract(timeout=30))
        found = await stage(page("<p>Hello</p>"))
        deep = await stage(page("<div>" * 100_000))
        impatient = Extract(workers, config.Extract(timeout=1e-6))
        with pytest.raises(WorkerTimeout):
            await impatient(page("<p>a</p>" * 300_000))
    finally:
        await workers.aclose()
    assert isinstance(found, Document)
    assert found.url == URL
    assert isinstance(deep, Rejected)
    assert deep.reason == "too_deep"


# Anything -------------------------------------------------------------------------------------

TAGS = ["div", "p", "b", "a", "table", "tr", "td", "ul", "ol", "li", "figure", "figcaption", "img",
        "picture", "source", "h1", "pre", "noscript", "br", "span"]  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", " class=caption", " class=figure", " src=a.png", " srcset='a 2x, b'", " href='//['",
     " style='display:none'", " colspan=999999", " start=-4", " width=1e9", " lang", " rel=license"]
)  # fmt: skip
PIECES = st.one_of(
    st.text(max_size=8),
    st.builds("<{}{}>".format, st.sampled_from(TAGS), ATTRIBUTES),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=200)
def test_no_html_raises(html: str) -> None:
    read(html)


@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "x", "utf-16", "big5"]))
@settings(max_examples=100)
def test_no_bytes_raise(body: bytes, charset: str) -> None:
    extract.document(page(body, charset=charset), config.Extract())


BLOCK = st.sampled_from(
    ["<p>text</p>", "<p><img src={}></p>", "<div>a <img src={}> b</div>", "<li><img src={}></li>",
     "<figure><img src={}><figcaption>c</figcaption></figure>", "<h2>t <img src={}></h2>",
     "<table><tr><td><img src={}><td>x</table>", "<a href=x><img src={}></a>",
     "<pre><img src={}></pre>"]
)  # fmt: skip


@given(st.lists(BLOCK, max_size=12))
@settings(max_examples=100)
def test_every_picture_of_a_simple_page_is_kept_in_order(blocks: list[str]) -> None:
    html = "\n".join(block.format(f"{n}.png") for n, block in enumerate(blocks))
    assert names(html) == [f"{n}.png" for n, block in enumerate(blocks) if "{}" in block]
