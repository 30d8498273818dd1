"""Which file an <img> means, and what else is known of it."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from extract_pages import URL, image, images, names, read
from hypothesis import given, settings
from hypothesis import strategies as st

from vqva_crawl.stages.extract.images import path_of, srcset

HERE = "http://site.example/dir/"


@pytest.mark.parametrize(
    "markup",
    [
        "<img src=real.jpg>",
        "<img src='data:image/gif;base64,R0lGOD' data-src=real.jpg>",
        "<img src=blank.gif data-original=/dir/real.jpg>",
        "<img src=/img/1x1.png data-lazy-src=real.jpg>",
        "<img src=small.jpg data-src=real.jpg>",
        "<img src=small.jpg srcset='small.jpg 320w, real.jpg 1200w, mid.jpg 640w'>",
        "<img src=small.jpg srcset='small.jpg 1x,\n real.jpg 2x'>",
        "<img src=loading.gif data-srcset='real.jpg 800w'>",
        "<img src=small.jpg data-hi-res=real.jpg>",
        "<img src=small.jpg data-full-url=real.jpg data-src=mid.jpg>",
        "<picture><source srcset='real.jpg 900w'><img src=small.jpg></picture>",
        "<picture><source type=image/avif srcset='x.avif 2000w'><img src=real.jpg></picture>",
        "<img data-src='{\"json\": 1}' src=real.jpg>",
        "<amp-img src=real.jpg></amp-img>",
    ],
)
def test_the_largest_real_candidate_is_taken(markup: str) -> None:
    assert image(markup).url == f"{HERE}real.jpg"


@pytest.mark.parametrize(
    "markup",
    [
        "<img>",
        "<img src=''>",
        "<img src=spacer.gif>",
        "<img src=data:image/png;base64,AAAA>",
        "<img src=file:///etc/passwd>",
        "<img src=track.gif width=1 height=1>",
    ],
)
def test_what_is_no_picture_is_left_out(markup: str) -> None:
    assert images(markup) == []


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("a.jpg, b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a,b.jpg 1x, c.jpg 2x", ["a,b.jpg", "c.jpg"]),
        ("/x/w_100,h_50/a.jpg 100w , /x/b.jpg 200w", ["/x/w_100,h_50/a.jpg", "/x/b.jpg"]),
        (" ,, a.jpg ,", ["a.jpg"]),
        ("", []),
    ],
)
def test_srcset_addresses_may_hold_commas(value: str, addresses: list[str]) -> None:
    assert [c.address for c in srcset(value)] == addresses


def test_a_noscript_copy_stands_in_for_a_placeholder() -> None:
    html = "<figure><img src=blank.gif><noscript><img src=a.png></noscript><figcaption>A</figure>"
    assert (image(html).url, image(html).caption) == (f"{HERE}a.png", "A")


def test_a_noscript_copy_of_a_real_picture_is_dropped() -> None:
    assert names("<p><img data-src=a-2000.png src=x.gif><noscript><img src=a.png></noscript>") == [
        "a-2000.png"
    ]
    assert names("<p><noscript><img src=a.png></noscript><img data-src=b.png class=lazy></p>") == [
        "b.png"
    ]


def test_size_alt_title_and_link() -> None:
    found = image(
        "<a href=/wiki/File:X.jpg><img src=x.jpg width='220px' style='height: 80px' "
        "alt=' A  b ' title=T></a>"
    )
    assert (found.width, found.height, found.alt, found.title) == (220, 80, "A b", "T")
    assert found.link == "http://site.example/wiki/File:X.jpg"
    assert found.full_url == ""


def test_relative_sizes_are_unknown() -> None:
    found = image("<img src=x.jpg width=100% height=auto>")
    assert (found.width, found.height) == (0, 0)


def test_a_link_to_a_picture_file_is_the_full_picture() -> None:
    assert image("<a href=big.JPG?x=1><img src=s.jpg></a>").full_url == f"{HERE}big.JPG?x=1"
    assert image("<a href=https://git.example/r/blob/main/a.png><img src=s.jpg></a>").full_url == ""


def test_the_file_behind_a_mediawiki_thumbnail() -> None:
    found = image("<a href=/wiki/File:X.jpg><img src=/w/images/thumb/a/ab/X.jpg/220px-X.jpg></a>")
    assert found.full_url == "http://site.example/w/images/a/ab/X.jpg"


def test_formulas_and_emoji_are_words() -> None:
    html = "<p>Let <img class=tex src=f.png alt='x^2'> be <img class=emoji src=e.png alt=':)'></p>"
    assert images(html) == []


ADDRESS = st.lists(
    st.sampled_from(["a", "B-1", "x.png", ".", "..", "...", "/", "//", "_", "%41", " ", "é", "?"])
).map("".join)


@given(ADDRESS)
@settings(max_examples=300)
def test_the_short_way_to_a_path_is_the_long_way(address: str) -> None:
    assert path_of(address) == unquote(urlsplit(address.strip()).path)


PATH = st.lists(
    st.sampled_from(["a", "B-1", "x.png", ".", "..", "...", "_"]), min_size=1, max_size=5
)


@given(PATH.map("/".join))
@settings(max_examples=100)
def test_links_are_absolute(path: str) -> None:
    links = read(f"<p>Text</p><a href='{path}.htm?q'>a</a><a href='{path}.htm'>b</a>").links
    assert links == (urljoin(URL, f"{path}.htm?q"), urljoin(URL, f"{path}.htm"))
