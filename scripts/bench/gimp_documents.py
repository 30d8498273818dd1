"""60 documents of the GIMP help with two or more content pictures, as a crawl makes them.

`corpus`: extracted, freed of the site's furniture, with pictures checked as the images stage does,
all from the files on disk. The pages are those whose paths have the lowest sha256. `collected`: the
same pages out of the parts of a run that crawled them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from extract import BASE, cleaned
from PIL import Image

from vqva_crawl import config
from vqva_crawl.clients.base import Kind, Response
from vqva_crawl.clients.model.pictures import encoded
from vqva_crawl.errors import Refused
from vqva_crawl.records import Document
from vqva_crawl.stages.images import Images
from vqva_crawl.storage.parts import PartStore, decode

COUNT = 60


class Files:
    """A Fetcher of the site's files, and the run's store of pictures in one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.bytes: dict[str, bytes] = {}

    async def get(self, url: str, kind: Kind) -> Response:
        path = self._root / url.removeprefix(BASE)
        if not path.is_file():
            raise Refused("http_404", url, "no such file")
        return Response(url, 200, {}, path.read_bytes(), "2025-01-01T00:00:00Z")

    async def aclose(self) -> None:
        return

    def put(self, sha256: str, body: bytes) -> None:
        self.bytes[sha256] = body

    def picture(self, sha256: str) -> Image.Image:
        return Image.open(BytesIO(self.bytes[sha256])).convert("RGB")


class Inline:
    """CPU work without child processes: these files are known to be harmless."""

    async def call(self, function: Callable[..., Any], *args: Any, timeout: float) -> Any:
        return function(*args)


@dataclass(frozen=True)
class Corpus:
    """The documents by path, and their pictures; paths are below `base`."""

    documents: dict[str, Document]
    files: Files
    base: str = BASE

    def jpegs(self) -> dict[str, bytes]:
        """sha256 -> what models are sent of each picture, with the default settings."""
        settings = config.Model()
        return {
            sha256: encoded(self.files.picture(sha256), settings.image_side, settings.image_quality)
            for sha256 in self.files.bytes
        }


def name_of(document: Document, base: str = BASE) -> str:
    return document.url.removeprefix(base)


def names(document: Document, base: str = BASE) -> dict[str, str]:
    """sha256 -> the file's path, of the accepted pictures in reading order."""
    found: dict[str, str] = {}
    for item in document.images():
        if item.sha256:
            found.setdefault(item.sha256, item.url.removeprefix(base))
    return found


def collected(parts: PartStore, root: Path, base: str) -> Corpus:
    """What a run has collected of the site in the folder `root`, which it found at `base`."""
    found = Corpus({}, Files(root), base)
    for unit in parts.units():
        if unit.startswith("collect"):
            for document in decode(parts.read(unit, "documents"), Document):
                found.documents[name_of(document, base)] = document
            for row in parts.read(unit, "images"):
                found.files.put(row["id"], row["bytes"])
    return found


async def corpus(root: Path, count: int = COUNT) -> Corpus:
    files = Files(root)
    stage = Images(files, Inline(), files, lambda url: None, config.Images())
    chosen: dict[str, Document] = {}
    for document in _drawn(root):
        done, *_ = await stage(document)
        assert isinstance(done, Document), "the stage gives the document first"
        if len(names(done)) > 1:
            chosen[name_of(done)] = done
        if len(chosen) == count:
            break
    return Corpus(chosen, files)


def _drawn(root: Path) -> Iterator[Document]:
    """Documents that may have two content pictures, in the order of their paths' sha256."""
    site = {name_of(d): d for d in cleaned(root, sorted(root.rglob("*.html")))}
    for name in sorted(site, key=lambda name: hashlib.sha256(name.encode()).hexdigest()):
        if len({item.url for item in site[name].images()}) > 1:
            yield site[name]
