"""Pages and pictures out of web archives: damaged, odd and hostile ones too."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
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


def mislengthed(entry: Entry, by: int) -> Entry:
    """An entry whose WARC length is wrong."""
    block = entry.record().partition(b"\r\n\r\n")[2][:-4]
    return entry._replace(warc=(("Content-Length", str(len(block) + by)),))


def said_length(body: bytes) -> tuple[tuple[str, str], ...]:
    return (("Content-Length", str(len(body))),)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize("by", [-50, -3, 6, 500, 2000, 5000, 10**6, 10**9, 10**17])
async def test_a_wrong_length_costs_its_record_and_lends_it_no_other_page(
    tmp_path, archive, name, by
):
    no = (("X-Robots-Tag", "noai"),)
    bodies = {n: PAGE + f"<img src=/{n}.png>".encode() * 90 for n in "axbc"}
    a, x, b, c = (Entry(f"http://a.test/{n}", body) for n, body in bodies.items())
    offsets = write_warc(tmp_path / name, [a, mislengthed(x, by), b._replace(headers=no), c])
    found = await archive.read()
    refused = found.pop("http://a.test/x")
    assert refused in ("broken", "too_large")
    assert {url[-1]: page.body for url, page in found.items()} == {n: bodies[n] for n in "abc"}
    assert found["http://a.test/b"].headers["x-robots-tag"] == "noai"
    (line,) = archive.told
    assert f"{name}: damaged behind byte {offsets[1]}" in line
    assert f"what stands there is lost, up to byte {offsets[2]}" in line


@pytest.mark.parametrize("type", ["response", "request"])
async def test_a_record_ends_with_its_gzip_member_however_well_its_length_fits(
    tmp_path, archive, type
):
    b = Entry("http://a.test/b", PAGE * 9, headers=(("X-Robots-Tag", "noai"),))
    x = Entry("http://a.test/x", PAGE, type=type)
    x = mislengthed(x, len(b.record()) + 4 - len(b"\r\n\r\n"))  # up to where b ends
    offsets = write_warc(tmp_path / "a.warc.gz", [x, b, Entry("http://a.test/c", PAGE)])
    found = await archive.read()
    assert found.pop("http://a.test/x", "broken") == "broken"
    assert [page.body for page in found.values()] == [PAGE * 9, PAGE]
    assert "damaged behind byte 0: its length is wrong" in archive.told[0]
    assert f"up to byte {offsets[1]}" in archive.told[0]


async def test_the_last_record_may_not_be_longer_than_the_file(tmp_path, archive):
    for name in ("a.warc", "b.warc.gz"):
        x = mislengthed(Entry(f"http://{name}/x", PAGE), 900)
        write_warc(tmp_path / name, [Entry(f"http://{name}/a", PAGE), x])
    found = await archive.read()
    assert [p if isinstance(p, str) else p.body for p in found.values()] == [PAGE, "broken"] * 2
    assert ["the rest is lost" in line for line in archive.told] == [True, True]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
async def test_a_page_may_speak_of_archives_and_hold_one(tmp_path, archive, name):
    other = Entry("http://evil.test/other", PAGE).record()
    # What does not pack is stored as it is, so that a packed record stands in the file itself.
    held = os.urandom(99_000) + gzip.compress(other) + os.urandom(500)
    entries = [
        Entry("http://a.test/text", b"<pre>\r\n\r\n" + other),
        Entry("http://a.test/held", b"<pre>" + held),
        Entry("http://a.test/last", PAGE),
    ]
    write_warc(tmp_path / name, entries)
    assert held[99_000:-500] in (tmp_path / name).read_bytes()
    found = await archive.read()
    assert {url: page.body for url, page in found.items()} == {e.url: e.body for e in entries}
    assert archive.told == []
    write_warc(tmp_path / name, [mislengthed(entries[1], 300), *entries[2:]])
    found = await archive.read()
    said = {url: p if isinstance(p, str) else p.body for url, p in found.items()}
    assert said == {"http://a.test/held": "broken", "http://a.test/last": PAGE}


async def test_a_body_ends_where_its_server_said(tmp_path, archive):
    rest = b"<p>more"
    entries = [
        Entry("http://a.test/1", PAGE + rest, headers=said_length(PAGE)),
        Entry("http://a.test/2", PAGE, headers=said_length(PAGE + rest)),
        Entry("http://a.test/3", PAGE, headers=(("Content-Length", "-1"),)),
        Entry("http://a.test/4", PAGE, headers=(*said_length(PAGE), ("Content-Length", "3"))),
        Entry(
            "http://a.test/5", PAGE, headers=(("Content-Length", "3"), ("Content-Encoding", "gzip"))
        ),
        Entry(
            "http://a.test/6",
            b"26\r\n" + PAGE + b"\r\n0\r\n\r\n",
            headers=(("Content-Length", "3"), ("Transfer-Encoding", "chunked")),
        ),
    ]
    write_warc(tmp_path / "a.warc", entries)
    assert {p if isinstance(p, str) else p.body for p in (await archive.read()).values()} == {PAGE}


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
async def test_heads_without_carriage_returns_are_read_and_answers_without_heads_are_named(
    tmp_path, archive, name
):
    class Bare(Entry):
        def record(self) -> bytes:
            head = b"HTTP/1.1 200 OK\nContent-Type: text/html\nX-Robots-Tag: noai\n\n"
            return _with_block(super().record(), (head if self.status else b"") + self.body)

    entries = [
        Bare("http://a.test/lf", PAGE),
        Bare("http://a.test/none", PAGE, status=""),
        Entry("http://a.test/last", PAGE),
    ]
    offsets = write_warc(tmp_path / name, entries)
    found = await archive.read()
    assert {url[14:]: page.body for url, page in found.items()} == {"lf": PAGE, "last": PAGE}
    assert found["http://a.test/lf"].headers["x-robots-tag"] == "noai"
    assert len(archive.told) == 1
    assert f"{name}: the answer at byte {offsets[1]} has no HTTP head" in archive.told[0]


def _with_block(record: bytes, block: bytes) -> bytes:
    head = record.partition(b"\r\n\r\n")[0]
    head = re.sub(rb"(Content-Length:) \d+", rb"\1 %d" % len(block), head)
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


async def test_a_head_of_which_only_the_beginning_is_read_tells_no_opt_out_and_is_lost(
    tmp_path, archive
):
    for size in range(64_800, 65_600, 50):
        headers = (("X-Long", "x" * size), ("X-Robots-Tag", "noai"))
        write_warc(
            tmp_path / f"{size}.warc", [Entry(f"http://a.test/{size}", PAGE, headers=headers)]
        )
    for page in (await archive.read()).values():
        assert isinstance(page, str) or page.headers["x-robots-tag"] == "noai"


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
    write_warc(tmp_path / "large.warc", [Entry("http://a.test/0", PAGE * 40_000), *entries])
    whole = (tmp_path / "large.warc").read_bytes()
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
