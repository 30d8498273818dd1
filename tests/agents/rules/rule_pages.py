"""Hand-made documents in the style of several kinds of pages, with drawn pictures."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

import vqva_crawl.agents.rules  # noqa: F401 - registers the agents
from vqva_crawl.agents.base import AgentContext
from vqva_crawl.records import (
    Candidate,
    Document,
    Drop,
    ImageItem,
    Item,
    Pair,
    Picture,
    Scores,
    Target,
    TextItem,
)
from vqva_crawl.registry import lookup


def photo(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A landscape-like picture with sky, hills, texture and a few coloured things."""
    rng = np.random.default_rng(seed)
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    horizon = height * 0.5 + 20 * np.sin(x / 40 + seed)
    sky = np.stack([110 + y * 0.3, 150 + y * 0.3, 230 - y * 0.1], axis=2)
    land = np.stack([90 + 0 * y, 130 - 0.2 * y, 60 + 0 * y], axis=2)
    rgb = np.where((y < horizon)[..., None], sky, land) + rng.normal(0, 9, (height, width, 1))
    image = Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(7):
        left, top = int(rng.integers(0, width - 60)), int(rng.integers(height // 4, height - 60))
        colour = tuple(int(v) for v in rng.integers(30, 250, 3))
        draw.ellipse([left, top, left + 40, top + 55], fill=colour)
    return image


def drawing(seed: int = 0, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Flat shapes and lines on white."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        left, top = int(rng.integers(0, size[0] - 80)), int(rng.integers(0, size[1] - 80))
        colour = tuple(int(v) for v in rng.integers(0, 230, 3))
        draw.rectangle([left, top, left + 70, top + 50], fill=colour, outline="black")
    return image


def blurred(image: Image.Image) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(6))


def gray(image: Image.Image) -> Image.Image:
    return ImageOps.grayscale(image).convert("RGB")


def embossed(image: Image.Image) -> Image.Image:
    return gray(image.filter(ImageFilter.EMBOSS))


@dataclass
class Page:
    """Builds a document item by item."""

    title: str = "A page"
    items: list[Item] = field(default_factory=list)
    images: dict[str, Image.Image] = field(default_factory=dict)

    def heading(self, text: str, level: int = 2) -> Page:
        self.items.append(TextItem(text=text, role="heading", level=level))
        return self

    def text(self, text: str, role: str = "paragraph", level: int = 0) -> Page:
        self.items.append(TextItem.model_validate({"text": text, "role": role, "level": level}))
        return self

    def picture(
        self,
        image: Image.Image,
        caption: str = "",
        name: str = "",
        alt: str = "",
        figure: int = -1,
        over: str = "",
    ) -> Page:
        sha256 = hashlib.sha256(image.tobytes() + repr(image.size).encode()).hexdigest()
        self.images[sha256] = image
        self.items.append(
            ImageItem(
                url=f"http://site.test/{name or sha256[:8]}.png",
                caption=caption,
                alt=alt,
                figure=figure,
                figure_caption=over,
                sha256=sha256,
            )
        )
        return self

    def document(self) -> Document:
        url = "http://site.test/page.html"
        pictures = [
            Picture(
                sha256=sha256,
                url=f"http://site.test/{sha256[:8]}.png",
                width=image.width,
                height=image.height,
                format="png",
                phash="0" * 16,
                size=1000,
                fetched_at="2024-01-01T00:00:00Z",
            )
            for sha256, image in self.images.items()
        ]
        return Document(
            url=url,
            title=self.title,
            language="en",
            items=tuple(self.items),
            pictures=tuple(pictures),
            target=Target(key=url, url=url),
        )

    def context(self, **options: object) -> AgentContext:
        return AgentContext(
            options=options, document=self.document(), picture=self.images.__getitem__
        )

    def sha(self, image: Image.Image) -> str:
        return next(s for s, known in self.images.items() if known is image)


@dataclass(frozen=True)
class Triple:
    pair: Pair
    candidate: Candidate
    scores: Scores
    variants: Sequence[str]
    reasoning: str


def pairs(page: Page, **options: object) -> list[Pair]:
    found: list[Pair] = asyncio.run(
        lookup("retriever", "rules")(page.document(), page.context(**options))
    )
    return found


def triples(page: Page) -> list[Triple]:
    """What the chain of rule agents accepts of a page."""
    return asyncio.run(_chain(page))


async def _chain(page: Page) -> list[Triple]:
    context = page.context()
    accepted = []
    for pair in await lookup("retriever", "rules")(page.document(), context):
        candidate = await lookup("instructor", "rules")(pair, context)
        if isinstance(candidate, Drop):
            continue
        scores = await lookup("filter", "rules")(candidate, context)
        if scores.perfect:
            variants = await lookup("rewriter", "rules")(candidate, context)
            reasoning = await lookup("reasoner", "rules")(candidate, context)
            accepted.append(Triple(pair, candidate, scores, variants, reasoning))
    return accepted
