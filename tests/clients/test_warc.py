"""Pages and pictures out of web archives: damaged, odd and hostile ones too."""

from __future__ import annotations

import asyncio
import gzip
import os
import zlib
from threading import Event

import pytest

from archives import Entry, site_entries, write_warc
from vqva_crawl.clients.base import Response
from vqva_crawl.clients.fakes import FakeApi, FakeFetcher
from vqva_crawl.clients.search.aside import Abandoned, aside
from vqva_crawl.clients.search.base import SearchContext, SourceContext
from vqva_crawl.clients.search.held import Held
from vqva_crawl.clients.search.warc import captures, warc, warc_source
from vqva_crawl.config import Fetch
from vqva_crawl.errors import ConfigError, FetchError, Refused
from vqva_crawl.records import Page, Query, Target
from vqva_crawl.stages.fetch import Fetch as FetchStage

PAGE = b"<html><body><p>hello</p></body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50


@pytest.fixture
def archive(tmp_path):
    """Opens archives in a folder: what is listed, what was told, and a source to read with."""

    class Opened:
        def __init__(self) -> None:
            self.told: list[str] = []
            self.fetcher = FakeFetcher({})
            self.api = FakeApi({})
            self.caps = {"page": 5_000_000, "image": 20_000_000, "text": 5_000_000}

        async def targets(self, *paths: str, **options: object) -> list[Target]:
            options["paths"] = [str(tmp_path / path) for path in paths or ("*.warc*",)]
            context = SearchContext(
                "warc", self.fetcher, self.api, tmp_path / "search", tell=self.told.append
            )
            async with warc(options, context) as backend:
                return await backend.seeds()

        def source(self):
            context = SourceContext("warc", self.fetcher, self.api, tmp_path / "search", self.caps)
            return warc_source({}, context)

        async def read(self, *paths: str) -> dict[str, Response | str]:
            """The pages of the files by URL; of those that cannot be had, why."""
            found: dict[str, Response | str] = {}
            targets = await self.targets(*paths)
            async with self.source() as source:
                for target in targets:
                    try:
                        found[target.url] = await source.read(target)
                    except FetchError as error:
                        found[target.url] = error.kind
            return found

    return Opened()


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
async def test_pages_are_listed_by_place_and_read_as_their_server_gave_them(
    tmp_path, archive, name
):
    files = {"/a.html": ("text/html; charset=latin-1", PAGE), "/p.png": ("image/png", PNG)}
    write_warc(tmp_path / name, site_entries(files, "http://a.test"))
    found = await archive.read()
    assert list(found) == ["http://a.test/a.html"]
    page = found["http://a.test/a.html"]
    assert (page.status, page.body) == (200, PAGE)
    assert page.headers["content-type"] == "text/html; charset=latin-1"
    assert page.fetched_at == "2026-01-02T03:04:05+00:00"
    assert archive.told == []


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
async def test_a_damaged_record_costs_itself_and_the_rest_is_read(tmp_path, archive, name):
    # Random bytes do not pack, so that damage hits where it is meant to.
    bodies = [PAGE + zlib.compress(str(n).encode() * 9) * 400 for n in range(5)]
    entries = [Entry(f"http://a.test/{n}", body) for n, body in enumerate(bodies)]
    offsets = write_warc(tmp_path / name, entries)
    raw = bytearray((tmp_path / name).read_bytes())
    raw[offsets[2] : offsets[2] + 12] = b"\xff" * 12
    (tmp_path / name).write_bytes(raw)
    found = await archive.read()
    assert [u[-1] for u, page in found.items() if isinstance(page, Response)] == [
        "0",
        "1",
        "3",
        "4",
    ]
    assert [found[f"http://a.test/{n}"].body for n in (3, 4)] == bodies[3:]
    assert len(archive.told) == 1
    assert name in archive.told[0]
    assert f"what stands there is lost, up to byte {offsets[3]}" in archive.told[0]


async def test_a_record_that_lost_bytes_does_not_swallow_the_next_ones(tmp_path, archive):
    entries = [Entry(f"http://a.test/{n}", PAGE * 40) for n in range(4)]
    offsets = write_warc(tmp_path / "a.warc", entries)
    raw = (tmp_path / "a.warc").read_bytes()
    (tmp_path / "a.warc").write_bytes(raw[: offsets[2] + 400] + raw[offsets[2] + 1000 :])
    found = await archive.read()
    assert found["http://a.test/3"].body == PAGE * 40
    assert len(archive.told) == 1
    (tmp_path / "a.warc").write_bytes(raw[:-500])
    found = await archive.read()
    assert found["http://a.test/3"] == "broken"
    assert "the file ends within a record; the rest is lost" in archive.told[1]


async def test_a_damaged_body_is_refused_and_a_file_that_was_cut_gives_what_it_has(
    tmp_path, archive
):
    bodies = [os.urandom(4000).hex().encode() for _ in range(4)]
    entries = [Entry(f"http://a.test/{n}", PAGE + body) for n, body in enumerate(bodies)]
    offsets = write_warc(tmp_path / "a.warc.gz", entries)
    raw = bytearray((tmp_path / "a.warc.gz").read_bytes())
    raw[offsets[1] + 1000 : offsets[1] + 1040] = b"\0" * 40
    (tmp_path / "a.warc.gz").write_bytes(raw[: offsets[3] + 1500])
    found = await archive.read()
    kinds = [page if isinstance(page, str) else "" for page in found.values()]
    assert kinds in (["", "broken", "", "broken"], ["", "", "broken"])
    assert found["http://a.test/0"].body == PAGE + bodies[0]
    assert found["http://a.test/2"].body == PAGE + bodies[2]


async def test_bodies_are_unpacked_as_a_browser_would(tmp_path, archive):
    chunked = b"7\r\n<html>a\r\n3;x=y\r\nbcd\r\n0\r\n\r\n"
    gz = ("Content-Encoding", "gzip")
    chunks = ("Transfer-Encoding", "chunked")
    entries = [
        Entry("http://a.test/1", chunked, headers=(chunks,)),
        Entry("http://a.test/2", gzip.compress(PAGE), headers=(gz,)),
        Entry("http://a.test/3", PAGE, headers=(gz, chunks)),  # stored unpacked, headers kept
        Entry("http://a.test/4", PAGE, ""),  # no type: by its bytes
        Entry("http://a.test/5", b"just text", ""),
        Entry("http://a.test/9", chunked, "", headers=(chunks,)),
        Entry("http://a.test/6", b"7\r\n<htm", headers=(chunks,)),
        Entry("http://a.test/7", gzip.compress(PAGE)[:-9], headers=(gz,)),
        Entry("http://a.test/8", gzip.compress(b"x" * 2_000_000), headers=(gz,)),
    ]
    write_warc(tmp_path / "a.warc.gz", entries)
    archive.caps["page"] = 1_000_000
    found = await archive.read()
    said = {u[-1]: p if isinstance(p, str) else p.body for u, p in found.items()}
    assert said == {
        "1": b"<html>abcd",
        "2": PAGE,
        "3": PAGE,
        "4": PAGE,
        "9": b"<html>abcd",
        "6": "broken",
        "7": "broken",
        "8": "bomb",
    }
    assert archive.told == []


async def test_what_is_no_page_is_not_listed(tmp_path, archive):
    entries = [
        Entry("http://a.test/404", PAGE, status="404 Not Found"),
        Entry("http://a.test/moved", b"", status="301 Moved", headers=(("Location", "/x"),)),
        Entry("http://a.test/again", b"", type="revisit"),
        Entry("http://a.test/pdf", b"%PDF", "application/pdf"),
        Entry("dns:a.test", b"1.2.3.4"),
        Entry("<http://a.test/old>", PAGE),
    ]
    write_warc(tmp_path / "a.warc", entries)
    assert [t.url for t in await archive.targets()] == ["http://a.test/old"]


async def test_of_several_captures_the_newest_counts_and_new_files_are_noticed(tmp_path, archive):
    old, new = b"<html>old", b"<html>new"
    entries = [
        Entry("http://a.test/x", new, date="2026-02-01T00:00:00Z"),
        Entry("http://a.test/x?utm_source=y", old, date="2025-02-01T00:00:00Z"),
    ]
    write_warc(tmp_path / "a.warc.gz", entries)
    found = await archive.read()
    assert [page.body for page in found.values()] == [new]
    write_warc(tmp_path / "b.warc.gz", [Entry("http://a.test/y", PAGE)])
    assert sorted(await archive.read()) == ["http://a.test/x", "http://a.test/y"]
    (tmp_path / "a.warc.gz").unlink()
    assert sorted(await archive.read()) == ["http://a.test/y"]


async def test_records_that_are_cut_huge_or_not_there_any_more_are_refused(tmp_path, archive):
    cut = Entry("http://a.test/cut", PAGE, warc=(("WARC-Truncated", "length"),))
    huge = Entry("http://a.test/huge", PAGE * 100)
    other = Entry("http://a.test/other", PAGE)
    offsets = write_warc(tmp_path / "a.warc", [cut, huge, other])
    archive.caps["page"] = 1000
    found = await archive.read()
    assert list(found.values())[:2] == ["broken", "too_large"]
    place = f"{tmp_path}/a.warc#{offsets[1]}"
    async with archive.source() as source:
        for gone in (place, f"{tmp_path}/gone.warc#0", f"{place}1"):
            target = Target(key="http://a.test/other", url="http://a.test/other", place=gone)
            with pytest.raises(Refused) as caught:
                await source.read(target)
            assert caught.value.kind == "broken"


async def test_opt_outs_and_types_of_what_is_read_are_those_of_what_is_fetched(tmp_path, archive):
    entries = [
        Entry("http://a.test/no", PAGE, headers=(("X-Robots-Tag", "a"), ("X-Robots-Tag", "noai"))),
        Entry("http://a.test/yes", PAGE, headers=(("Link", '<http://l.test>; rel="license"'),)),
    ]
    write_warc(tmp_path / "a.warc.gz", entries)
    targets = await archive.targets()
    async with archive.source() as source:
        obeying = FetchStage(archive.fetcher, {"warc": source}, Fetch())
        no, yes = [await obeying(target) for target in targets]
        careless = FetchStage(archive.fetcher, {"warc": source}, Fetch(opt_outs="ignore"))
        assert isinstance(await careless(targets[0]), Page)
    assert (no.reason, yes.body, yes.link_licence) == ("opt_out", PAGE, "http://l.test")
    assert archive.fetcher.asked == []


async def test_pictures_of_the_archive_are_not_asked_of_the_web(tmp_path, archive):
    web = Response("http://a.test/web.png", 200, {"content-type": "image/png"}, PNG, "")
    archive.fetcher.pages["http://a.test/web.png"] = web
    entries = [
        Entry("http://a.test/p.png", PNG, "image/png"),
        Entry("http://a.test/moved.png", b"", status="302 F", headers=(("Location", "/p.png"),)),
        Entry("http://a.test/loop.png", b"", status="302 F", headers=(("Location", "/loop.png"),)),
        Entry("http://a.test/no.png", PNG, "image/png", headers=(("X-Robots-Tag", "noimageai"),)),
    ]
    write_warc(tmp_path / "a.warc.gz", entries)
    await archive.targets()
    async with archive.source() as source:
        held = Held(archive.fetcher, [source], Fetch())
        for name in ("p", "moved"):
            picture = await held.get(f"http://a.test/{name}.png", "image")
            assert (picture.url, picture.body) == ("http://a.test/p.png", PNG)
        assert archive.fetcher.asked == []
        with pytest.raises(Refused, match="opt_out"):
            await held.get("http://a.test/no.png", "image")
        assert archive.fetcher.asked == []
        assert await held.get("http://a.test/web.png", "image") is web
        with pytest.raises(Refused, match="http_404"):
            await held.get("http://a.test/loop.png", "image")


async def test_opt_outs_of_redirects_and_of_each_header_line_hold_in_an_archive(tmp_path, archive):
    def moved(name: str, tag: str) -> Entry:
        headers = (("Location", "/p.png"), ("X-Robots-Tag", tag))
        return Entry(f"http://a.test/{name}.png", b"", status="302 F", headers=headers)

    lines = (("X-Robots-Tag", "otherbot: nofollow"), ("X-Robots-Tag", "noai"))
    entries = [
        Entry("http://a.test/p.png", PNG, "image/png"),
        moved("no", "index noai"),
        moved("theirs", "otherbot: noai"),
        Entry("http://a.test/lines.png", PNG, "image/png", headers=lines),
    ]
    write_warc(tmp_path / "a.warc.gz", entries)
    await archive.targets()
    async with archive.source() as source:
        held = Held(archive.fetcher, [source], Fetch())
        for name in ("no", "lines"):
            with pytest.raises(Refused, match="opt_out"):
                await held.get(f"http://a.test/{name}.png", "image")
        assert (await held.get("http://a.test/theirs.png", "image")).body == PNG
    assert archive.fetcher.asked == []


async def test_files_that_cannot_be_used_are_named(tmp_path, archive):
    with pytest.raises(ConfigError, match=r"no file matches '.*nowhere\.warc' in paths"):
        await archive.targets("nowhere.warc")
    entries = [Entry(f"http://a.test/{n}", PAGE) for n in range(3)]
    write_warc(tmp_path / "whole.warc", entries)
    whole = (tmp_path / "whole.warc").read_bytes()
    (tmp_path / "whole.warc.gz").write_bytes(gzip.compress(whole))
    with pytest.raises(ConfigError, match=r"whole\.warc\.gz: is compressed as a whole"):
        await archive.targets("whole.warc.gz")
    (tmp_path / "none.warc").write_bytes(b"no archive" * 100)
    assert await archive.targets("none.warc") == []
    assert "none.warc: damaged" in archive.told[0]


def test_listing_ends_when_nobody_waits_and_goes_on_where_it_was(tmp_path, monkeypatch):
    files = [tmp_path / f"{n}.warc" for n in range(3)]
    for n, file in enumerate(files):
        write_warc(file, [Entry(f"http://a.test/{n}", PAGE)])
    whole, table, gone = captures.captures, tmp_path / "table.sqlite", Event()
    listed: list[str] = []

    def leaving(path, tell):
        listed.append(path.name)
        if len(listed) == 2:
            gone.set()
        return whole(path, tell)

    monkeypatch.setattr(captures, "captures", leaving)
    with pytest.raises(Abandoned):
        captures.update(table, files, print, gone)
    captures.update(table, files, print, Event())
    assert listed == ["0.warc", "1.warc", "1.warc", "2.warc"]
    assert len(captures.pages(table, None)) == 3


async def test_work_beside_the_loop_is_told_when_its_caller_is_gone():
    told, started = Event(), Event()

    def work(gone: Event) -> None:
        started.set()
        if gone.wait(10):
            told.set()

    waiting = asyncio.create_task(aside(work))
    await asyncio.to_thread(started.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(told.wait, 10)


async def test_committed_pages_can_be_searched(tmp_path):
    write_warc(tmp_path / "a.warc", [Entry("http://a.test/frog", PAGE)])
    context = SearchContext("warc", FakeFetcher({}), FakeApi({}), tmp_path)
    async with warc({"paths": [str(tmp_path / "a.warc")]}, context) as backend:
        backend.index("u", [("http://a.test/frog", "Frog", "the life cycle of a frog")])
        asked = Query(text="frog life cycle", topic="t", domain="reasoning", family="temporal")
        (hit,) = await backend.search(asked, 5)
        assert (hit.url, hit.backend) == ("http://a.test/frog", "warc")
