"""The bytes of an accepted picture, wherever they lie."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from vqva_crawl.errors import StorageError
from vqva_crawl.storage.cache import Blobs


def accepted(sha256: str, blobs: Blobs, committed: Callable[[str], Image.Image]) -> bytes:
    """The bytes in the spool; of a picture that an earlier round stored, a PNG of its pixels.

    Both show the same pixels, so the same panels are cut out of them. `committed` opens a picture
    of an earlier round; what it raises comes through.
    """
    try:
        return blobs.get(sha256)
    except StorageError:
        out = io.BytesIO()
        committed(sha256).save(out, "PNG")
        return out.getvalue()
