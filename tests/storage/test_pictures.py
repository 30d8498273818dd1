"""Pictures read out of parts by several threads at once, as agents do."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from vqva_crawl.storage import parts as p
from vqva_crawl.storage import pictures as stored


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_many_threads_read_more_pictures_than_are_kept(tmp_path, hasty_threads, monkeypatch):
    monkeypatch.setattr(stored, "GROUPS_KEPT", 1)
    bodies = {hashlib.sha256(body).hexdigest(): body for body in (b"%d" % n for n in range(40))}
    store = p.PartStore(str(tmp_path))
    rows = ({"id": sha256, "bytes": body} for sha256, body in bodies.items())
    store.write("collect-0001-0000000000000000", "images", p.IMAGES, rows, 2)
    pictures = stored.Pictures(store, lambda sha256: "collect-0001-0000000000000000")
    wanted = random.Random(1).choices(list(bodies), k=600)
    with ThreadPoolExecutor(32) as pool:
        assert list(pool.map(pictures.read, wanted)) == [bodies[sha256] for sha256 in wanted]
