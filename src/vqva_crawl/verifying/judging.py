"""One picture's URL is asked again, and what it shows now is compared with what was stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

from vqva_crawl import config
from vqva_crawl.clients.base import Fetcher, Response
from vqva_crawl.clients.workers import Cpu
from vqva_crawl.errors import FetchError, WorkError, in_words
from vqva_crawl.stages.images import Refusal, check
from vqva_crawl.verifying.stored import Shown

Verdict = Literal["same", "changed", "gone", "not_allowed", "unanswered"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

GONE = ("http_404", "http_410")
FORBIDDEN = ("robots", "opt_out")
OTHER = ("wrong_type", "too_large", "bomb")  # it answered, with what is no such picture


@dataclass(frozen=True)
class Finding:
    """What became of a picture's URL.

    `cause` is a short stable name, as those of what could not be had; "" where another picture is
    shown that would be accepted, and where it is the same. `said` is one line for a reader.
    """

    url: str
    sha256: str
    verdict: Verdict
    cause: str = ""
    said: str = ""


async def judge(picture: Shown, fetcher: Fetcher, cpu: Cpu, images: config.Images) -> Finding:
    """The verdict on one URL. `fetcher` must not answer out of a cache: the bytes count."""
    try:
        response = await fetcher.get(picture.url, "image")
    except FetchError as error:
        return _without_bytes(picture, error)
    if hashlib.sha256(response.body).hexdigest() == picture.sha256:  # it needed no cleaning
        return Finding(picture.url, picture.sha256, "same")
    return await _cleaned(picture, response, cpu, images)


def _without_bytes(picture: Shown, error: FetchError) -> Finding:
    verdict: Verdict = "unanswered"
    if error.kind in GONE:
        verdict = "gone"
    elif error.kind in FORBIDDEN:
        verdict = "not_allowed"
    elif error.kind in OTHER:
        verdict = "changed"
    said = error.detail if verdict == "changed" else in_words(error.kind)
    return Finding(picture.url, picture.sha256, verdict, error.kind, said)


async def _cleaned(picture: Shown, response: Response, cpu: Cpu, images: config.Images) -> Finding:
    """The run keeps no digest of what was sent, so the same is made of it as then."""
    url, sha256 = picture.url, picture.sha256
    asked = (response.body, url, response.fetched_at, images)
    try:
        checked = await cpu.call(check, *asked, timeout=images.timeout)
    except WorkError as error:
        return Finding(url, sha256, "unanswered", "poison", str(error))
    if isinstance(checked, Refusal):
        return Finding(url, sha256, "changed", checked.reason, checked.detail)
    if checked.picture.sha256 == sha256:
        return Finding(url, sha256, "same")
    return Finding(url, sha256, "changed", "", _distance(picture.phash, checked.picture.phash))


def _distance(before: str, now: str) -> str:
    """How unlike the two pictures look, as far as that is known."""
    if not before:
        return "other bytes"
    bits = (int(before, 16) ^ int(now, 16)).bit_count()
    return f"other bytes, {bits} of 64 bits of the perceptual hash differ"
