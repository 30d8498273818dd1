"""A real MediaWiki on loopback: searched, asked about its files, and a whole run over it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import yaml

import mediawiki_server
import runs
import wiki_pages
from mediawiki_server import Wiki
from vqva_crawl.clients.base import Api
from vqva_crawl.clients.guard import Guard
from vqva_crawl.clients.http import HttpFetcher
from vqva_crawl.clients.limiter import LocalLimiter, Pace
from vqva_crawl.clients.search.mediawiki.backend import MediaWiki
from vqva_crawl.clients.search.mediawiki.options import MediaWikiOptions
from vqva_crawl.clients.search.mediawiki.source import MediaWikiSource
from vqva_crawl.clients.search.mediawiki.wiki import Wiki as Client
from vqva_crawl.clients.search.mediawiki.wiki import listed
from vqva_crawl.config import Fetch
from vqva_crawl.errors import RateLimited, Refused
from vqva_crawl.records import Document, ImageItem, Query, Target

pytestmark = pytest.mark.skipif(
    bool(mediawiki_server.missing()), reason=mediawiki_server.missing() or "all is there"
)
SUBJECTS = ("frog", "garden", "candle", "gear", "apple tree")
TOPICS = {
    "world_knowledge": {
        "share": 1.0,
        "families": ["temporal"],
        "topics": [
            {"name": name, "families": ["temporal"], "keywords": [name]} for name in SUBJECTS
        ],
    }
}


@pytest.fixture(scope="session")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    folder = tmp_path_factory.mktemp("wiki")
    pages, pictures = wiki_pages.PAGES, wiki_pages.pictures()
    with mediawiki_server.mediawiki(folder, pages, pictures, wiki_pages.LICENCE) as running:
        yield running


@pytest.fixture
async def api(wiki: Wiki) -> AsyncIterator[Api]:
    fetch = Fetch(allow_origins=(wiki.origin,), retries=0)
    fetcher = HttpFetcher(fetch, Guard(fetch.allow_origins), LocalLimiter({"host": Pace(2, 0)}))
    yield fetcher.api
    await fetcher.aclose()


async def titles(wiki: Wiki, api: Api, text: str, limit: int = 50, at_once: int = 50, **options):
    checked = MediaWikiOptions(api=wiki.api, **options)
    backend = MediaWiki("wiki", checked, Client(api, wiki.api), at_once)
    query = Query(text=text, topic="t", domain="reasoning", family="causal")
    hits = await backend.search(query, limit)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(hit.url.startswith(f"{wiki.origin}/wiki/") for hit in hits)
    assert not any("<" in hit.snippet for hit in hits)
    return [hit.title for hit in hits]


async def test_a_search_finds_pages_by_their_text_and_passes_those_without_a_pair(wiki, api):
    assert await titles(wiki, api, "teeth wheel") == ["Gear"]
    assert await titles(wiki, api, "frog") == ["Common frog"]
    assert set(await titles(wiki, api, "frog", min_files=0)) == {"Common frog", "Pond"}
    assert await titles(wiki, api, "walrus") == []


async def test_paging_gives_each_page_once_in_the_same_order(wiki, api):
    whole = await titles(wiki, api, "stages", min_files=0)
    assert set(whole) == set(wiki_pages.PAGES)
    assert await titles(wiki, api, "stages", at_once=2, min_files=0) == whole
    assert await titles(wiki, api, "stages", limit=3, at_once=2, min_files=0) == whole[:3]
    assert "Pond" not in await titles(wiki, api, "stages", at_once=1)


async def test_the_pages_of_files_can_be_searched(wiki, api):
    assert set(await titles(wiki, api, "importing", limit=4, namespaces=[6])) <= {
        f"File:{name.replace('_', ' ')}" for name in wiki_pages.pictures()
    }


async def test_an_answer_in_pieces_is_put_together(wiki, api):
    params = {"titles": "Common frog|Gear|Pond", "prop": "images", "imlimit": 2}
    found: list[str] = []
    answers = 0
    async for answer in Client(api, wiki.api).answers(params):
        answers += 1
        for page in listed(answer, "pages"):
            found += [image["title"] for image in listed(page, "images")]
    assert answers == 4
    assert len(found) == len(set(found)) == 7


async def test_errors_of_the_wiki_are_typed(wiki, api):
    client = Client(api, wiki.api)
    with pytest.raises(Refused, match="missingparam"):
        await anext(client.answers({"list": "search", "srsearch": ""}))
    with pytest.raises(RateLimited) as caught:  # less lag than none cannot be
        await anext(client.answers({"prop": "info", "pageids": 1, "maxlag": -5}))
    assert (caught.value.kind, caught.value.retry_after) == ("maxlag", 5)


async def test_a_namespace_that_the_wiki_does_not_have_is_told(wiki, api):
    lines: list[str] = []
    client = Client(api, wiki.api, lines.append)
    params = {"list": "search", "srsearch": "frog", "srnamespace": "999"}
    async for _ in client.answers(params):
        pass
    assert [line for line in lines if "srnamespace" in line and "999" in line] == lines != []


async def test_files_are_known_by_their_thumbnails_and_all_others_stay(wiki, api):
    """What is asked for by name but not there, or not a name at all, does no harm."""
    shown = f"{wiki.origin}/images/thumb/1/17/Frog_1_spawn.png/220px-Frog_1_spawn.png"
    others = [f"{wiki.origin}/images/9/99/{name}" for name in ("Nope.png", "Frog_1_spawn.png")]
    url = f"{wiki.origin}/wiki/Common_frog"
    items = tuple(ImageItem(url=each) for each in (shown, *others))
    document = Document(url=url, items=items, target=Target(key=url, url=url))
    source = MediaWikiSource(MediaWikiOptions(api=wiki.api), api, 20_000_000)
    known, *unknown = (await source.describe(document)).images()
    assert known.full_url == f"{wiki.origin}/images/1/17/Frog_1_spawn.png"
    assert known.licence_evidence == ""  # this wiki states none of its own for a file
    assert unknown == list(items[1:])


# A run -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def run(wiki: Wiki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "topics.yaml").write_text(yaml.safe_dump({"domains": TOPICS}))
    config = {
        "name": "wiki",
        "topics": str(folder / "topics.yaml"),
        "limits": {"rounds": 1},
        "plan": {"queries_per_round": 15},
        "search": {"backends": [{"kind": "mediawiki", "options": {"api": wiki.api}}]},
        "fetch": {"allow_origins": [wiki.origin], "per_host": {"concurrency": 2, "delay": 0}},
        "storage": {"root": str(folder / "runs")},
        "engine": {"workers": 1},
    }
    (folder / "wiki.yaml").write_text(yaml.safe_dump(config))
    done = runs.call("run", "--config", "wiki.yaml", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "runs/wiki"


def test_each_page_with_a_pair_gives_triples(run):
    pages = {row["source"]["page_url"].rpartition("/")[2] for row in runs.rows(run)}
    assert pages == {"Common_frog", "Garden_plan", "Burning_candle", "Gear", "Apple_tree"}
    assert {row["source"]["backend"] for row in runs.rows(run)} == {"mediawiki"}


def test_pictures_are_the_originals_not_the_thumbnails_that_the_pages_show(run, wiki):
    for row in runs.rows(run):
        for url in (row["source"]["question_image_url"], row["source"]["answer_image_url"]):
            assert url.startswith(f"{wiki.origin}/images/")
            assert "/thumb/" not in url
        assert min(row["sizes"].values()) > 300  # pixels; the pages show 300 and less


def test_both_pictures_say_their_licence_and_where_it_was_stated(run):
    for row in runs.rows(run):
        for picture in ("question_credit", "answer_credit"):
            stated = {"licence": wiki_pages.LICENCE, "author": "", "evidence": "rel=license"}
            assert row[picture] == stated


def test_the_card_counts_the_licences_of_both_pictures(run):
    card = (run / "dataset/README.md").read_text()
    [pictures] = re.findall(r"/by-sa/4\.0/ \| (\d+) \|", card)
    assert int(pictures) == 2 * len(runs.rows(run))


def test_only_pages_pictures_and_the_interface_were_asked_for(run, wiki):
    asked = wiki.asked()
    assert not any("index.php" in place or "Special:" in place for place in asked)
    pages = [place for place in asked if place.startswith("/wiki/")]
    assert sorted(pages) == sorted(
        f"/wiki/{title.replace(' ', '_')}" for title in wiki_pages.PAGES if title != "Pond"
    )


def test_a_sample_tells_of_its_pictures_licences(run):
    said = runs.call("inspect", str(run), runs.ids(run)[0], cwd=run.parent).stdout
    assert said.count(f"{wiki_pages.LICENCE} (rel=license)") == 3  # the page, and both pictures
    report = (run / "report/index.html").read_text()
    assert "CC BY-SA 4.0" in report
