"""What a wiki tells of the pictures on a page.

The answers have the form of https://commons.wikimedia.org/w/api.php?action=help&modules=query
%2Bimageinfo with the fields that the extension CommonsMetadata adds; their values are made up.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from vqva_crawl.clients.fakes import FakeApi
from vqva_crawl.clients.search.mediawiki.files import file_name
from vqva_crawl.clients.search.mediawiki.options import MediaWikiOptions
from vqva_crawl.clients.search.mediawiki.source import MediaWikiSource
from vqva_crawl.config import Extract
from vqva_crawl.errors import RateLimited, may_pass
from vqva_crawl.records import Document, ImageItem, Rejected, Target, TextItem
from vqva_crawl.stages.describe import Describe

API = "https://en.wikipedia.org/w/api.php"
UPLOAD = "https://upload.wikimedia.org/wikipedia/commons"
FROG = f"{UPLOAD}/5/5a/Frog_%28spawn%29.jpg"
FROG_THUMB = f"{UPLOAD}/thumb/5/5a/Frog_%28spawn%29.jpg/330px-Frog_%28spawn%29.jpg"
BY_SA = "https://creativecommons.org/licenses/by-sa/4.0"
FREE = {
    "LicenseShortName": {"value": "CC BY-SA 4.0", "source": "commons-desc-page", "hidden": ""},
    "LicenseUrl": {"value": BY_SA, "source": "commons-desc-page", "hidden": ""},
    "UsageTerms": {"value": "Creative Commons Attribution-Share Alike 4.0"},
    "Artist": {"value": '<a href="//commons.wikimedia.org/wiki/User:Ann" title="x">Ann Bee</a>'},
}


def told(name: str, url: str, stated: Mapping[str, Any] = FREE, **more: Any) -> dict[str, Any]:
    """A page of prop=imageinfo; `more` are other facts of the file."""
    thumb = url.replace("/commons/", "/commons/thumb/")
    info = {
        "size": 2_400_000,
        "width": 4000,
        "height": 3000,
        "thumburl": f"{thumb}/1280px-{url.rpartition('/')[2]}",
        "thumbwidth": 1280,
        "thumbheight": 960,
        "url": url,
        "descriptionurl": f"https://commons.wikimedia.org/wiki/File:{name.replace(' ', '_')}",
        "mime": "image/jpeg",
        "extmetadata": dict(stated),
    }
    page = {"ns": 6, "title": f"File:{name}", "missing": True, "known": True}
    return page | {"imagerepository": "shared", "imageinfo": [info | more]}


def document(*pictures: ImageItem) -> Document:
    url = "https://en.wikipedia.org/wiki/Frog"
    target = Target(key=url, url=url, backend="wiki")
    return Document(url=url, items=(TextItem(text="Frogs."), *pictures), target=target)


def source(*pages: Mapping[str, Any]) -> tuple[MediaWikiSource, FakeApi]:
    api = FakeApi({API: lambda params, body: {"query": {"pages": list(pages)}}})
    return MediaWikiSource(MediaWikiOptions(), api, most_bytes=20_000_000), api


async def described(item: ImageItem, *pages: Mapping[str, Any]) -> ImageItem:
    found = await source(*pages)[0].describe(document(item))
    (image,) = found.images()
    return image


async def test_a_thumbnail_gets_its_original_licence_author_and_where_that_is_stated():
    found = await described(ImageItem(url=FROG_THUMB, alt="x"), told("Frog (spawn).jpg", FROG))
    assert (found.url, found.full_url) == (FROG_THUMB, FROG)
    assert (found.licence, found.author) == (BY_SA, "Ann Bee")
    assert found.licence_evidence == "https://commons.wikimedia.org/wiki/File:Frog_(spawn).jpg"
    assert found.alt == "x"


async def test_files_are_asked_about_by_name_together_and_once():
    asked, api = source(told("Frog (spawn).jpg", FROG))
    pictures = [ImageItem(url=url) for url in (FROG_THUMB, FROG, f"{UPLOAD}/a/ab/B.png")]
    await asked.describe(document(*pictures))
    ((_, params, _),) = api.asked
    assert params["titles"] == "File:Frog_(spawn).jpg|File:B.png"
    assert params["iiurlwidth"] == 1280


async def test_many_files_are_asked_about_in_requests_that_a_server_takes():
    names = [f"{'Лягушка ' * 8}{n}.jpg" for n in range(60)]
    asked, api = source()
    await asked.describe(document(*(ImageItem(url=f"{UPLOAD}/a/ab/{name}") for name in names)))
    titles = [str(params["titles"]).split("|") for _, params, _ in api.asked]
    assert [t for some in titles for t in some] == [f"File:{name}" for name in names]
    assert max(map(len, titles)) < 50
    plain, api = source()
    await plain.describe(document(*(ImageItem(url=f"{UPLOAD}/a/ab/{n}.jpg") for n in range(60))))
    assert [len(str(params["titles"]).split("|")) for _, params, _ in api.asked] == [50, 10]


@pytest.mark.parametrize(
    ("file", "facts"),
    [
        ("Cell.svg", {"mime": "image/svg+xml", "size": 9000, "width": 512, "height": 512}),
        ("Scan.tif", {"mime": "image/tiff"}),
        ("Heavy.jpg", {"size": 20_000_001}),
        ("Vast.jpg", {"width": 12_000, "height": 9_000}),
    ],
)
async def test_what_is_not_to_be_fetched_as_it_is_is_taken_as_the_wiki_renders_it(file, facts):
    rendered = f"{UPLOAD}/thumb/1/1b/{file}/1280px-{file}.png"
    page = told(file, f"{UPLOAD}/1/1b/{file}", thumburl=rendered, **facts)
    shown = f"{UPLOAD}/thumb/1/1b/{file}/220px-{file}.png"
    found = await described(ImageItem(url=shown, full_url=f"{UPLOAD}/1/1b/{file}"), page)
    assert (found.url, found.full_url) == (shown, rendered)


async def test_an_svg_that_a_page_shows_as_it_is_is_replaced():
    url, rendered = f"{UPLOAD}/1/1b/Cell.svg", f"{UPLOAD}/thumb/1/1b/Cell.svg/1280px-Cell.svg.png"
    page = told("Cell.svg", url, thumburl=rendered, mime="image/svg+xml")
    found = await described(ImageItem(url=url, width=900, height=900), page)
    assert found.url == rendered


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        ({"LicenseUrl": {"value": "//creativecommons.org/publicdomain/zero/1.0/"}},
         "https://creativecommons.org/publicdomain/zero/1.0/"),
        ({"LicenseShortName": {"value": "Public domain"}}, "Public domain"),
        ({"LicenseUrl": {"value": "javascript:x"}, "UsageTerms": {"value": "<b>Fair</b> use"}},
         "Fair use"),
        ({"LicenseUrl": {"value": 3}, "Artist": None}, ""),
        ({}, ""),
    ],
)  # fmt: skip
async def test_a_licence_is_its_url_else_its_name(stated, licence):
    found = await described(ImageItem(url=FROG_THUMB), told("Frog (spawn).jpg", FROG, stated))
    assert found.licence == licence


async def test_the_attribution_that_is_asked_for_comes_before_the_artist():
    stated = {**FREE, "Attribution": {"value": "Photo: <i>Ann Bee</i> / Example Museum"}}
    found = await described(ImageItem(url=FROG_THUMB), told("Frog (spawn).jpg", FROG, stated))
    assert found.author == "Photo: Ann Bee / Example Museum"
    long = {"Artist": {"value": "<div>" * 900 + "word " * 900}}
    found = await described(ImageItem(url=FROG_THUMB), told("Frog (spawn).jpg", FROG, long))
    assert len(found.author) <= 300


async def test_of_another_wikis_file_without_a_licence_the_page_is_no_evidence():
    found = await described(ImageItem(url=FROG_THUMB), told("Frog (spawn).jpg", FROG, {}))
    assert (found.licence, found.licence_evidence != "") == ("", True)
    own = told("Frog (spawn).jpg", FROG, {}) | {"imagerepository": "local"}
    assert (await described(ImageItem(url=FROG_THUMB), own)).licence_evidence == ""


async def test_a_copy_of_another_wikis_file_is_known_by_its_thumbnail():
    """As with $wgUseInstantCommons: pages show a local copy, the original lies at Commons."""
    local = "https://en.wikipedia.org/images/thumb/5/5a/Frog.jpg"
    page = told("Frog.jpg", f"{UPLOAD}/5/5a/Frog.jpg", thumburl=f"{local}/1280px-Frog.jpg")
    found = await described(ImageItem(url=f"{local}/220px-Frog.jpg"), page)
    assert (found.licence, found.full_url) == (BY_SA, f"{UPLOAD}/5/5a/Frog.jpg")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.test/pictures/5/5a/Frog_%28spawn%29.jpg",  # the same name, another file
        f"{UPLOAD}/archive/5/5a/20200101000000!Frog_%28spawn%29.jpg",
        "https://en.wikipedia.org/static/images/footer/wikimedia.svg",
        "https://wikimedia.org/api/rest_v1/media/math/render/svg/aa11",
        f"{UPLOAD}/a/ab/Frog%7CFile%3AOther.jpg",
    ],
)
async def test_a_picture_that_the_wiki_does_not_know_stays_as_it_is(url):
    asked, api = source(told("Frog (spawn).jpg", FROG))
    item = ImageItem(url=url, full_url="https://elsewhere.test/full.jpg", licence="Own")
    (found,) = (await asked.describe(document(item))).images()
    assert found == item
    assert not any("Other" in str(params["titles"]) for _, params, _ in api.asked)


def test_addresses_that_are_made_to_cost_time_do_not():
    started = time.process_time()
    for url in ("https://h.test" + "/thumb/a.png" * 30_000, f"https://h.test/{'a' * 300_000}.png"):
        assert file_name(url) in ("", "a.png")
    assert time.process_time() - started < 20


async def test_a_page_without_pictures_asks_nothing():
    asked, api = source()
    empty = document()
    assert await asked.describe(empty) == empty
    assert api.asked == []


@pytest.mark.parametrize(("asked", "author"), [("mask", "Ann, [e-mail]"), ("keep", "Ann, a@b.org")])
async def test_contacts_in_what_a_wiki_says_of_authors_are_masked(asked, author):
    stated = {**FREE, "Artist": {"value": "Ann, a@b.org"}}
    wiki, _ = source(told("Frog (spawn).jpg", FROG, stated))
    describe = Describe({"wiki": wiki}, Extract(personal_data=asked))
    (image,) = (await describe(document(ImageItem(url=FROG)))).images()
    assert image.author == author


async def test_a_wiki_that_does_not_answer_costs_the_page_for_today():
    api = FakeApi({API: {"error": {"code": "maxlag", "info": "Waiting", "lag": 9}}})
    silent = MediaWikiSource(MediaWikiOptions(), api, 1)
    with pytest.raises(RateLimited):
        await silent.describe(document(ImageItem(url=FROG)))
    dropped = await Describe({"wiki": silent}, Extract())(document(ImageItem(url=FROG)))
    assert isinstance(dropped, Rejected)
    assert (dropped.stage, dropped.reason) == ("describe", "maxlag")
    assert may_pass(dropped.reason)
    assert API in dropped.detail  # which was asked, and not the page
