"""A decoded picture as it is stored: upright, RGB on white, sRGB, without metadata."""

from __future__ import annotations

import io
from typing import Literal

import numpy as np
from PIL import Image, ImageCms, ImageOps

from vqva_crawl.stages.images.strip import strip

Format = Literal["jpeg", "png", "webp", "gif"]
_SIXTEEN_BIT = ("I", "I;16", "I;16B", "I;16L")
_ORIENTATION = 0x0112  # EXIF tag; 1 is upright


def clean(body: bytes, image: Image.Image, format: Format) -> tuple[bytes, Format, Image.Image]:
    """(bytes to store, their format, the pixels as RGB) of a decoded picture.

    The original coding is kept, less its metadata, where that shows the same picture; otherwise
    photographs become JPEG (quality 95, no chroma subsampling) and all else PNG.
    """
    stripped = strip(body, format) if _plain(image) else None
    if stripped is not None:
        return stripped, format, image if image.mode == "RGB" else _rgb(image)
    pixels = _rgb(_upright(image))
    pixels.info.clear()  # Pillow would write the comment and the profile that it read back out
    out = io.BytesIO()
    if format == "jpeg":
        pixels.save(out, "JPEG", quality=95, subsampling=0)
        return out.getvalue(), "jpeg", pixels
    pixels.save(out, "PNG")
    return out.getvalue(), "png", pixels


def _plain(image: Image.Image) -> bool:
    """Whether the coded pixels alone already are what `_rgb(_upright(image))` shows."""
    if _orientation(image) != 1 or _foreign_profile(image):
        return False
    return image.mode in ("1", "L", "P", "RGB", "RGBA", "LA") and not _transparent(image)


def _transparent(image: Image.Image) -> bool:
    """Whether a pixel may let the background through (an alpha channel may be all opaque)."""
    if image.mode in ("RGBA", "LA"):
        return image.getextrema()[-1] != (255, 255)
    return image.has_transparency_data


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # damaged EXIF of a sound picture raises all sorts of errors
        return 1


def _upright(image: Image.Image) -> Image.Image:
    return image if _orientation(image) == 1 else ImageOps.exif_transpose(image)


def _rgb(image: Image.Image) -> Image.Image:
    """Transparency on white, 16 bits to 8, foreign colour profiles to sRGB."""
    if image.mode in _SIXTEEN_BIT:
        image = Image.fromarray((np.asarray(image).clip(0, 65535) >> 8).astype(np.uint8))
    if _transparent(image):
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if _foreign_profile(image):
        image = _to_srgb(image)
    return image.convert("RGB")


def _foreign_profile(image: Image.Image) -> bytes | None:
    """The embedded ICC profile, None when there is none or it is sRGB."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return None
    return None if b"sRGB" in profile or b"s\0R\0G\0B" in profile else bytes(profile)


def _to_srgb(image: Image.Image) -> Image.Image:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(_foreign_profile(image) or b""))
        srgb = ImageCms.createProfile("sRGB")
        out = ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # a broken profile: show the picture as it is
        return image
    return out or image
