"""The gate: pictures, words, language, and the fingerprint of the text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vqva_crawl import config
from vqva_crawl.records import Document, ImageItem, Rejected, Target, TextItem
from vqva_crawl.stages.gate import NUM_PERM, Gate, fingerprint, language_of

PAGE = Target(key="http://site.test/page", url="http://site.test/page")
ENGLISH = (
    "The mitochondrion is the part of the cell where sugar is burnt and the energy of the food is "
    "made ready for use. It has two membranes, and the inner one is folded so that there is more "
    "room for the enzymes which do the work. Cells that need much energy have many of them."
)
GERMAN = (
    "Das Mitochondrium ist der Teil der Zelle, in dem Zucker verbrannt und die Energie der Nahrung "
    "nutzbar gemacht wird. Es hat zwei Membranen, und die innere ist gefaltet, damit mehr Platz "
    "für die Enzyme ist, welche die Arbeit tun. Zellen mit hohem Bedarf haben viele davon."
)


def document(*texts: str, pictures: int = 3, language: str = "") -> Document:
    images = [ImageItem(url=f"http://site.test/{n}.png") for n in range(pictures)]
    items = (*(TextItem(text=text) for text in texts), *images)
    return Document(url=PAGE.url, target=PAGE, items=items, language=language)


async def reason(document: Document, **screen: Any) -> str:
    verdict = await Gate(config.Screen(**screen))(document)
    return verdict.reason if isinstance(verdict, Rejected) else ""


async def test_a_good_page_passes_with_language_and_fingerprint() -> None:
    before = document(ENGLISH)
    after = await Gate(config.Screen())(before)
    assert isinstance(after, Document)
    assert after.language == "en"
    assert len(after.minhash) == 4 * NUM_PERM
    assert after.id == before.id


async def test_counts() -> None:
    assert await reason(document(ENGLISH, pictures=0)) == "no_images"
    assert await reason(document(ENGLISH, pictures=1)) == "too_few_images"
    assert await reason(document(ENGLISH, pictures=1), min_images=1) == ""
    assert await reason(document("Six words in this one text.")) == "too_few_words"
    assert await reason(document(ENGLISH), max_words=40) == "too_many_words"


async def test_one_picture_shown_twice_is_one() -> None:
    twice = document(ENGLISH, pictures=1)
    twice = twice.model_copy(update={"items": (*twice.items, *twice.images())})
    assert await reason(twice) == "too_few_images"


async def test_languages() -> None:
    assert await reason(document(GERMAN)) == "language"
    assert await reason(document(GERMAN), languages=("de",)) == ""
    assert await reason(document(GERMAN), languages=()) == ""


async def test_a_rejection_says_which_page_and_why() -> None:
    verdict = await Gate(config.Screen())(document(GERMAN))
    assert isinstance(verdict, Rejected)
    assert (verdict.stage, verdict.url) == ("gate", PAGE.url)
    assert "de" in verdict.detail


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (ENGLISH, "", "en"),
        (GERMAN, "", "de"),
        (ENGLISH, "en-GB", "en"),
        (GERMAN, "de_AT", "de"),
        (GERMAN, "en", "de"),  # a template's "en" over a text that is not
        ("Mitosis anaphase", "la", "la"),  # too little to overrule the page
        ("OK", "fr", "fr"),
    ],
)
def test_the_declared_language_wins_unless_the_text_is_surely_of_another(
    text: str, declared: str, language: str
) -> None:
    assert language_of(document(text, language=declared)) == language


def test_code_does_not_speak_for_the_language() -> None:
    code = TextItem(role="code", text="import cv2 as cv; img = cv.imread(path) " * 40)
    page = document(GERMAN)
    page = page.model_copy(update={"items": (code, *page.items)})
    assert language_of(page) == "de"


def test_fingerprints_estimate_how_much_text_is_shared() -> None:
    words = [f"word{n}" for n in range(400)]
    one = fingerprint(document(" ".join(words)))
    two = fingerprint(document(" ".join([*words[:380], *(f"other{n}" for n in range(20))])))
    three = fingerprint(document(" ".join(f"else{n}" for n in range(400))))

    def alike(a: bytes, b: bytes) -> float:
        return float(np.mean(np.frombuffer(a, "<u4") == np.frombuffer(b, "<u4")))

    assert alike(one, one) == 1
    assert alike(one, two) == pytest.approx(0.9, abs=0.12)
    assert alike(one, three) < 0.1


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    assert (
        fingerprint(document(ENGLISH))[:8].hex() == fingerprint(document(ENGLISH.upper()))[:8].hex()
    )
    assert fingerprint(document(ENGLISH))[:8].hex() == "a7aad71af06abd01"


def test_short_texts_have_no_fingerprint() -> None:
    assert fingerprint(document("A caption of a few words only.")) == b""
    assert fingerprint(document()) == b""
