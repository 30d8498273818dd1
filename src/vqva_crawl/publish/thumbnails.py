"""Small pictures for the report, re-encoded: nothing that was crawled is shown as it came."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from PIL import Image

LONG_SIDE = 420  # pixels
MAX_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def thumbnail(content: bytes) -> bytes:
    """A JPEG of the picture's first frame, flattened on white, its long side at most 420 px.

    Raises ValueError for what is no such picture or has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(f"{image.width} x {image.height} pixels are too many")
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # JPEG: decodes at a fraction of the size
            image.load()
            small = _flat(image)
    except ValueError:
        raise
    except Exception as error:  # Pillow's plug-ins raise anything on damaged files
        raise ValueError(f"not a picture: {error}") from error
    small.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()


def _flat(image: Image.Image) -> Image.Image:
    """RGB, what is transparent made white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image.copy()
    layer = image.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")


def keep(content: bytes, folder: Path) -> str:
    """Writes the picture's thumbnail as `<sha256 of content>.jpg`; gives the file's name.

    "" when the picture cannot be shown. A thumbnail that is there already is kept.
    """
    path = folder / f"{hashlib.sha256(content).hexdigest()}.jpg"
    if path.exists():
        return path.name
    try:
        small = thumbnail(content)
    except ValueError:
        return ""
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(small)
    temporary.replace(path)
    return path.name
