"""No URL, however it is spelled, names a file (threat 23)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl import config
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Target
from vqva_crawl.rounds.units import collect_units
from vqva_crawl.storage.cache import Blobs, Entries

HOSTILE = [
    "http://a.test/../../../etc/passwd",
    "http://a.test/..%2f..%2f..%2fetc/passwd",
    "http://a.test/a\0b",
    "http://a.test/" + "x" * 5000,
    "http://a.test/CON",
    "/etc/passwd",
    "..",
    "",
]


def names(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("key", HOSTILE)
def test_what_is_kept_of_a_url_lies_under_its_hash(tmp_path: Path, key: str) -> None:
    inside = tmp_path / "inside"
    Entries(inside).put(key, {"status": 200}, b"body")
    assert Entries(inside).get(key) == ({"status": 200}, b"body")
    [name] = names(tmp_path)
    folder, first, rest = name.parts
    assert (folder, first) == ("inside", rest[:2])
    assert len(rest) == 32
    assert set(rest) <= set("0123456789abcdef")


@given(st.text(max_size=30), st.text(max_size=30))
def test_units_are_named_by_hashes(key: str, url: str) -> None:
    [unit] = collect_units([Target(key=key, url="http://h/" + url)], 1, 1, 9)
    kind, number, content = unit.id.split("-")
    assert (kind, number) == ("collect", "0001")
    assert set(content) <= set("0123456789abcdef")


@pytest.mark.parametrize("store", [Entries, Blobs])
def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path, store) -> None:
    """Who can plant a link in the cache gets nothing written elsewhere by it."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"dear")
    kept = store(tmp_path / "kept")
    put = (lambda: kept.put("k", {}, b"x")) if store is Entries else lambda: kept.put("ab12", b"x")
    put()
    [name] = [n for n in names(tmp_path) if n.name != "victim"]
    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(victim)
    put()
    assert victim.read_bytes() == b"dear"


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "/etc", "a\0b", "", ".hidden", "a" * 65])
def test_a_run_s_name_is_no_path(name: str) -> None:
    with pytest.raises(ConfigError, match="name"):
        config.parse({"name": name}, "test")
