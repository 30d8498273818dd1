"""The WARC archive of what was fetched, read by another program's reader."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fastwarc import ArchiveIterator, WarcRecordType

from vqva_crawl.clients.archive import Archive
from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.errors import FetchError, StorageError
from vqva_crawl.storage.cache import Entries


def records(folder: Path) -> list[tuple[str, int, bytes]]:
    """(URL, status, body) of all answers in a folder's files; every digest is checked."""
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response):
                assert record.http_headers is not None
                body = record.reader.read()
                length = record.http_headers.get("content-length")
                assert int(length) == len(body)
                found.append(
                    (record.headers["WARC-Target-URI"], record.http_headers.status_code, body)
                )
        with path.open("rb") as file:
            every = ArchiveIterator(file, parse_http=False)
            assert all(record.verify_block_digest() for record in every)
    return found


async def test_what_was_fetched_is_in_the_archive_and_cached_answers_are_not_twice(
    site, fetcher_for, tmp_path
):
    site.page("/a", b"<html>one</html>")
    site.page("/b.png", b"\x89PNG\r\n\x1a\n" + bytes(99), content_type="image/png")
    fetcher = fetcher_for(
        site, archive=Archive(tmp_path / "warc"), cache=StoredResponses(Entries(tmp_path / "c"))
    )
    for _ in range(2):
        await fetcher.get(f"{site.origin}/a", "page")
        await fetcher.get(f"{site.origin}/b.png", "image")
    with pytest.raises(FetchError):
        await fetcher.get(f"{site.origin}/missing", "page")
    await fetcher.aclose()
    found = [entry for entry in records(tmp_path / "warc") if not entry[0].endswith("robots.txt")]
    assert [(url.removeprefix(site.origin), status) for url, status, _ in found] == [
        ("/a", 200),
        ("/b.png", 200),
    ]
    assert found[0][2] == b"<html>one</html>"


async def test_redirects_are_in_the_archive_too(site, fetcher_for, tmp_path):
    site.page("/old", b"moved", status=301, location="/a")
    site.page("/a", b"<html>one</html>")
    fetcher = fetcher_for(site, archive=Archive(tmp_path / "warc"))
    await fetcher.get(f"{site.origin}/old", "page")
    await fetcher.aclose()
    found = [entry for entry in records(tmp_path / "warc") if not entry[0].endswith("robots.txt")]
    assert found == [
        (f"{site.origin}/old", 301, b""),
        (f"{site.origin}/a", 200, b"<html>one</html>"),
    ]


async def test_files_are_cut_at_a_size(tmp_path):
    archive = Archive(tmp_path, most_bytes=3000)
    for n in range(8):
        await archive.add(f"http://a.test/{n}", 200, {"x": "y"}, random.Random(n).randbytes(1200))
    await archive.aclose()
    assert len(list(tmp_path.glob("*.warc.gz"))) > 2
    assert [url[-1] for url, _, _ in records(tmp_path)] == list("01234567")


async def test_a_kill_costs_the_last_answer_at_most(tmp_path):
    archive = Archive(tmp_path)
    for n in range(3):
        await archive.add(f"http://a.test/{n}", 200, {}, b"x" * 500)
    await archive.aclose()
    [path] = tmp_path.glob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:-40])
    with path.open("rb") as file:
        kept = [r.headers["WARC-Target-URI"] for r in whole(file)]
    assert kept[:2] == ["http://a.test/0", "http://a.test/1"]


def whole(file):
    try:
        yield from ArchiveIterator(file, record_types=WarcRecordType.response)
    except OSError:
        return


async def test_a_folder_that_cannot_be_written_ends_the_run(tmp_path):
    (tmp_path / "warc").write_text("a file")
    archive = Archive(tmp_path / "warc")
    with pytest.raises(StorageError, match="warc"):
        await archive.add("http://a.test/", 200, {}, b"x")
    await archive.aclose()
