"""Texts of two kinds, with words in common, and documents that hold them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from vqva_crawl.records import Document, ImageItem, Target, TextItem

WORDS = {
    "design_knowledge": "filter blur sharpen emboss brush gradient layer canvas hue contrast",
    "other": "install download version licence menu option preference account forum release",
}
COMMON = "the a of picture page shows and with more this that is in on for every one part".split()


def text(kind: str, seed: int, words: int = 60) -> str:
    """A quarter of the words tell the kind, the rest stand in both."""
    rng = random.Random(f"{kind}{seed}")
    own = WORDS[kind].split()
    return " ".join(rng.choice(own if rng.random() < 0.25 else COMMON) for _ in range(words))


def texts(each: int, first: int = 0) -> tuple[list[str], list[str]]:
    """(texts, their kinds)."""
    pairs = [(text(kind, n), kind) for n in range(first, first + each) for kind in WORDS]
    return [t for t, _ in pairs], [kind for _, kind in pairs]


def document(kind: str, seed: int, host: str = "site.test") -> Document:
    url = f"http://{host}/{kind}/{seed}.html"
    return Document(
        url=url,
        title=f"Page {seed}",
        target=Target(key=url, url=url),
        items=(
            TextItem(role="heading", level=2, text=f"All about {seed}"),
            TextItem(text=text(kind, seed)),
            ImageItem(url=f"{url}.png", caption=f"{WORDS[kind].split()[seed % 10]} shown"),
        ),
    )


def documents(each: int, host: str = "site.test") -> Iterator[Document]:
    return (document(kind, n, host) for n in range(each) for kind in WORDS)
