"""Pictures read out of parts by several threads at once, as agents do."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from vqva_crawl.storage import parts as p
from vqva_crawl.storage.pictures import GROUPS_KEPT, Pictures


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_many_threads_read_more_pictures_than_are_kept(tmp_path, hasty_threads):
    bodies = {hashlib.sha256(body).hexdigest(): body for body in (b"%d" % n for n in range(40))}
    store = p.PartStore(str(tmp_path))
    rows = ({"id": sha256, "bytes": body} for sha256, body in bodies.items())
    store.write("collect-0001-0000000000000000", "images", p.IMAGES, rows, 2)
    assert len(bodies) / 2 > GROUPS_KEPT
    pictures = Pictures(store, lambda sha256: "collect-0001-0000000000000000")
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(pictures.read, list(bodies) * 20))
    assert read == list(bodies.values()) * 20
