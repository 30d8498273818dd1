"""How well composite figures are cut into their panels.

    python scripts/bench/panels.py --biology DIR --gimp DIR

The folders are the sites' roots, named in tests/data/panels/README.md. Prints one JSON object a
line, for each site and each half of its labels; thresholds were chosen on the tuning half alone.
A cut figure is right when it has as many panels as its label and each of these overlaps one of
them with an IoU of at least 0.8. Recall has no target: what is not cut stays a whole picture, and
what is cut wrongly spoils pairs. `recall_of_large` counts only figures whose panels all have
images.min_side: others are left whole by design.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from vqva_crawl import config
from vqva_crawl.records import Document, Page, Target
from vqva_crawl.stages.extract import document
from vqva_crawl.stages.images import CheckedPicture, check
from vqva_crawl.stages.panels import cut
from vqva_crawl.stages.panels.captions import caption_of, named_parts

BASE = "http://site.example/"
LABELS = Path(__file__).parents[2] / "tests/data/panels"
HALVES = ("tuning", "held-out")
SAME = 0.8  # intersection over union of a found and a labelled panel
IMAGES = config.Images(panels="cut")

Rectangle = tuple[int, int, int, int]  # left, top, width, height


def documents(root: Path) -> Iterator[Document]:
    for path in sorted(root.rglob("*.html")):
        url = BASE + path.relative_to(root).as_posix()
        page = Page(
            target=Target(key=url, url=url),
            url=url,
            body=path.read_bytes(),
            content_type="text/html",
            fetched_at="2025-01-01T00:00:00Z",
        )
        found = document(page, config.Extract())
        if isinstance(found, Document):
            yield found


def letters(root: Path) -> dict[str, int]:
    """How many parts the captions of each picture name, by path."""
    named: dict[str, int] = {}
    for each in documents(root):
        for item in each.images():
            name = item.url.removeprefix(BASE)
            named[name] = max(named.get(name, 0), named_parts(caption_of(item)))
    return named


def found_panels(root: Path, name: str, count: int) -> list[Rectangle]:
    checked = check((root / name).read_bytes(), BASE + name, "2025-01-01T00:00:00Z", IMAGES)
    if not isinstance(checked, CheckedPicture):
        return []
    panels = cut(checked.body, checked.picture, count, IMAGES)
    return [rectangle(panel.picture.url) for panel in panels]


def rectangle(url: str) -> Rectangle:
    left, top, width, height = map(int, url.rpartition("=")[2].split(","))
    return left, top, width, height


def overlap(a: Rectangle, b: Rectangle) -> float:
    """Intersection over union."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(wide, 0) * max(high, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def right(found: list[Rectangle], wanted: list[Rectangle]) -> bool:
    if not found or len(found) != len(wanted):
        return False
    return all(max(overlap(one, other) for other in found) >= SAME for one in wanted)


def large(panels: list[Rectangle]) -> bool:
    return bool(panels) and min(min(p[2:]) for p in panels) >= IMAGES.min_side


def quality(site: str, root: Path, show: bool) -> None:
    figures = json.loads((LABELS / f"{site}.json").read_text())["figures"]
    named = letters(root)
    for half in HALVES:
        mine = [f for f in figures if f["half"] == half]
        labels = {f["file"]: [tuple(p) for p in f["panels"]] for f in mine}
        found = {name: found_panels(root, name, named.get(name, 0)) for name in labels}
        good = {name for name, panels in found.items() if right(panels, labels[name])}
        tell(f"{site}_{half}", labels, found, good)
        for name in sorted(labels) if show else ():
            if name not in good and (found[name] or labels[name]):
                print("+" if found[name] else "-", name, found[name], labels[name])


def tell(
    name: str,
    labels: dict[str, list[Rectangle]],
    found: dict[str, list[Rectangle]],
    good: set[str],
) -> None:
    cuts = sum(map(bool, found.values()))
    composites = {n for n, panels in labels.items() if panels}
    big = {n for n in composites if large(labels[n])}
    note = f"{len(labels)} pictures, {len(composites)} composite, {cuts} cut, {len(good)} right"
    report(f"{name}_precision", len(good) / max(cuts, 1), 0.95, note)
    report(f"{name}_recall", len(good) / max(len(composites), 1), None, note)
    note = f"{len(big)} figures whose panels all have {IMAGES.min_side} pixels a side"
    report(f"{name}_recall_of_large", len(good & big) / max(len(big), 1), None, note)


def report(metric: str, value: float, target: float | None, note: str) -> None:
    row = {
        "bench": "panels",
        "metric": metric,
        "value": round(value, 4),
        "unit": "",
        "peer": "labels",
        "peer_value": 1.0,
        "ratio": round(value, 4),
        "target": target,
        "note": note,
    }
    print(json.dumps(row), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--biology", type=Path, required=True)
    parser.add_argument("--gimp", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="list wrong (+) and missed (-) figures")
    options = parser.parse_args()
    quality("biology", options.biology, options.show)
    quality("gimp-help", options.gimp, options.show)


if __name__ == "__main__":
    main()
