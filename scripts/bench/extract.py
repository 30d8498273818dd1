"""Speed of extraction, and how well content pictures are told from furniture.

    python scripts/bench/extract.py --gimp DIR --opencv DIR

The folders are the sites' roots, named in tests/data/content_pictures/README.md. Prints one JSON
object a line. Speed is against BeautifulSoup with lxml doing the simple job alone: all pictures
with their alternative texts, and all text blocks.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from PIL import Image, UnidentifiedImageError
from selectolax.lexbor import LexborHTMLParser

from vqva_crawl import config
from vqva_crawl.records import Document, Page, Target
from vqva_crawl.stages.boilerplate import boilerplate
from vqva_crawl.stages.extract import document
from vqva_crawl.urls import join

BASE = "http://site.example/"
LABELS = Path(__file__).parents[2] / "tests/data/content_pictures"
ASKED = 1_000  # documents per second of CPU time on a quiet core
UNIT = 200  # pages that the crawler sees at once
TEXT_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "td", "th", "dt", "dd", "pre")
Sizes = dict[str, tuple[int, int]]


def page(root: Path, path: Path) -> Page:
    url = BASE + path.relative_to(root).as_posix()
    return Page(
        target=Target(key=url, url=url),
        url=url,
        body=path.read_bytes(),
        content_type="text/html",
        fetched_at="2025-01-01T00:00:00Z",
    )


def ours(page: Page) -> object:
    return document(page, config.Extract())


def peers(page: Page) -> object:
    soup = BeautifulSoup(page.body, "lxml")
    pictures = [(join(page.url, str(i.get("src", ""))), i.get("alt")) for i in soup.find_all("img")]
    return pictures, [block.get_text(" ", strip=True) for block in soup.find_all(TEXT_BLOCKS)]


def parsed(page: Page) -> object:
    """What the machine can do just now: the parser alone."""
    return LexborHTMLParser(page.body)


def rate(work: Callable[[Page], object], pages: Sequence[Page]) -> float:
    """Pages per second of CPU time, on one core."""
    start = time.process_time()
    for each in pages:
        work(each)
    return len(pages) / (time.process_time() - start)


def speed(pages: Sequence[Page], rounds: int) -> None:
    rates = [(rate(ours, pages), rate(peers, pages), rate(parsed, pages)) for _ in range(rounds)]
    we, they, parser = (statistics.median(column) for column in zip(*rates, strict=True))
    size = sum(len(p.body) for p in pages) // len(pages)
    note = (
        f"{len(pages)} pages of {size} bytes; {we / ASKED:.2f} of the {ASKED} docs/s asked for; "
        f"Lexbor alone parses {parser:.0f}/s in the same run"
    )
    target = round(ASKED / they, 2)  # the ratio at which we would be as fast as was asked for
    report("docs_per_cpu_second", we, "1/s", "beautifulsoup4+lxml", they, target, note)


def labelled(site: str) -> dict[str, Counter[str]]:
    """The URLs of the content pictures of each labelled page, by path."""
    pages = json.loads((LABELS / f"{site}.json").read_text())["pages"]
    return {
        p["page"]: Counter(join(BASE + p["page"], i["src"]) for i in p["pictures"] if i["content"])
        for p in pages
    }


def chosen(root: Path, gold: dict[str, Counter[str]], most: int) -> list[Path]:
    """All pages of the site, or the labelled ones and others evenly spread, in order of path."""
    everything = sorted(root.rglob("*.html"))
    step = max(1, len(everything) // most)
    return sorted({*everything[::step], *(root / name for name in gold)})


def sizes(root: Path, documents: Sequence[Document]) -> Sizes:
    """True sizes of the pictures on disk, as the images stage would have found them."""
    found: Sizes = {}
    for url in {image.url for each in documents for image in each.images()}:
        try:
            with Image.open(root / url.removeprefix(BASE)) as image:
                found[url] = image.size
        except (OSError, UnidentifiedImageError):
            continue
    return found


def cleaned(root: Path, paths: Sequence[Path]) -> Iterator[Document]:
    extracted = (document(page(root, path), config.Extract()) for path in paths)
    documents = [d for d in extracted if isinstance(d, Document)]
    known = sizes(root, documents)
    for start in range(0, len(documents), UNIT):
        yield from boilerplate(documents[start : start + UNIT], known)


def quality(site: str, root: Path, most: int, show: bool) -> None:
    gold = labelled(site)
    kept = {
        d.url.removeprefix(BASE): Counter(i.url for i in d.images())
        for d in cleaned(root, chosen(root, gold, most))
    }
    right = sum((kept[name] & gold[name]).total() for name in gold)
    note = f"{len(gold)} labelled pages, {sum(g.total() for g in gold.values())} content pictures"
    told = sum(kept[name].total() for name in gold)
    known = sum(g.total() for g in gold.values())
    report(f"{site}_precision", right / max(told, 1), "", "labels", 1.0, 0.97, note)
    report(f"{site}_recall", right / max(known, 1), "", "labels", 1.0, 0.97, note)
    for name in gold if show else ():
        for sign, wrong in (("+", kept[name] - gold[name]), ("-", gold[name] - kept[name])):
            for url in wrong:
                print(sign, name, url)


def report(
    metric: str, value: float, unit: str, peer: str, peer_value: float, target: float, note: str
) -> None:
    row = {
        "bench": "extract",
        "metric": metric,
        "value": round(value, 4),
        "unit": unit,
        "peer": peer,
        "peer_value": round(peer_value, 4),
        "ratio": round(value / peer_value, 4),
        "target": target,
        "note": note,
    }
    print(json.dumps(row), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--gimp", type=Path, required=True)
    parser.add_argument("--opencv", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="list the wrong pictures")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
    speed([page(options.gimp, p) for p in sorted(options.gimp.rglob("*.html"))], options.rounds)
    quality("gimp-help", options.gimp, 10_000, options.show)
    quality("opencv-doc", options.opencv, 400, options.show)


if __name__ == "__main__":
    main()
