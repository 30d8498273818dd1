"""What the built-in screens of pictures find, what they refuse wrongly, and what they take.

    python scripts/bench/screens.py --site NAME=DIR … [--hits DIR]

Each DIR is a site's root: every picture in it that the images stage would decode is looked at once.
What a screen refuses there is written to --hits, to be judged by eye; those that --truth names (a
file with a name under --hits on each line) were refused rightly. Recall is on scikit-image's own
pictures and on pages that are drawn or, with a Chromium in PATH, printed. Prints one JSON object a
line.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter
from rows import report
from skimage import data

from vqva_crawl import config
from vqva_crawl.stages.images import Decoded
from vqva_crawl.stages.images.check import decode
from vqva_crawl.stages.images.screens.documents import documents
from vqva_crawl.stages.images.screens.faces import faces

sys.path.append(str(Path(__file__).parents[2] / "tests/stages"))
import drawn_pages

SCREENS = {"faces": faces({}), "documents": documents({})}
SIZES = (8, 10, 14, 18)  # of letters; thresholds were chosen with 9, 12 and 16, and other seeds
ENDINGS = {".png", ".jpg", ".jpeg", ".gif", ".webp"}
HTML = """<!doctype html><body style="font: {size}px {font}; margin: 60px; width: 660px">
<h1>{title}</h1>{columns}</body>"""


def pictures(root: Path) -> Iterator[tuple[str, Decoded]]:
    """The sound ones of a site, each once."""
    seen: set[str] = set()
    for path in sorted(p for p in root.rglob("*") if p.suffix.lower() in ENDINGS):
        found = decode(path.read_bytes(), "http://site.example/", "", config.Images())
        if isinstance(found, Decoded) and found.picture.sha256 not in seen:
            seen.add(found.picture.sha256)
            yield path.relative_to(root).as_posix().replace("/", "_"), found


def site(name: str, root: Path, hits: Path | None, truth: set[str]) -> None:
    """False hits on a site, and the CPU time of each screen."""
    refused: dict[str, list[str]] = {screen: [] for screen in SCREENS}
    spent, count = dict.fromkeys(SCREENS, 0.0), 0
    for file, found in pictures(root):
        count += 1
        for screen, look in SCREENS.items():
            began = time.process_time()
            said = look(found)
            spent[screen] += time.process_time() - began
            if said:
                refused[screen].append(keep(hits, f"{screen}-{name}-{file}.png", found))
    for screen, files in refused.items():
        wrong = len([file for file in files if file not in truth])
        note = f"{count} pictures, {len(files)} refused, {wrong} of them wrongly"
        report("screens", f"{screen}_{name}_false", wrong / count, "share", note=note)
        report("screens", f"{screen}_{name}_cpu", 1000 * spent[screen] / count, "ms", note=note)


def keep(hits: Path | None, name: str, found: Decoded) -> str:
    if hits:
        hits.mkdir(parents=True, exist_ok=True)
        found.pixels.save(hits / name)
    return name


# recall ---------------------------------------------------------------------------------------


def sound(picture: Image.Image) -> Decoded:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    found = decode(out.getvalue(), "http://site.example/", "", config.Images())
    assert isinstance(found, Decoded), found
    return found


def recall(screen: str, name: str, given: list[Image.Image]) -> None:
    found = [bool(SCREENS[screen](sound(picture))) for picture in given]
    report("screens", f"{screen}_{name}", sum(found) / len(found), "share", note=f"of {len(found)}")


def crops(first: int) -> list[Image.Image]:
    """A hundred of LFW's crops of 25 x 25 pixels, each blown up onto a shaded ground."""
    rng = np.random.default_rng(0)
    given = []
    for crop in data.lfw_subset()[first : first + 100]:
        low = Image.fromarray(rng.integers(90, 200, (4, 4), np.uint8))
        ground = low.resize((400, 300), Image.Resampling.BICUBIC)
        face = Image.fromarray((255 * crop).astype(np.uint8)).resize(
            (160, 160), Image.Resampling.BICUBIC
        )
        ground.paste(face, (120, 70))
        given.append(ground)
    return given


def photographed(sheet: Image.Image, rng: random.Random) -> Image.Image:
    """Askew by up to 4 degrees, on a dark table, unsharp, and lit from one side."""
    table = Image.new("RGB", (round(sheet.width * 1.15), round(sheet.height * 1.12)), (70, 60, 52))
    table.paste(sheet, (sheet.width // 14, sheet.height // 18))
    askew = table.rotate(rng.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=(70, 60, 52))
    light = Image.linear_gradient("L").resize(askew.size).point(lambda v: 150 + v * 100 // 255)
    lit = Image.composite(askew, Image.new("RGB", askew.size), light)
    return ImageEnhance.Contrast(lit.filter(ImageFilter.GaussianBlur(0.6))).enhance(0.9)


def drawn(
    make: Callable[..., Image.Image], photographs: bool, sizes: tuple[int, ...]
) -> list[Image.Image]:
    rng = random.Random(0)
    given = []
    for size in sizes:
        for seed in range(100, 105):
            sheet = make(seed=seed, **({"size": size} if make is not drawn_pages.card else {}))
            given.append(photographed(sheet, rng) if photographs else sheet)
    return given


def printed(browser: str) -> list[Image.Image]:
    """Pages that a Chromium sets, in one and two columns."""
    rng, given = random.Random(1), []
    with tempfile.TemporaryDirectory() as folder:
        for n, (font, size, count) in enumerate(
            (f, s, c)
            for f in ("serif", "sans-serif", "monospace")
            for s in (12, 15, 19)
            for c in (1, 2)
        ):
            words = "".join(f"<p>{drawn_pages.sentence(rng, 90)}</p>" for _ in range(14))
            columns = f'<div style="columns: {count}">{words}</div>'
            page = Path(folder, f"{n}.html")
            page.write_text(HTML.format(size=size, font=font, title="A page", columns=columns))
            shot = Path(folder, f"{n}.png")
            command = [
                browser,
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                "--disable-gpu",
                f"--user-data-dir={folder}/profile",
                "--window-size=794,1123",
                f"--screenshot={shot}",
                page.as_uri(),
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
            given.append(Image.open(shot).convert("RGB"))
    return given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--hits", type=Path)
    parser.add_argument("--truth", type=Path)
    given = parser.parse_args()
    recall("faces", "recall_astronaut", [Image.fromarray(data.astronaut())])
    recall("faces", "recall_lfw", crops(0))
    recall("faces", "lfw_without_faces_refused", crops(100))
    recall("documents", "recall_page_scanned", drawn(drawn_pages.page, False, SIZES))
    recall("documents", "recall_page_photographed", drawn(drawn_pages.page, True, SIZES))
    recall("documents", "recall_form_scanned", drawn(drawn_pages.form, False, SIZES))
    recall("documents", "recall_form_photographed", drawn(drawn_pages.form, True, SIZES))
    recall("documents", "recall_card", drawn(drawn_pages.card, False, (12,)))
    if browser := shutil.which("chromium") or shutil.which("chromium-browser"):
        recall("documents", "recall_printed", printed(browser))
    truth = set(given.truth.read_text().splitlines()) if given.truth else set()
    for name, _, root in (pair.partition("=") for pair in given.site):
        site(name, Path(root), given.hits, truth)


if __name__ == "__main__":
    main()
