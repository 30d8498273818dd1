"""Rows of published corpora as documents; bad rows cost themselves alone."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import archives
from archives import write_lines
from vqva_crawl.clients.fakes import FakeApi, FakeFetcher
from vqva_crawl.clients.search.base import SearchContext, SourceContext
from vqva_crawl.clients.search.corpus import corpus, corpus_source
from vqva_crawl.errors import ConfigError, FetchError
from vqva_crawl.records import Document, ImageItem, Target

ROWS = {"omnicorpus": archives.omnicorpus, "obelics": archives.obelics, "mmc4": archives.mmc4}
ORIGIN = "http://a.test"


@pytest.fixture
def rows(tmp_path):
    """Reads all rows of files in a folder: documents, or (kind, detail) of what cannot be had."""
    told: list[str] = []

    async def targets(*paths: str, **options: object) -> list[Target]:
        options["paths"] = [str(tmp_path / path) for path in paths]
        context = SearchContext(
            "corpus", FakeFetcher({}), FakeApi({}), tmp_path / "search", tell=told.append
        )
        async with corpus(options, context) as backend:
            return await backend.seeds()

    async def read(*paths: str, **options: object) -> list[Document | tuple[str, str]]:
        found: list[Document | tuple[str, str]] = []
        listed = await targets(*paths, **options)
        given = {"paths": list(paths), **options}
        async with corpus_source(given, SourceContext("c", FakeFetcher({}), FakeApi({}))) as source:
            for target in listed:
                try:
                    found.append(await source.read(target))
                except FetchError as error:
                    found.append((error.kind, error.detail))
        return found

    read.targets, read.told = targets, told
    return read


def said(document: Document) -> list[str]:
    return [i.url if isinstance(i, ImageItem) else i.text.split()[0] for i in document.items]


@pytest.mark.parametrize("layout", ROWS)
@pytest.mark.parametrize("kind", ["parquet", "jsonl", "jsonl.gz"])
async def test_rows_become_documents_in_the_stated_order(tmp_path, rows, layout, kind):
    data = [ROWS[layout](n, ORIGIN) for n in range(25)]
    if kind == "parquet":
        table = pa.Table.from_pylist(data)
        pq.write_table(table, tmp_path / "a.parquet", row_group_size=10)
    else:
        write_lines(tmp_path / f"a.{kind}", data)
    found = await rows(f"a.{kind}")
    assert [document.url for document in found] == [f"{ORIGIN}/page-{n}.html" for n in range(25)]
    pictures = [f"{ORIGIN}/pictures/17.png", f"{ORIGIN}/pictures/17-after.png"]
    assert said(found[17]) == [pictures[0], "This", pictures[1], "The"]
    first = next(found[17].images())
    assert first.alt == ("Original image" if layout == "obelics" else "")
    assert first.width == (240 if layout == "omnicorpus" else 0)
    assert await rows(f"a.{kind}", layout=layout) == found
    assert rows.told == []


async def test_paragraphs_of_one_text_are_items_of_their_own(tmp_path, rows):
    row = {
        **archives.obelics(1, ORIGIN),
        "images": [None],
        "texts": ["one\n\ntwo\nlines\n \nthree"],
    }
    write_lines(tmp_path / "a.jsonl", [{**row, "metadata": "[null]"}])
    (document,) = await rows("a.jsonl")
    assert [item.text for item in document.items] == ["one", "two\nlines", "three"]


@pytest.mark.parametrize("layout", ROWS)
async def test_a_stated_licence_is_kept_where_a_layout_has_room_for_it(tmp_path, rows, layout):
    row = ROWS[layout](1, ORIGIN)
    if layout == "omnicorpus":
        row["general_metadata"]["license"] = "CC-BY-4.0"
    write_lines(tmp_path / "a.jsonl", [row])
    (document,) = await rows("a.jsonl")
    licensed = ("CC-BY-4.0", "corpus") if layout == "omnicorpus" else ("", "")
    assert (document.licence, document.licence_evidence) == licensed


BAD = [
    ({"images": None}, "bad_row", "images is no list"),
    ({"texts": ["one"]}, "bad_row", "4 images and 1 texts"),
    ({"images": [None, "data:image/png;base64,AAAA", None, None]}, "bad_row", "image 1 is no http"),
    ({"images": [None, 7, None, None]}, "bad_row", "image 1 is no http(s) URL: '7'"),
    ({"general_metadata": {"url": None}}, "bad_row", "it has no http(s) URL"),
    ({"general_metadata": {"url": "ftp://a.test/x"}}, "bad_row", "it has no http(s) URL"),
    (
        {"general_metadata": 5},
        "bad_row",
        "no layout that is known fits it: general_metadata is int",
    ),
    ({"general_metadata": None}, "bad_row", "fits it: general_metadata is null"),
]


@pytest.mark.parametrize(("change", "kind", "detail"), BAD)
async def test_a_bad_row_costs_itself_alone(tmp_path, rows, change, kind, detail):
    good, bad, last = (archives.omnicorpus(n, ORIGIN) for n in range(3))
    write_lines(tmp_path / "a.jsonl", [good, {**bad, **change}, last])
    first, refused, third = await rows("a.jsonl")
    assert (first.url, third.url) == (f"{ORIGIN}/page-0.html", f"{ORIGIN}/page-2.html")
    assert refused[0] == kind
    assert detail in refused[1]


async def test_odd_metadata_costs_nothing_but_itself(tmp_path, rows):
    row = archives.omnicorpus(1, ORIGIN)
    odd = [{"width": "wide", "height": -3}, 7, None, {"width": 1e9}]
    write_lines(tmp_path / "a.jsonl", [{**row, "metadata": odd}, {**row, "metadata": None}])
    found = await rows("a.jsonl")
    assert {(i.width, i.height) for document in found for i in document.images()} == {(0, 0)}


async def test_bad_mmc4_rows_and_bad_lines(tmp_path, rows):
    lost, far = archives.mmc4(1, ORIGIN), archives.mmc4(2, ORIGIN)
    lost["image_info"][0].pop("raw_url")
    far["image_info"][1]["matched_text_index"] = 9
    good, broken = archives.mmc4(0, ORIGIN), '{"url": "http://a.test/x", "text_list": ['
    write_lines(
        tmp_path / "a.jsonl", [good, lost, far, broken, "[1]", "", archives.mmc4(3, ORIGIN)]
    )
    first, *refused, last = await rows("a.jsonl")
    assert (first.url, last.url) == (f"{ORIGIN}/page-0.html", f"{ORIGIN}/page-3.html")
    assert [kind for kind, _ in refused] == ["bad_row"] * 4
    assert "image 0 is no http(s) URL" in refused[0][1]
    assert "image 1 is matched to no sentence: 9" in refused[1][1]


UNREAD = [
    (b"{bad", "it is no JSON that can be read: Expecting property name"),
    (
        b'{"general_metadata": {"url": "http://a.test/\xe9\xff"}}',
        "it is no UTF-8: 'utf-8' codec can't",
    ),
    (b'{"extra": %s}' % (b"9" * 6000), "it is no JSON that can be read: Exceeds the limit"),
    (b"[" * 100_000, "its JSON is nested too deeply"),
    (b"[1, 2]", "it is no JSON object, but '[1, 2]'"),
    (b"null", "it is no JSON object, but 'null'"),
    (b'{"text": "x"}', "no layout that is known fits it: its columns are ['text']"),
]


@pytest.mark.parametrize(("line", "reason"), UNREAD)
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
async def test_a_line_that_cannot_be_read_is_told_with_its_cause(
    tmp_path, rows, name, line, reason
):
    first, last = (json.dumps(archives.omnicorpus(n, ORIGIN)).encode() for n in range(2))
    body = b"\n".join((first, line, last))
    (tmp_path / name).write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    before, (kind, detail), behind = await rows(name)
    assert [before.url, behind.url] == [f"{ORIGIN}/page-{n}.html" for n in range(2)]
    assert kind == "bad_row"
    assert detail.startswith(reason)
    assert len(detail) < 200


@pytest.mark.parametrize("end", ["", "\n"])
async def test_a_line_that_is_too_long_is_one_bad_row(tmp_path, rows, monkeypatch, end):
    monkeypatch.setattr("vqva_crawl.clients.search.corpus.rows.LONGEST", 5000)
    good = [archives.mmc4(n, ORIGIN) for n in range(2)]
    write_lines(tmp_path / "a.jsonl", [good[0], "x" * 5000, "x" * 61_234, " " * 7000, good[1]])
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write('{"text": "' + "y" * 9990 + end)  # the last one has no end, or one at a step's
    first, *refused, last, tail = await rows("a.jsonl")
    assert [first.url[-6], last.url[-6]] == ["0", "1"]
    assert [*refused, tail] == [("bad_row", "its line has 5000 bytes or more")] * 3


async def test_one_row_is_read_without_the_rest_of_its_file(tmp_path, rows, monkeypatch):
    table = pa.Table.from_pylist([archives.omnicorpus(n, ORIGIN) for n in range(40)])
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10)
    groups: list[int] = []
    whole = pq.ParquetFile.read_row_group
    monkeypatch.setattr(
        pq.ParquetFile,
        "read_row_group",
        lambda file, group: groups.append(group) or whole(file, group),
    )
    target = (await rows.targets("a.parquet"))[33]
    async with corpus_source(
        {"paths": ["x"]}, SourceContext("c", FakeFetcher({}), FakeApi({}))
    ) as s:
        assert (await s.read(target)).url == f"{ORIGIN}/page-33.html"
    assert groups == [3]


async def test_max_pages_takes_the_first_rows_and_files_by_name(tmp_path, rows):
    for name, first in (("b", 10), ("a", 0)):
        write_lines(
            tmp_path / f"{name}.jsonl", [archives.mmc4(n, ORIGIN) for n in range(first, first + 3)]
        )
    targets = await rows.targets("*.jsonl", max_pages=4)
    assert [t.url[-7:-5] for t in targets] == ["-0", "-1", "-2", "10"]
    with pytest.raises(ConfigError, match="no file matches"):
        await rows.targets("*.parquet")


async def test_damaged_and_unknown_files_are_named(tmp_path, rows):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no parquet PAR1")
    write_lines(tmp_path / "b.jsonl", [archives.mmc4(1, ORIGIN)])
    (tmp_path / "c.jsonl.gz").write_bytes(b"\x1f\x8b no gzip")
    assert [document.url for document in await rows("*")] == [f"{ORIGIN}/page-1.html"]
    assert ["a.parquet" in rows.told[0], "c.jsonl.gz" in rows.told[1]] == [True, True]
    write_lines(tmp_path / "d.jsonl", [{"text": "x", "pictures": []}])
    with pytest.raises(ConfigError, match=r"d\.jsonl: none of its first rows has a layout"):
        await rows("d.jsonl")
    (tmp_path / "e.csv").write_text("url,text")
    with pytest.raises(ConfigError, match=r"e\.csv: is no \.parquet, \.jsonl or \.jsonl\.gz file"):
        await rows("e.csv")


async def test_a_row_that_changed_since_it_was_listed_is_refused(tmp_path, rows):
    write_lines(tmp_path / "a.jsonl", [archives.mmc4(n, ORIGIN) for n in range(3)])
    targets = await rows.targets("a.jsonl")
    (tmp_path / "a.jsonl").write_text(json.dumps(archives.mmc4(9, ORIGIN)) + "\n")
    async with corpus_source(
        {"paths": ["x"]}, SourceContext("c", FakeFetcher({}), FakeApi({}))
    ) as s:
        for target in targets:
            with pytest.raises(FetchError, match=r"another row|no row|no JSON"):
                await s.read(target)


async def test_halves_of_characters_cost_nothing_but_themselves(tmp_path, rows):
    row = json.dumps(archives.omnicorpus(1, ORIGIN)).replace("This is", "\\ud83d This is")
    inside = archives.obelics(2, ORIGIN)
    inside["metadata"] = inside["metadata"].replace("Original", "\\ud83dOriginal")
    write_lines(tmp_path / "a.jsonl", [row])
    write_lines(tmp_path / "b.jsonl", [inside])
    first, second = await rows("*.jsonl")
    assert next(first.texts()).text.startswith("\ufffd This is")
    assert next(second.images()).alt == "\ufffdOriginal image"
    assert len({first.id, second.id}) == 2


@pytest.mark.parametrize("damaged", [b"page-1.html", b"example number 1"])
async def test_a_parquet_row_of_no_unicode_costs_itself_alone(tmp_path, rows, damaged):
    table = pa.Table.from_pylist([archives.mmc4(n, ORIGIN) for n in range(3)])
    pq.write_table(table, tmp_path / "a.parquet", compression="none", use_dictionary=False)
    body = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(body.replace(damaged, b"\xff" + damaged[1:], 1))
    write_lines(tmp_path / "b.jsonl", [archives.mmc4(3, ORIGIN)])
    first, lost, *others = await rows("*")
    assert [document.url[-6] for document in (first, *others)] == ["0", "2", "3"]
    assert lost[0] == "bad_row"
    assert "a.parquet#1: 'utf-8' codec can't decode byte 0xff" in lost[1]


async def test_the_layout_is_that_of_the_first_row_that_can_be_read(tmp_path, rows):
    write_lines(tmp_path / "a.jsonl", ["{bad", "[]", archives.obelics(0, ORIGIN)])
    write_lines(tmp_path / "b.jsonl", ["{bad", {"text": "x"}])
    write_lines(tmp_path / "c.jsonl", [archives.mmc4(1, ORIGIN)])
    *refused, first, second = await rows("*.jsonl")
    assert [kind for kind, _ in refused] == ["bad_row"] * 2
    assert [first.url[-6], second.url[-6]] == ["0", "1"]
    (said,) = rows.told
    assert "b.jsonl: none of its first rows has a layout that is known" in said
    with pytest.raises(ConfigError, match=r"b\.jsonl: none"):
        await rows("b.jsonl")


async def test_a_large_file_of_another_kind_is_not_read_to_its_end(tmp_path, rows, monkeypatch):
    monkeypatch.setattr("vqva_crawl.clients.search.corpus.MOST_ODD", 2)
    write_lines(tmp_path / "a.jsonl", ["{}", "{}", archives.mmc4(1, ORIGIN)])
    with pytest.raises(ConfigError, match="none of its first rows"):
        await rows("a.jsonl")
