"""The first cheap screen, before any picture is asked for: pictures, words, language.

It also fingerprints the text, so that near-duplicates can be found at the round's barrier
(OmniCorpus: MinHash on documents before images are downloaded).
"""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np

from vqva_crawl import config
from vqva_crawl.clients.langid import identifier
from vqva_crawl.records import Document, Rejected

NUM_PERM = 64  # hash functions: 256 bytes a document, standard error of the similarity about 0.06
MINHASH_SEED = 1
SHINGLE = 5  # words
MIN_COMPARED_WORDS = 50  # fewer are captions and boilerplate, alike on unlike pages
SURE = 0.9  # probability from which detection overrules what the page declares
SAMPLE = 4000  # characters are enough to tell a language


class Gate:
    """Document -> Document with `language` and `minhash` | Rejected.

    Reasons: no_images, too_few_images, too_few_words, too_many_words, language.
    """

    name: ClassVar[str] = "gate"
    version: ClassVar[str] = "1"

    def __init__(self, screen: config.Screen) -> None:
        self._config = screen

    async def __call__(self, document: Document) -> Document | Rejected:
        language = ""
        found = self._counts(document)
        if found is None:
            language = language_of(document)
            found = self._language(language)
        if found is None:
            return document.model_copy(
                update={"language": language, "minhash": fingerprint(document)}
            )
        reason, detail = found
        return Rejected(
            id=document.id, stage=self.name, reason=reason, detail=detail, url=document.url
        )

    def _counts(self, document: Document) -> tuple[str, str] | None:
        """The reason and detail of a document with too little or too much in it."""
        images, words = len({item.url for item in document.images()}), document.words()
        if images == 0:
            return "no_images", "no picture in its text"
        if images < self._config.min_images:
            return "too_few_images", f"{images} picture URLs"
        if words < self._config.min_words:
            return "too_few_words", f"{words} words"
        if words > self._config.max_words:
            return "too_many_words", f"{words} words"
        return None

    def _language(self, language: str) -> tuple[str, str] | None:
        wanted = self._config.languages
        if not wanted or language in wanted:
            return None
        return "language", f"{language or 'unknown'}, wanted {', '.join(wanted)}"


def language_of(document: Document) -> str:
    """ISO 639-1: what the page declares, unless its text is surely of another language.

    Templates declare "en" over texts of any language, and detection guesses on short texts.
    """
    declared = re.split(r"[-_]", document.language.strip().lower())[0]
    text = " ".join(item.text for item in document.texts() if item.role != "code")[:SAMPLE]
    detected, probability = identifier().classify(text)
    if declared and probability < SURE:
        return declared
    return str(detected)


def fingerprint(document: Document) -> bytes:
    """MinHash over the text's word 5-grams as little-endian uint32; empty for short texts."""
    from datasketch import MinHash  # draws in scipy: a second that child processes need not wait

    words = [word for item in document.texts() for word in re.findall(r"\w+", item.text.lower())]
    if len(words) < MIN_COMPARED_WORDS:
        return b""
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    minhash = MinHash(NUM_PERM, seed=MINHASH_SEED, scheme="affine32")
    minhash.update_batch([shingle.encode() for shingle in shingles])
    return np.asarray(minhash.hashvalues).astype("<u4").tobytes()
