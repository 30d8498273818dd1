"""What a page's JSON-LD says of licences and authors."""

from __future__ import annotations

import json

import pytest

from vqva_crawl import config
from vqva_crawl.records import Document, ImageItem, Page, Target
from vqva_crawl.stages.extract.stage import document

CC = "https://creativecommons.org/licenses/by/4.0/"
URL = "http://a.test/docs/page.html"


def extracted(*scripts: object, head: str = "") -> Document:
    said = "".join(
        f'<script type="application/ld+json">{s if isinstance(s, str) else json.dumps(s)}</script>'
        for s in scripts
    )
    html = f'<html><head>{head}{said}</head><body><p>Text.</p><img src="a.png"><img src="b.png">'
    target = Target(key=URL, url=URL)
    page = Page(target=target, url=URL, body=html.encode(), content_type="text/html", fetched_at="")
    found = document(page, config.Extract())
    assert isinstance(found, Document)
    return found


def credits(found: Document) -> list[tuple[str, str]]:
    return [(i.licence, i.author) for i in found.items if isinstance(i, ImageItem)]


def picture(url: str = "a.png", **more: object) -> dict[str, object]:
    return {"@type": "ImageObject", "contentUrl": url, "license": CC, **more}


@pytest.mark.parametrize(
    "said",
    [
        {"@type": "Article", "license": CC},
        {
            "@context": "https://schema.org",
            "@graph": [{"@type": "WebPage", "license": {"@id": CC}}],
        },
        [{"@type": "Person"}, {"@type": "Recipe", "license": [CC, "http://other.test/"]}],
    ],
)
def test_the_page_s_licence(said: object):
    found = extracted(said)
    assert (found.licence, found.licence_evidence) == (CC, "JSON-LD license")
    assert credits(found) == [("", ""), ("", "")]


def test_control_characters_are_left_out_of_names():
    said = {"@type": "Article", "license": "a\u0000b \u001b[31mc\u0085d"}
    pictures = [picture(creditText="Ann\u0007a\u001b"), picture("b.png", license="x\u009fy")]
    found = extracted(said, *pictures, head="<title>Le&#1;af\u001b[1m s</title>")
    assert (found.licence, found.title) == ("ab c d", "Leaf s")
    assert credits(found) == [(CC, "Anna"), ("xy", "")]
    found = extracted(head='<meta name="dc.rights" content="x&#2;y z\u007f">')
    assert found.licence == "xy z"


def test_what_is_stated_in_the_page_itself_comes_first():
    found = extracted({"@type": "Article", "license": CC}, head='<link rel="license" href="/own">')
    assert (found.licence, found.licence_evidence) == ("http://a.test/own", "rel=license")


@pytest.mark.parametrize(
    "said",
    [
        picture(creator={"@type": "Person", "name": " Ada  Lovelace "}),
        {"@type": "Article", "image": [picture(creditText="Ada Lovelace")]},
        {"@graph": [picture("http://a.test/docs/a.png", author=["Ada Lovelace", "Other"])]},
        {"@type": ["ImageObject"], "url": "a.png", "license": CC, "creator": "Ada Lovelace"},
    ],
)
def test_a_picture_s_own_licence_and_author(said: object):
    found = extracted(said)
    assert credits(found) == [(CC, "Ada Lovelace"), ("", "")]
    assert found.licence == ""


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        ("All rights reserved <b>", "All rights reserved <b>"),
        ("CC BY 4.0", "CC BY 4.0"),
        ("MIT", "MIT"),
        ({"@type": "CreativeWork", "name": "CC0 1.0"}, "CC0 1.0"),
        ("/terms", "http://a.test/terms"),
        ("terms.html", "http://a.test/docs/terms.html"),
        ({"url": "//b.test/l"}, "http://b.test/l"),
        ("legal/", "http://a.test/docs/legal/"),
        ("license.php?id=4", "http://a.test/docs/license.php?id=4"),
        ("N/A", "N/A"),
        ("CC-BY-SA-3.0/GFDL", "CC-BY-SA-3.0/GFDL"),
        ("/" * 400_000 + " x", "/" * 200),
        ("/" * 3000, "/" * 200),
        ({"name": "CC0 1.0", "url": "/terms"}, "http://a.test/terms"),
        ([{"@type": "CreativeWork"}, "CC0 1.0", "MIT"], "CC0 1.0"),
    ],
    ids=range(15),
)
def test_a_licence_in_words_is_no_address(stated: object, licence: str):
    assert extracted({"@type": "Article", "license": stated}).licence == licence


@pytest.mark.parametrize(
    "said",
    ["", "{", "[" * 50_000, '"x"', "null", {"license": 7}, picture("data:,x"), {"@type": None}],
)
def test_what_cannot_be_read_states_nothing(said: object):
    found = extracted(said)
    assert (found.licence, credits(found)) == ("", [("", ""), ("", "")])


def test_scripts_are_no_text_of_the_page():
    assert "licenses" not in " ".join(item.text for item in extracted(picture()).texts())


def test_half_a_character_in_a_name_costs_the_page_nothing():
    said = json.dumps(picture(creditText="Al x")).replace("Al x", "Al \\ud83dx")
    found = extracted(said)
    assert credits(found)[0] == (CC, "Al \ufffdx")
    assert Document.model_validate_json(found.model_dump_json()) == found
