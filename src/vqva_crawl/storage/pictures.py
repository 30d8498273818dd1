"""Picture bytes by sha256, out of the collect units' image parts."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from vqva_crawl.storage.parts import PartStore

GROUPS_KEPT = 8  # row groups held in memory


class Pictures:
    """Reads pictures, one small row group at a time; `unit_of` names a sha256's unit.

    Agents read in threads, so what is kept is looked up and changed by one of them at a time.
    """

    def __init__(self, parts: PartStore, unit_of: Callable[[str], str]) -> None:
        self._parts = parts
        self._unit_of = unit_of
        self._places: dict[str, dict[str, int]] = {}  # unit -> sha256 -> row group
        self._groups: OrderedDict[tuple[str, int], dict[str, bytes]] = OrderedDict()
        self._turn = threading.Lock()

    def read(self, sha256: str) -> bytes:
        """The stored bytes; KeyError when no committed unit holds them, StorageError for damage."""
        unit = self._unit_of(sha256)
        with self._turn:
            body = self._group(unit, sha256)[sha256]
        if hashlib.sha256(body).hexdigest() != sha256:
            raise self._parts.unreadable(unit, "images", f"picture {sha256} is damaged")
        return body

    def open(self, sha256: str) -> Image.Image:
        """The picture as RGB, transparency (if any is left) on white."""
        image = Image.open(BytesIO(self.read(sha256)), formats=["JPEG", "PNG", "WEBP", "GIF"])
        return image.convert("RGB")

    def _group(self, unit: str, sha256: str) -> dict[str, bytes]:
        """The row group that holds a picture, from memory where it was read last."""
        if unit not in self._places:
            self._places[unit] = self._index(unit)
        if sha256 not in self._places[unit]:
            raise self._parts.unreadable(unit, "images", f"picture {sha256} is not in it")
        group = (unit, self._places[unit][sha256])
        if group not in self._groups:
            self._groups[group] = self._load(*group)
            if len(self._groups) > GROUPS_KEPT:
                self._groups.popitem(last=False)
        self._groups.move_to_end(group)
        return self._groups[group]

    def _index(self, unit: str) -> dict[str, int]:
        with self._parts.open(unit, "images") as parquet:
            return {
                sha: group
                for group in range(parquet.num_row_groups)
                for sha in parquet.read_row_group(group, columns=["id"]).column("id").to_pylist()
            }

    def _load(self, unit: str, group: int) -> dict[str, bytes]:
        with self._parts.open(unit, "images") as parquet:
            table = parquet.read_row_group(group, columns=["id", "bytes"])
            return dict(zip(table["id"].to_pylist(), table["bytes"].to_pylist(), strict=True))
