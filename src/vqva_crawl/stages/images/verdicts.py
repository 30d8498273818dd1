"""What is found out about one picture's bytes: sound, accepted or refused."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from vqva_crawl.records import Picture


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A picture that can be stored.

    `body` are the bytes to store, whose sha256 `picture` carries; `interface` in 0..1 says how
    much it looks like a window or dialog (the words around it have their say later).
    """

    picture: Picture
    body: bytes
    interface: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a picture is not kept: `reason` is a short stable name, `detail` one line; it may be had
    on `another_day`."""

    reason: str
    detail: str = ""
    another_day: bool = False


@dataclass(frozen=True, slots=True)
class Decoded:
    """A sound picture, whatever it shows: what is stored of it, and its pixels as RGB and grey.

    `sent` are the bytes as the server sent them: lists of known files have the hashes of these,
    while `picture.sha256` is that of `body`, which has lost its metadata.
    """

    picture: Picture
    body: bytes
    pixels: Image.Image
    grey: Image.Image
    sent: bytes
