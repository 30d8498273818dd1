import importlib.util
import json
import random
import sys
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from vqva_crawl.publish.shards import write_shards

SCRIPT = Path(__file__).parents[2] / "scripts" / "audit.py"
spec = importlib.util.spec_from_file_location("audit", SCRIPT)
assert spec is not None
assert spec.loader is not None
audit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(audit)


@pytest.fixture
def dataset(tmp_path: Path, rows: object) -> Path:
    made = rows(9)  # type: ignore[operator]
    write_shards(made, fsspec.filesystem("file"), str(tmp_path / "dataset"), 4, 2)
    return tmp_path / "dataset"


def test_sheets_come_in_the_order_of_the_stated_draw(
    dataset: Path, tmp_path: Path, rows: object, monkeypatch: pytest.MonkeyPatch, capsys: object
) -> None:
    out = tmp_path / "out"
    command = ["audit.py", str(dataset), "--seed", "3f2a9c1", "--count", "4", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", command)
    assert audit.main() == 0
    index = [json.loads(line) for line in (out / "index.jsonl").read_text().splitlines()]
    ids = sorted(row["id"] for row in rows(9))  # type: ignore[operator]
    assert [line["id"] for line in index] == random.Random("3f2a9c1").sample(ids, 4)
    assert sorted(p.name for p in out.glob("*.png")) == [line["file"] for line in index]
    assert not any("score" in key or "reason" in key for key in index[0])
    with Image.open(out / "000.png") as sheet:
        colours = sheet.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 4  # two pictures and text


def test_more_than_there_are_gives_all(dataset: Path, tmp_path: Path) -> None:
    assert audit.audit(dataset, "x", 100, tmp_path / "out") == 9


def test_a_folder_without_shards_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["audit.py", str(tmp_path), "--seed", "x", "--out", "o"])
    assert audit.main() == 2
    assert "no train-*.parquet" in capsys.readouterr().err


@given(st.text(alphabet="ab \n", max_size=200))
def test_wrapped_text_keeps_its_letters_and_fits(text: str) -> None:
    font = ImageFont.load_default(20)
    lines = audit.wrapped(text, font, 120, 1000).split("\n")
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(font.getlength(line) <= 120 for line in lines)
