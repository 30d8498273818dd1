"""Pictures as models see them."""

from __future__ import annotations

import asyncio

import pytest
from PIL import Image

from vqva_crawl.clients.model.pictures import Encoder


async def test_a_picture_that_many_ask_for_at_once_is_encoded_once():
    opened = []

    def open_picture(sha256: str) -> Image.Image:
        opened.append(sha256)
        return Image.new("RGB", (40, 30), "red")

    encoder = Encoder(open_picture, 1024, 90)
    bodies = await asyncio.gather(*(encoder(name) for name in ("a", "b", "a", "a")))
    assert sorted(opened) == ["a", "b"]
    assert bodies[0] is bodies[2] is bodies[3]


async def test_a_picture_that_could_not_be_read_is_tried_again():
    answers = iter([OSError("gone"), Image.new("RGB", (40, 30))])

    def open_picture(sha256: str) -> Image.Image:
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    encoder = Encoder(open_picture, 1024, 90)
    with pytest.raises(OSError, match="gone"):
        await encoder("a")
    assert (await encoder("a")).startswith(b"\xff\xd8")
