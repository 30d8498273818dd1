"""One picture's bytes to a clean picture or a refusal.

`check` is a pure function of its arguments and meant to run in a child process that can be killed:
decoders of hostile bytes may crash, hang or eat memory.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import imagehash
import numpy as np
from PIL import Image

from vqva_crawl import config
from vqva_crawl.records import Picture
from vqva_crawl.stages.images.clean import Format, clean
from vqva_crawl.stages.images.interface import interface_score
from vqva_crawl.stages.images.qr import shows_qr_code
from vqva_crawl.stages.images.screens import NO_SCREENS, Screens, refused_by
from vqva_crawl.stages.images.verdicts import CheckedPicture, Decoded, Refusal

_BLANK_TOLERANCE = 8  # levels of 255 around the commonest one
_BLANK_SHARE = 0.999  # of the pixels


def check(
    body: bytes,
    url: str,
    fetched_at: str,
    images: config.Images,
    screens: Screens = NO_SCREENS,
) -> CheckedPicture | Refusal:
    """The verdict on one file. Reasons: those of `decode` and of `refused_by`, and blank, qr_code.

    `screens` are what `images.screens` names: who only compares pictures that were accepted gives
    none.
    """
    found = decode(body, url, fetched_at, images)
    if isinstance(found, Refusal):
        return found
    refusal = _content(found.pixels, found.grey) or refused_by(screens, found)
    return refusal or CheckedPicture(
        picture=found.picture, body=found.body, interface=interface_score(found.pixels)
    )


def decode(body: bytes, url: str, fetched_at: str, images: config.Images) -> Decoded | Refusal:
    """One file decoded, cleaned and hashed. Reasons: wrong_type, pixel_bomb, animated, too_small,
    too_large, aspect, truncated, corrupt."""
    format = sniff(body)
    if format is None:
        return Refusal("wrong_type", f"starts with {body[:12]!r}")
    try:
        with _bombs_are_errors(images.max_pixels):
            image = Image.open(io.BytesIO(body), formats=[format])
            refusal = _header(image, images)
            if refusal:
                return refusal
            image.load()
            stored, stored_as, pixels = clean(body, image, format)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        return Refusal("pixel_bomb", str(error))
    except MemoryError:
        raise
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, struct.error, ...
        return _damage(error)
    grey = pixels.convert("L")
    picture = Picture(
        sha256=hashlib.sha256(stored).hexdigest(),
        url=url,
        width=pixels.width,
        height=pixels.height,
        format=stored_as,
        phash=str(imagehash.phash(grey)),
        size=len(stored),
        fetched_at=fetched_at,
    )
    return Decoded(picture, stored, pixels, grey, body)


def sniff(body: bytes) -> Format | None:
    """The format that the first bytes tell, whatever the server or the file name says."""
    if body.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if body.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if body[:4] == b"RIFF" and body[8:12] == b"WEBP" else None


@contextmanager
def _bombs_are_errors(max_pixels: int) -> Iterator[None]:
    """Pillow refuses to open more than `max_pixels`. Its other warnings are about metadata that
    is thrown away anyway."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _header(image: Image.Image, images: config.Images) -> Refusal | None:
    """What can be said before anything is decoded."""
    short, long = sorted(image.size)
    size = f"{image.width} x {image.height}"
    if image.width * image.height > images.max_pixels:
        return Refusal("pixel_bomb", size)
    # A JPEG may carry a second view (MPO); its first is an ordinary picture.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        return Refusal("animated", size)
    if short < images.min_side:
        return Refusal("too_small", size)
    if long > images.max_side:
        return Refusal("too_large", size)
    if long > images.max_aspect * short:
        return Refusal("aspect", size)
    return None


def _damage(error: Exception) -> Refusal:
    detail = f"{type(error).__name__}: {error}"[:200]
    return Refusal("truncated" if "truncated" in detail.lower() else "corrupt", detail)


def _content(pixels: Image.Image, grey: Image.Image) -> Refusal | None:
    if _nearly_even(grey) and _is_blank(pixels):
        return Refusal("blank", "nearly one colour")
    if shows_qr_code(grey):
        return Refusal("qr_code", "three finder patterns")
    return None


def _nearly_even(grey: Image.Image) -> bool:
    """What is true of every blank picture, since the grey is a mean of the channels: hardly any
    pixel outside some run of levels."""
    below = np.cumsum([0, *grey.histogram()])
    width = 2 * _BLANK_TOLERANCE + 4  # the mean is rounded
    return bool(np.max(below[width:] - below[:-width]) >= (3 * _BLANK_SHARE - 2.001) * below[-1])


def _is_blank(pixels: Image.Image) -> bool:
    """Whether hardly any pixel differs from the commonest level of its channel."""
    histogram, total = pixels.histogram(), pixels.width * pixels.height
    for channel in (histogram[i : i + 256] for i in (0, 256, 512)):
        mode = channel.index(max(channel))
        near = channel[max(0, mode - _BLANK_TOLERANCE) : mode + _BLANK_TOLERANCE + 1]
        if sum(near) < _BLANK_SHARE * total:
            return False
    return True
