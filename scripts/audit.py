"""Draws triples at random from a published dataset, as sheets for a blind judge.

    python scripts/audit.py runs/quickstart/dataset --seed 3f2a9c1 --count 40 --out audit/

Each sheet shows the question picture, the instruction and the answer picture; scores, reasoning and
everything else that could sway a judge stay out, the page's address too: it often names what was
done to a picture. The draw is `random.Random(seed).sample` over the
sorted ids, so a seed that nobody could choose (a commit's hash) makes it a fair one.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from PIL import Image, ImageDraw, ImageFont

PICTURE = (640, 640)  # pixels of a picture's place
TEXT_WIDTH = 460
MARGIN = 30
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
COLUMNS = ["id", "question_image", "answer_image", "instruction"]


def draw_ids(dataset: Path, seed: str, count: int) -> list[str]:
    """`count` ids of the dataset, or all when it has fewer."""
    ids = sorted(
        str(value)
        for shard in sorted(dataset.glob("train-*.parquet"))
        for value in pq.read_table(shard, columns=["id"])["id"].to_pylist()
    )
    return random.Random(seed).sample(ids, min(count, len(ids)))


def read_rows(dataset: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """The rows with these ids, one row group in memory at a time."""
    for shard in sorted(dataset.glob("train-*.parquet")):
        file = pq.ParquetFile(shard)
        for group in range(file.num_row_groups):
            ids = file.read_row_group(group, columns=["id"])["id"].to_pylist()
            if wanted.intersection(ids):
                rows = file.read_row_group(group, columns=COLUMNS).to_pylist()
                yield from (row for row in rows if row["id"] in wanted)


def sheet(row: dict[str, Any]) -> Image.Image:
    """Question picture | instruction | answer picture, with the id below."""
    width = 2 * PICTURE[0] + TEXT_WIDTH + 4 * MARGIN
    page = Image.new("RGB", (width, PICTURE[1] + 2 * MARGIN + 30), "white")
    pen = ImageDraw.Draw(page)
    left = (MARGIN, MARGIN)
    right = (width - MARGIN - PICTURE[0], MARGIN)
    for place, column in ((left, "question_image"), (right, "answer_image")):
        _paste(page, place, row[column]["bytes"])
    text = wrapped(row["instruction"], _font(26), TEXT_WIDTH, PICTURE[1] // 38)
    x, y = 2 * MARGIN + PICTURE[0], MARGIN + PICTURE[1] // 2
    pen.multiline_text((x, y), text, fill="black", font=_font(26), anchor="lm", spacing=8)
    pen.text((MARGIN, PICTURE[1] + 2 * MARGIN), row["id"], fill="#555555", font=_font(18))
    return page


def _paste(page: Image.Image, place: tuple[int, int], content: bytes) -> None:
    """The picture, flattened on white, in the middle of its frame."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        layer = image.convert("RGBA")
    layer.thumbnail(PICTURE)
    x = place[0] + (PICTURE[0] - layer.width) // 2
    y = place[1] + (PICTURE[1] - layer.height) // 2
    page.paste(layer, (x, y), layer)
    frame = (x - 1, y - 1, x + layer.width, y + layer.height)
    ImageDraw.Draw(page).rectangle(frame, outline="#bbbbbb")


def wrapped(text: str, font: Any, width: int, lines: int) -> str:
    """The text broken to `width` pixels, words longer than a line too; at most `lines` lines."""
    done: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, font, width):
            longer = f"{line} {piece}".strip()
            if line and font.getlength(longer) > width:
                done.append(line)
                longer = piece
            line = longer
    done.append(line)
    return "\n".join(done if len(done) <= lines else [*done[: lines - 1], done[lines - 1] + " …"])


def _pieces(word: str, font: Any, width: int) -> Iterator[str]:
    start = 0
    for end in range(1, len(word) + 1):
        if end - start > 1 and font.getlength(word[start:end]) > width:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


def _font(size: int) -> Any:
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def audit(dataset: Path, seed: str, count: int, out: Path) -> int:
    """Writes 000.png, 001.png, … in the order of the draw, and index.jsonl; gives their number."""
    ids = draw_ids(dataset, seed, count)
    out.mkdir(parents=True, exist_ok=True)
    index: dict[str, dict[str, Any]] = {}
    for row in read_rows(dataset, set(ids)):
        name = f"{ids.index(row['id']):03d}.png"
        sheet(row).save(out / name)
        facts = {"id": row["id"], "instruction": row["instruction"]}
        index[name] = {"file": name, **facts, "seed": seed}
    lines = [json.dumps(index[name], ensure_ascii=False) + "\n" for name in sorted(index)]
    (out / "index.jsonl").write_text("".join(lines), encoding="utf-8")
    return len(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("dataset", type=Path, help="a folder with train-*.parquet")
    parser.add_argument("--seed", required=True, help="any text, such as a commit's hash")
    parser.add_argument("--count", type=int, default=40, help="how many triples (40)")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the sheets")
    given = parser.parse_args()
    if not list(given.dataset.glob("train-*.parquet")):
        print(f"{given.dataset}: no train-*.parquet here", file=sys.stderr)
        return 2
    print(f"{audit(given.dataset, given.seed, given.count, given.out)} sheets in {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
