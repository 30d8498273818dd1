"""The screen: how many pictures were accepted."""

from __future__ import annotations

import pytest

from vqva_crawl import config
from vqva_crawl.records import Document, Picture, Rejected, Target
from vqva_crawl.stages.screen import Screen

PAGE = Target(key="http://site.test/page", url="http://site.test/page")


def document(pictures: int) -> Document:
    held = (
        Picture(
            sha256=f"{n:064x}",
            url=f"http://site.test/{n}.png",
            width=300,
            height=200,
            format="png",
            phash=f"{n:016x}",
            size=1000,
            fetched_at="2026-01-02T03:04:05Z",
        )
        for n in range(pictures)
    )
    return Document(url=PAGE.url, target=PAGE, pictures=tuple(held))


@pytest.mark.parametrize(
    ("pictures", "reason"),
    [(0, "too_few_pictures"), (1, "too_few_pictures"), (2, ""), (4, ""), (5, "too_many_pictures")],
)
async def test_bounds(pictures: int, reason: str) -> None:
    given = document(pictures)
    verdict = await Screen(config.Screen(min_images=2, max_images=4))(given)
    if reason:
        assert isinstance(verdict, Rejected)
        assert (verdict.id, verdict.stage, verdict.reason) == (given.id, "screen", reason)
        assert str(pictures) in verdict.detail
    else:
        assert verdict is given
