"""WARC files and rows of corpora, made of the files of a small web site."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

DATE = "2026-01-02T03:04:05Z"
CRAWL, FILE = "CC-MAIN-2026-42", "crawl-data/CC-MAIN-2026-42/a.warc.gz"  # of Common Crawl
Files = Mapping[str, tuple[str, bytes]]


class Entry(NamedTuple):
    """One record: an answer unless `type` says otherwise."""

    url: str
    body: bytes
    content_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()
    status: str = "200 OK"
    date: str = DATE
    type: str = "response"
    warc: tuple[tuple[str, str], ...] = ()

    def record(self) -> bytes:
        kind = (("Content-Type", self.content_type),) if self.content_type else ()
        head = "".join(f"{name}: {value}\r\n" for name, value in (*kind, *self.headers))
        block = f"HTTP/1.1 {self.status}\r\n{head}\r\n".encode() + self.body
        about = {
            "WARC-Type": self.type,
            "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>",
            "WARC-Target-URI": self.url,
            "WARC-Date": self.date,
            "Content-Type": f"application/http; msgtype={self.type}",
            "Content-Length": str(len(block)),
            **dict(self.warc),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in about.items() if value)
        return f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def write_warc(path: Path, entries: Iterable[Entry]) -> list[int]:
    """Writes a file, a gzip member a record when it ends in .gz; offsets, the end too."""
    offsets, out = [0], bytearray()
    for entry in entries:
        record = entry.record()
        out += gzip.compress(record, mtime=0) if path.suffix == ".gz" else record
        offsets.append(len(out))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out)
    return offsets


def site_entries(files: Files, origin: str) -> list[Entry]:
    """What an archive of a site holds: requests and answers by turns."""
    found = [Entry("", b"software: test", type="warcinfo")]
    for path, (kind, body) in files.items():
        found.append(Entry(f"{origin}{path}", b"", type="request"))
        found.append(Entry(f"{origin}{path}", body, kind))
    return found


def capture(url: str, offset: object, length: int, **more: object) -> dict[str, object]:
    """A line of Common Crawl's index."""
    return {
        "url": url,
        "timestamp": "20261015000000",
        "status": "200",
        "mime": "text/html",
        "mime-detected": "text/html",
        "filename": FILE,
        "offset": str(offset),
        "length": str(length),
        **more,
    }


def interleaved(number: int, origin: str) -> dict[str, Any]:
    """What page `number` of a gallery says, as texts and picture URLs."""
    words = " ".join(f"word{number}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    return {
        "url": f"{origin}/page-{number}.html",
        "texts": [
            f"This is example number {number} of the filter that changes the whole picture.",
            f"The picture after the filter was applied to it. {words} and so it goes on.",
        ],
        "images": [f"{origin}/pictures/{number}.png", f"{origin}/pictures/{number}-after.png"],
    }


def omnicorpus(number: int, origin: str) -> dict[str, Any]:
    page = interleaved(number, origin)
    (first, second), (before, after) = page["texts"], page["images"]
    return {
        "general_metadata": {"url": page["url"], "id": str(number), "domain": ["test"]},
        "images": [before, None, after, None],
        "texts": [None, first, None, second],
        "metadata": [{"width": 240, "height": 240}, {"width": 240, "height": 240}],
    }


def obelics(number: int, origin: str) -> dict[str, Any]:
    page = interleaved(number, origin)
    (first, second), (before, after) = page["texts"], page["images"]
    said = [{"src": before, "alt_text": "Original image"}, None, {"src": after}, None]
    return {
        "general_metadata": json.dumps({"url": page["url"]}),
        "images": [before, None, after, None],
        "texts": [None, first, None, second],
        "metadata": json.dumps(said),
    }


def mmc4(number: int, origin: str) -> dict[str, Any]:
    page = interleaved(number, origin)
    return {
        "url": page["url"],
        "text_list": page["texts"],
        "image_info": [
            {"raw_url": url, "matched_text_index": n, "matched_sim": 0.3, "face_detections": None}
            for n, url in enumerate(page["images"])
        ],
    }


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    """A JSON-lines file, gzipped when it ends in .gz; a row that is text is a line as it stands."""
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    body = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
